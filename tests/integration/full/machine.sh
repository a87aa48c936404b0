# shellcheck shell=bash
# Pure cgroup v2 with controllers, in a virtual machine: status has all lines, limits are real.
set_up() {
  source ./machine.sh
  root=$(container_cached_root)
}

test_status_shows_tasks_memory_and_cpu_on_cgroup_v2() {
  answer=$(machine_ask v2 "$root" /usr/lib/svcd/svcd units/limits '
    cat /proc/1/comm
    systemctl start counted.service; svcctl status --no-pager counted.service
    systemctl start bomb.service; sleep 3; systemctl show -P TasksCurrent bomb.service; cat /sys/fs/cgroup/system.slice/bomb.service/pids.max
    systemctl start bomb-in-slice.service; sleep 3; systemctl show -P TasksCurrent bounded.slice')
  echo "$answer"
  grep -qx svcd <<<"$answer"
  grep -qE '^ +Tasks: 1 \(limit: [0-9]+\)$' <<<"$answer"
  grep -qE '^ +Memory: [0-9.]+[KMB]$' <<<"$answer"
  grep -qE '^ +CPU: ' <<<"$answer"
  expect "5 5 4" echo "$(tail -3 <<<"$answer" | paste -sd' ')"
}

test_reboot_argument_reaches_the_kernel() {
  MACHINE_CONSOLE=$(mktemp)
  machine_ask argument "$root" /usr/lib/svcd/svcd units/actions '
    systemctl start failure-reboot-argument.service; sleep 60'
  expect "Restarting system with command 'hello'" grep -o "Restarting system .*" "$MACHINE_CONSOLE"
}

# The kernel kills the main process of one service and a child in three others: OOMPolicy= decides, as with systemd 252.
test_kills_for_want_of_memory_are_seen_on_cgroup_v2() {
  local ask='systemctl start oom-main oom-child-stop oom-child-kill oom-child-continue; sleep 15
    for u in oom-main oom-child-stop oom-child-kill oom-child-continue; do
      echo "$u $(systemctl show -P ActiveState "$u") $(systemctl show -P Result "$u")"
    done'
  theirs=$(machine_ask oom "$root" /lib/systemd/systemd units/oom "$ask")
  ours=$(machine_ask oom "$root" /usr/lib/svcd/svcd units/oom "$ask")
  [[ $theirs == *"oom-main failed oom-kill"* ]]
  expect "$theirs" echo "$ours"
}
