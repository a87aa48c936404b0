# shellcheck shell=bash
# What processes get, in one container without comparing: what must hold whatever systemd does.
set_up() {
  root=$(container_cached_root)
  container_boot it "$root"
  container_wait it >/dev/null || { tail -20 "${container_dir[it]}/console" >&2; return 1; }
}

# unit NAME LINE…: a service made of these lines
unit() {
  local name=$1
  shift
  printf '[Service]\n' >"${container_dir[it]}/share/unit"
  printf '%s\n' "$@" >>"${container_dir[it]}/share/unit"
  in_it cp /share/unit "/run/systemd/system/$name.service"
}
shown() { in_it systemctl show "$1.service" -P "$2"; }

test_processes_get_what_their_settings_say() {
  unit env Type=oneshot Environment=A=1 'ExecStart=/bin/sh -c "echo $A $INVOCATION_ID >/run/answer"'
  in_it systemctl start env
  in_it grep -qE '^1 [0-9a-f]{32}$' /run/answer
  unit who Type=oneshot User=nobody UMask=0027 Nice=5 LimitNOFILE=111:222 StandardOutput=truncate:/run/answer \
    'ExecStart=/bin/sh -c "id -un; umask; nice; ulimit -n; ulimit -Hn"'
  in_it systemctl start who
  expect $'nobody\n0027\n5\n111\n222' in_it cat /run/answer
  unit missing EnvironmentFile=/nope ExecStart=/bin/sleep\ 1000
  expect_code 1 in_it systemctl start missing
  expect resources shown missing Result
  unit optional EnvironmentFile=-/nope ExecStart=/bin/sleep\ 1000
  in_it systemctl start optional
  expect active in_it systemctl is-active optional

  # what would run as somebody else, or see everything, does not run at all
  unit dynamic DynamicUser=yes ExecStart=/bin/sleep\ 1000
  expect_code 1 in_it systemctl start dynamic
  unit elsewhere RootDirectory=/srv ExecStart=/bin/sleep\ 1000
  expect_code 1 in_it systemctl start elsewhere
  expect resources shown elsewhere Result

  # a folder lives as long as the unit; with =restart, until it stops
  unit folder RuntimeDirectory=own RuntimeDirectoryPreserve=restart Type=exec ExecStart=/bin/sleep\ 1000
  in_it systemctl start folder
  eventually in_it test -d /run/own
  in_it touch /run/own/kept
  in_it systemctl restart folder
  in_it test -e /run/own/kept
  in_it systemctl stop folder
  eventually in_it test ! -e /run/own

  # the file of a running service goes; its end by SIGTERM is a good one
  unit gone ExecStart=/bin/sleep\ 1000
  in_it systemctl start gone
  in_it rm /run/systemd/system/gone.service
  in_it systemctl daemon-reload
  in_it systemctl stop gone
  expect_code 3 in_it systemctl is-active gone
  expect_code 1 in_it systemctl is-failed gone
}

test_a_child_that_waits_holds_no_socket_of_svcds() {
  in_it mkfifo /run/nobody-writes
  unit waits StandardInput=file:/run/nobody-writes 'ExecStart=/bin/sleep 1000'
  in_it sh -c 'printf "[Socket]\nListenStream=@held\n" >/run/systemd/system/held.socket'
  unit held 'ExecStart=/bin/sleep 1000'
  in_it systemctl daemon-reload
  in_it systemctl start held.socket
  in_it systemctl start waits
  eventually in_it sh -c '[ "$(ls /proc/$(systemctl show -P MainPID waits)/fd | wc -l)" -le 4 ]'
  in_it systemctl stop held.socket
  in_it systemctl start held.socket
  in_it systemctl stop waits held.socket
}

test_cpu_time_is_that_of_the_run() {
  unit busy Type=oneshot RemainAfterExit=yes 'ExecStart=/bin/sh -c "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"'
  in_it systemctl daemon-reload
  in_it systemctl start busy
  local first again
  first=$(shown busy CPUUsageNSec)
  for _ in 1 2 3 4; do in_it systemctl restart busy; done
  again=$(shown busy CPUUsageNSec)
  ((again < 3 * first)) || { echo "first $first, after four restarts $again" >&2; return 1; }
}

test_exits_with_the_code_asked_for() {
  local code=0 i
  in_it systemctl exit 7 >/dev/null 2>&1 || true
  for ((i = 0; i < 600; i++)); do
    kill -0 "${container_pid[it]}" 2>/dev/null || break
    sleep 0.05
  done
  wait "${container_pid[it]}" || code=$?
  expect 7 echo "$code"
}

# systemd(1), "Signals": what a manager in a container is told to do.
ends_by_signal() { # SIGNAL CODE
  local code=0 i
  in_it kill -s "$1" 1 || true  # may be killed with all the others
  for ((i = 0; i < 600; i++)); do
    kill -0 "${container_pid[it]}" 2>/dev/null || break
    sleep 0.05
  done
  ! kill -0 "${container_pid[it]}" 2>/dev/null || { echo "still there after $1" >&2; return 1; }
  wait "${container_pid[it]}" || code=$?
  expect "$2" echo "$code"
}

test_sigrtmin_4_powers_off() { ends_by_signal RTMIN+4 0; }
test_sigrtmin_13_halts_at_once() { ends_by_signal RTMIN+13 0; }
test_sigint_reboots() { ends_by_signal INT 133; }
