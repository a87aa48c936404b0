# shellcheck shell=bash
# Debian's daemons with their packaged unit files in one container.
packages=(nginx-light redis-server cron openssh-server postgresql rsyslog)
units=(nginx redis-server cron ssh postgresql postgresql@15-main rsyslog)

set_up() {
  root=$(container_cached_root "${packages[@]}")
  container_boot it "$root"
  container_wait it 90 >/dev/null || { tail -20 "${container_dir[it]}/console" >&2; return 1; }
}

test_all_start_show_status_reload_and_stop() {
  local u
  for u in "${units[@]}"; do
    in_it systemctl start "$u"
    expect active in_it systemctl is-active "$u"
    in_it svcctl status --no-pager "$u" | grep -q 'Active: active'
    expect "" in_it svcctl reload-or-restart "$u"
    expect active in_it systemctl is-active "$u"
  done
  for u in "${units[@]}"; do
    [[ $u != rsyslog ]] || in_it systemctl stop syslog.socket  # it would start rsyslog again
    in_it systemctl stop "$u"
    expect inactive in_it systemctl is-active "$u"
  done
}

test_the_enabled_ones_come_up_at_boot() {
  local u
  for u in "${units[@]}"; do expect active in_it systemctl is-active "$u"; done
  expect "" in_it systemctl --failed --no-legend --no-pager
}

test_poweroff_is_clean_and_no_slower_than_systemds() {
  local begin=$EPOCHREALTIME ours theirs
  expect_code 0 container_power it poweroff
  ours=$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {print b - a}')
  container_stop it
  container_boot it "$root" /lib/systemd/systemd
  container_wait it 90 >/dev/null
  begin=$EPOCHREALTIME
  expect_code 0 container_power it poweroff
  theirs=$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {print b - a}')
  echo "poweroff: svcd $ours s, systemd $theirs s"
  awk -v a="$ours" -v b="$theirs" 'BEGIN {exit !(a <= b + 2)}'
}
