# shellcheck shell=bash
# The real apache2 with its packaged unit file: svcctl shows what systemctl shows, stock tools work, a crash is mended.
set_up() {
  root=$(container_cached_root apache2)
  container_boot it "$root"
  container_wait it >/dev/null || { tail -20 "${container_dir[it]}/console" >&2; return 1; }
}

# The head of the status, without the log lines below it.
head_of() { sed '/^$/,$d' | normalise; }

test_status_shows_line_for_line_what_systemd_prints() {
  eventually in_it systemctl is-active apache2
  ours=$(in_it svcctl status apache2 --no-pager | head_of)
  stock=$(in_it systemctl status apache2 --no-pager | head_of)
  container_stop it
  container_boot it "$root" /lib/systemd/systemd
  container_wait it >/dev/null
  theirs=$(in_it systemctl status apache2 --no-pager | head_of)
  # workers come and go: the tree's first process is compared, the others are alike
  only_first() { awk '/├─PID|└─PID/ && n++ {next} {gsub("└─", "├─"); print}'; }
  expect "$(only_first <<<"$theirs")" only_first <<<"$ours"
  expect "$(only_first <<<"$theirs")" only_first <<<"$stock"
}

test_status_ends_with_the_journals_last_lines() {
  eventually in_it systemctl is-active apache2
  eventually in_it sh -c 'journalctl -q -u apache2 | grep -q "Started apache2.service"'
  in_it svcctl status apache2 --no-pager >"${container_dir[it]}/out"
  grep -q 'systemd\[1\]: Starting apache2.service - The Apache HTTP Server\.\.\.' "${container_dir[it]}/out"
  grep -q 'systemd\[1\]: Started apache2.service - The Apache HTTP Server\.' "${container_dir[it]}/out"
  in_it journalctl -u apache2 -e --no-pager | grep -q 'Started apache2.service - The Apache HTTP Server\.'
}

test_port_80_answers() {
  eventually in_it bash -c 'exec 3<>/dev/tcp/127.0.0.1/80 && printf "HEAD / HTTP/1.0\r\n\r\n" >&3 && head -1 <&3 | grep -q "200 OK"'
}

test_stock_systemctl_lists_restarts_and_shows_it() {
  eventually in_it systemctl is-active apache2
  in_it systemctl list-units --type=service --state=running --no-pager --no-legend | grep -q 'apache2.service *loaded active running The Apache HTTP Server'
  old=$(in_it systemctl show -P MainPID apache2)
  in_it systemctl restart apache2
  new=$(in_it systemctl show -P MainPID apache2)
  [[ $old != "$new" && $new != 0 ]]
  expect "ActiveState=active
MainPID=$new
Result=success
SubState=running" in_it sh -c 'systemctl show apache2 -p MainPID,ActiveState,SubState,Result | sort'
  in_it systemctl reload apache2
  expect active in_it systemctl is-active apache2
}

test_svcd_is_pid_1_above_apache2() {
  eventually in_it systemctl is-active apache2
  in_it pstree -p | grep -q '^svcd(1).*' 
  in_it pstree -p | grep -q 'apache2('
  expect svcd in_it cat /proc/1/comm
}

test_a_killed_main_process_is_noticed_and_restarted() {
  eventually in_it systemctl is-active apache2
  in_it kill -9 "$(in_it systemctl show -P MainPID apache2)"
  eventually in_it sh -c '[ "$(systemctl show -P NRestarts apache2)" = 1 ]'
  eventually in_it systemctl is-active apache2
  eventually in_it sh -c 'journalctl -q -u apache2 | grep -q "Main process exited, code=killed, status=9/KILL"'
}
