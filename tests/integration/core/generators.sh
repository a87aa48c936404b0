# shellcheck shell=bash
# Generators give the same units under svcd as under systemd, file by file: with entries of fstab, init scripts and words
# of the command line. An init script's service starts, stops and shows its status.
packages=(${packages[@]+"${packages[@]}"})  # full/generators.sh has many
words=(systemd.mask=masked.service systemd.wants=wanted.service systemd.debug_shell "systemd.run=/bin/true" systemd.run_success_action=none
  fstab=yes systemd.getty_auto=yes)

furnish() {  # ROOT
  local script
  cat >"$1/etc/fstab" <<'F'
LABEL=data /srv/data ext4 defaults,nofail,x-systemd.device-timeout=1 0 2
/dev/sdz1 none swap sw,pri=5,nofail,x-systemd.device-timeout=1 0 0
tmpfs /srv/tmp tmpfs size=1m,noauto,x-systemd.automount 0 0
server:/export /srv/net nfs _netdev,noauto,x-systemd.requires=network.target 0 0
/srv/from /srv/bind none bind,ro,nofail 0 0
F
  for script in oldd second; do
    cat >"$1/etc/init.d/$script" <<'S'
#!/bin/sh
### BEGIN INIT INFO
# Provides:          SCRIPT
# Required-Start:    $local_fs $remote_fs
# Required-Stop:     $local_fs
# Should-Start:      $network
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: A daemon of old times
### END INIT INFO
PIDFILE=/run/SCRIPT.pid
case "$1" in
  start) sleep 1d & echo $! >$PIDFILE ;;
  stop) kill "$(cat $PIDFILE)" ;;
  restart|force-reload) "$0" stop; "$0" start ;;
  status) kill -0 "$(cat $PIDFILE)" ;;
esac
S
    sed -i "s/SCRIPT/$script/g" "$1/etc/init.d/$script"
    chmod +x "$1/etc/init.d/$script"
  done
  ln -sf ../init.d/oldd "$1/etc/rc2.d/S01oldd"
  ln -sf ../init.d/oldd "$1/etc/rc0.d/K01oldd"
  printf '#!/bin/sh\necho "FROM_GENERATOR=yes and no"\n' >"$1/etc/systemd/system-environment-generators/10-a"
  printf '#!/bin/sh\necho "SEEN=$FROM_GENERATOR"\n' >"$1/etc/systemd/system-environment-generators/20-b"
  chmod +x "$1"/etc/systemd/system-environment-generators/*
}

generated='[ "$(systemctl show -P GeneratorsFinishTimestampMonotonic)" -gt 0 ]'
# Every file and link below the three folders, with what it says.
written='cd /run/systemd && find generator generator.early generator.late \( -type f -o -type l \) 2>/dev/null | LC_ALL=C sort |
  while read -r f; do echo "== $f $(readlink "$f")"; [ -L "$f" ] || cat "$f"; done; systemctl show-environment'

set_up() {
  root=$(container_cached_root "${packages[@]}")
  CONTAINER_FILES=$(mktemp -d)
  export CONTAINER_FILES
  trap 'container_stop_all; rm -rf "$CONTAINER_FILES"' EXIT
  mkdir -p "$CONTAINER_FILES/etc/init.d" "$CONTAINER_FILES"/etc/rc{0,2}.d \
    "$CONTAINER_FILES/etc/systemd/system-environment-generators"
  furnish "$CONTAINER_FILES"
}

test_they_write_the_same_files_as_under_systemd() {
  local ours theirs
  container_boot it "$root" /usr/lib/svcd/svcd "${words[@]}"
  eventually in_it sh -c "$generated"
  ours=$(in_it sh -c "$written")
  container_boot that "$root" /lib/systemd/systemd "${words[@]}"
  eventually container_run that sh -c "$generated"
  theirs=$(container_run that sh -c "$written")
  [[ $theirs == *generator.late/oldd.service* && $theirs == *srv-net.mount* && $theirs == *"SEEN=\$'yes and no'"* ]]
  diff <(printf '%s\n' "$theirs") <(printf '%s\n' "$ours")
}

test_a_script_of_old_times_starts_stops_and_shows_its_status() {
  container_boot it "$root"
  eventually in_it systemctl is-active -- basic.target
  in_it svcctl start oldd
  expect active in_it svcctl is-active oldd
  [[ $(in_it svcctl --no-pager status oldd) == *'Loaded: loaded (/etc/init.d/oldd; generated)'* ]]
  in_it svcctl stop oldd
  expect inactive in_it svcctl is-active oldd
}
