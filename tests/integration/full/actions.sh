# shellcheck shell=bash
# FailureAction=, SuccessAction=, StartLimitAction= and JobTimeoutAction= end the machine: svcd ends with the code that
# systemd 252 ends with in the same root.
set_up() { root=$(container_cached_root); }

# How a machine ends after x.service was started: the container's exit code, or that it still runs.
ending() { # INIT
  local i code=0
  CONTAINER_UNITS=$PWD/units/actions container_boot it "$root" "$1"
  container_wait it >/dev/null || return 1
  container_run it systemctl start --no-block "$unit" >/dev/null 2>&1 || true
  for ((i = 0; i < 300; i++)); do
    kill -0 "${container_pid[it]}" 2>/dev/null || break
    sleep 0.05
  done
  if kill -0 "${container_pid[it]}" 2>/dev/null; then
    echo "runs"
  else
    wait "${container_pid[it]}" || code=$?
    echo "$code"
  fi
  container_stop it
}

ends_alike() {
  local ours theirs unit=$1
  ours=$(ending /usr/lib/svcd/svcd)
  theirs=$(ending /lib/systemd/systemd)
  [[ -n $ours && $ours == "$theirs" ]] || { echo "svcd ends with $ours, systemd with $theirs" >&2; return 1; }
}

test_failure_action_exit_with_a_status() { ends_alike failure-exit.service; }
test_failure_action_exit_has_the_status_of_the_process() { ends_alike failure-exit-own.service; }
test_failure_action_exit_force() { ends_alike failure-exit-force.service; }
test_failure_action_reboot_force() { ends_alike failure-reboot-force.service; }
test_success_action_exit_with_a_status() { ends_alike success-exit.service; }
test_success_action_poweroff() { ends_alike success-poweroff.service; }
test_start_limit_action() { ends_alike start-limit.service; }
test_job_timeout_action() { ends_alike job-timeout.service; }
