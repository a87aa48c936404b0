# shellcheck shell=bash
# Ten failures of everyday life: the first line of svcctl why is the true cause. What systemctl prints and how it ends
# stays as it is; svcctl start and svcctl status say the cause besides. (What the kernel kills for want of memory needs a
# memory controller: that one is in full/limits.sh.)
set_up() {
  root=$(container_cached_root)
  CONTAINER_UNITS=$PWD/units/why container_boot it "$root"
  container_wait it >/dev/null
}

first() { in_it svcctl why "$1" | head -1; }
# The first line, once the unit is down and the journal has what its program wrote.
expect_first() { # UNIT LINE
  eventually in_it sh -c "svcctl why $1 | head -1 | grep -qF '${2:0:40}'"
  eventually test "$(first "$1")" = "$2" || expect "$2" first "$1"
}

test_a_mount_is_missing() {
  expect_code 1 in_it svcctl start web.service
  expect_first web.service "web.service was not started because var-www.mount failed: /bin/mount /dev/nope /var/www -t ext4 exited with code 32: mount: /var/www: special device /dev/nope does not exist."
  expect '      RequiresMountsFor=/var/www/html (/etc/systemd/system/web.service:3)' in_it sh -c 'svcctl why web.service | sed -n 3p'
  expect '      What=/dev/nope (/etc/systemd/system/var-www.mount:2)' in_it sh -c 'svcctl why web.service | grep What='
  expect "        Why: $(first web.service)" in_it sh -c 'svcctl status --no-pager web.service | grep Why:'
  expect '' in_it sh -c 'svcctl status --no-pager dbus.service | grep Why:'
}

test_the_order_is_a_loop() {
  local why='loop-a.service cannot be started because the order is a loop: loop-a.service before loop-b.service before loop-a.service.'
  expect_code 1 in_it svcctl start loop-a.service
  expect_first loop-a.service "$why"
  expect "$why" in_it sh -c 'svcctl plan start loop-a.service | head -1'
}

test_a_dependency_is_masked() {
  local why='needs-masked.service cannot be started because masked.service is masked.'
  expect "Failed to start needs-masked.service: Unit masked.service is masked.
$why" in_it svcctl start needs-masked.service
  expect_first needs-masked.service "$why"
  expect 'Next: svcctl unmask masked.service' in_it sh -c 'svcctl why needs-masked | grep Next'
  expect_code 1 in_it svcctl plan start needs-masked
}

test_a_command_before_the_start_fails() {
  local why='pre.service failed: ExecStartPre=/bin/cat /no-configuration exited with code 1: /bin/cat: /no-configuration: No such file or directory'
  expect "Job for pre.service failed because the control process exited with error code.
See \"svcctl status pre.service\" and \"journalctl -xeu pre.service\" for details.
$why" in_it svcctl start pre.service
  expect_first pre.service "$why"
  expect '      ExecStartPre=/bin/cat /no-configuration (/etc/systemd/system/pre.service:3)' in_it sh -c 'svcctl why pre.service | sed -n 3p'
}

test_it_was_started_too_often() {
  in_it svcctl start limit.service
  expect_first limit.service 'limit.service is not started again because it was started 3 times within 1min; ExecStart=/bin/cat /no-data exited with code 1: /bin/cat: /no-data: No such file or directory'
  expect_code 1 in_it svcctl start limit.service
}

test_a_condition_is_not_met() {
  in_it svcctl start condition.service
  expect_first condition.service 'condition.service was not started because ConditionPathExists=/nope is not met.'
}

test_it_takes_too_long() {
  expect_code 1 in_it svcctl start slow.service
  expect_first slow.service 'slow.service failed: it was not up within 1s (TimeoutStartSec=).'
}

test_the_user_does_not_exist() {
  expect_code 1 in_it svcctl start user.service
  expect_first user.service 'user.service failed: there is no user "nobody-here".'
}

test_a_setting_is_there_that_nothing_runs_without() {
  expect_code 1 in_it svcctl start root.service
  expect_first root.service 'root.service failed: RootDirectory= is not supported yet, and nothing runs without it.'
  expect '      RootDirectory=/srv (/etc/systemd/system/root.service:3)' in_it sh -c 'svcctl why root.service | sed -n 3p'
}

test_the_port_is_in_use() {
  in_it svcctl start port.service
  expect_code 1 in_it svcctl start port-too.service
  expect_first port-too.service 'port-too.service failed: ExecStart=/bin/sh /etc/systemd/system/listen exited with code 98: cannot listen on port 7777: Address already in use'
}

test_a_plan_shows_what_would_be_done_and_does_nothing() {
  in_it svcctl start old.service
  expect 'start web-too.service: 3 jobs in 2 waves; nothing is done
   1  start  database.service  Requires= of web-too.service (/etc/systemd/system/web-too.service:2)
      stop   old.service       Conflicts= of web-too.service (/etc/systemd/system/web-too.service:4)
   2  start  web-too.service   asked for' in_it svcctl plan start web-too
  expect active in_it systemctl is-active old.service
  in_it svcctl plan isolate rescue -o json >"${container_dir[it]}/out"
  grep -q '"Reason":"isolate"' "${container_dir[it]}/out"
  for verb in stop restart try-restart reload-or-restart; do in_it svcctl plan "$verb" old.service; done >/dev/null
  expect_code 1 in_it svcctl plan reload old.service
}

test_everybody_may_ask() {
  in_it svcctl start condition.service
  expect 'condition.service was not started because ConditionPathExists=/nope is not met.' in_it su nobody -s /bin/sh -c 'svcctl why condition | head -1'
  in_it su nobody -s /bin/sh -c 'svcctl plan start web-too' >/dev/null
  expect '' in_it sh -c 'systemctl show condition.service | grep -E "^(Cause|NotInEffect)="'
  in_it busctl introspect org.freedesktop.systemd1 /org/freedesktop/systemd1/unit/condition_2eservice org.svcd1.Unit >/dev/null
}
