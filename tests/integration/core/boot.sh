# shellcheck shell=bash
# svcd boots a small Debian root to multi-user.target with Debian's own units; stock systemctl works on it.
set_up() {
  root=$(container_cached_root)
  CONTAINER_UNITS=$PWD/units/basic container_boot it "$root"
  state=$(container_wait it) || { tail -20 "${container_dir[it]}/console" >&2; return 1; }
}

test_boots_to_running_with_debians_own_units() {
  expect running echo "$state"
  expect active in_it systemctl is-active multi-user.target
  expect active in_it systemctl is-active systemd-journald.service
  expect active in_it systemctl is-active dbus.service
  expect svcd in_it cat /proc/1/comm
}

# a getty that takes the console must not look like the SIGHUP that asks for a reload
test_reads_the_units_once() {
  in_it journalctl --sync
  expect "" in_it sh -c 'journalctl -q -o cat _PID=1 | grep -x Reloading.'
  expect 0 in_it cut -d' ' -f7 /proc/1/stat
}

test_runs_a_simple_service_and_stops_it() {
  in_it systemctl start sleeper.service
  expect active in_it systemctl is-active sleeper.service
  pid=$(in_it systemctl show -P MainPID sleeper.service)
  expect sleep in_it cat "/proc/$pid/comm"
  expect "0::/system.slice/sleeper.service" in_it grep ^0:: "/proc/$pid/cgroup"
  in_it systemctl stop sleeper.service
  expect_code 3 in_it systemctl is-active sleeper.service
  expect_code 1 in_it test -e "/proc/$pid"
}

test_notices_and_restarts_a_killed_service() {
  in_it systemctl start restarter.service
  pid=$(in_it systemctl show -P MainPID restarter.service)
  in_it kill -9 "$pid"
  eventually in_it sh -c '[ "$(systemctl show -P NRestarts restarter.service)" = 1 ]'
  eventually in_it systemctl is-active restarter.service
}

test_powers_off_and_reboots_with_the_code_asked_for() {
  expect_code 0 container_power it poweroff
}

test_reboot_ends_with_nspawns_code_for_reboot() {
  expect_code 133 container_power it reboot
}

test_exits_with_the_code_asked_for() {
  expect_code 7 container_power it exit 60 7
}

# systemd-nspawn hands on to its own supervisor what it hears from its payload
test_tells_the_container_manager_when_it_is_ready() {
  local place
  place=$(mktemp -d)
  python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1] + "/notify"); s.settimeout(60)
while b"READY=1" not in s.recv(4096).split(b"\n"): pass
open(sys.argv[1] + "/heard", "w")' "$place" &
  container_stop it
  eventually test -S "$place/notify"
  NOTIFY_SOCKET=$place/notify CONTAINER_ARGS="${CONTAINER_ARGS:-} --notify-ready=yes" container_boot it "$root"
  container_wait it
  eventually test -e "$place/heard"
  rm -r "$place"
}
