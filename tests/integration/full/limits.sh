# shellcheck shell=bash
# TasksMax= on the hybrid layout, where pids, memory and cpu are v1 controllers.
set_up() {
  root=$(container_cached_root)
  CONTAINER_LAYOUT=hybrid CONTAINER_WRITABLE=1 CONTAINER_PIDS_MAX=500 CONTAINER_UNITS=$PWD/units/limits container_boot it "$root"
  container_wait it >/dev/null || { tail -20 "${container_dir[it]}/console" >&2; return 1; }
}

test_status_shows_tasks_memory_and_cpu() {
  in_it systemctl start counted.service
  # on v1 the process itself goes to where it is counted, before it becomes the program
  eventually in_it sh -c '[ "$(systemctl show -P TasksCurrent counted.service)" = 1 ]'
  in_it svcctl status --no-pager counted.service >"${container_dir[it]}/out"
  grep -qE '^ +Tasks: 1 \(limit: [0-9]+\)$' "${container_dir[it]}/out"
  grep -qE '^ +Memory: [0-9.]+[KMB]$' "${container_dir[it]}/out"
  grep -qE '^ +CPU: ' "${container_dir[it]}/out"
}

test_a_fork_bomb_stays_within_tasksmax() {
  in_it systemctl start bomb.service
  local i n most=0
  for i in $(seq 30); do
    n=$(in_it systemctl show -P TasksCurrent bomb.service)
    ((n <= 5)) || { echo "$n tasks" >&2; return 1; }
    ((n <= most)) || most=$n
    sleep 0.1
  done
  expect 5 echo "$most"
  in_it systemctl stop bomb.service
}

test_the_limit_of_a_slice_binds_its_services() {
  in_it systemctl start bomb-in-slice.service
  local i n
  for i in $(seq 20); do
    n=$(in_it systemctl show -P TasksCurrent bounded.slice)
    ((n <= 4)) || { echo "$n tasks" >&2; return 1; }
    sleep 0.1
  done
  in_it systemctl stop bomb-in-slice.service
}

test_lowering_a_limit_below_the_count_kills_nobody() {
  in_it systemctl start three.service
  eventually in_it sh -c '[ "$(systemctl show -P TasksCurrent three.service)" = 3 ]'
  in_it sh -c 'mkdir -p /etc/systemd/system/three.service.d; printf "[Service]\nTasksMax=2\n" >/etc/systemd/system/three.service.d/low.conf; systemctl daemon-reload'
  expect 2 in_it systemctl show -P TasksMax three.service
  expect 3 in_it systemctl show -P TasksCurrent three.service
  expect active in_it systemctl is-active three.service
}

# a service NAME whose program gets so little memory that the kernel kills it before it runs
starve() {
  printf '[Service]\nType=oneshot\n%s\nExecStart=/bin/echo %s\n' "$2" "$(head -c 100000 /dev/zero | tr '\0' x)" \
    >"${container_dir[it]}/root/etc/systemd/system/$1.service"
}

test_a_service_without_memory_fails_alone() {
  starve starved MemoryMax=32K
  printf '[Slice]\nMemoryMax=32K\n' >"${container_dir[it]}/root/etc/systemd/system/starving.slice"
  starve starved-by-slice Slice=starving.slice
  in_it systemctl daemon-reload
  for unit in starved starved-by-slice; do
    expect_code 1 in_it systemctl start "$unit"
    expect signal in_it systemctl show -P Result "$unit"  # as 252, which does not see it on v1
  done
  expect svcd in_it cat /proc/1/comm
}

test_what_the_kernel_kills_for_want_of_memory_is_told() {
  printf '[Service]\nMemoryMax=24M\nExecStart=/usr/bin/perl -e "$$x = q(x) x 400000000; sleep 100"\n' \
    >"${container_dir[it]}/root/etc/systemd/system/greedy.service"
  in_it systemctl daemon-reload
  in_it systemctl start greedy.service
  eventually in_it systemctl is-failed greedy.service
  expect signal in_it systemctl show -P Result greedy.service
  expect 'greedy.service failed: the kernel killed it for want of memory (MemoryMax=24M).' in_it sh -c 'svcctl why greedy | head -1'
}
