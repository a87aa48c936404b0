# shellcheck shell=bash
# svcctl verify on a whole Debian root: what the distribution ships is in order, what somebody writes is told with its
# line; and all of it without a manager.
set_up() {
  root=$(container_cached_root)
  container_boot it "$root"
  container_wait it >/dev/null
}

test_finds_the_faults_of_a_file() {
  in_it sh -c 'cat >/tmp/a.service <<END
[Unit]
Documentation=https://example.org/
Descripton=x
Requires=gone.service
[Service]
ExecStart=/bin/nothing
END'
  expect "/tmp/a.service:3: warning: Unknown key 'Descripton' in section [Unit], ignoring. (did you mean Description=?)
/tmp/a.service:4: error: Cannot be started: Requires= asks for gone.service, which does not exist
/tmp/a.service:6: error: /bin/nothing cannot be executed: No such file or directory" in_it svcctl verify /tmp/a.service
  expect_code 1 in_it svcctl verify /tmp/a.service
  expect '[{"unit":"b.service","file":"/tmp/b.service","line":null,"section":null,"directive":null,"severity":"hint","message":"The unit has no Documentation=","suggestion":null},{"unit":"b.service","file":"/tmp/b.service","line":3,"section":"Service","directive":"Typ","severity":"warning","message":"Unknown key '"'Typ'"' in section [Service], ignoring.","suggestion":"did you mean Type=?"}]' \
    in_it sh -c 'printf "[Service]\nExecStart=/bin/true\nTyp=simple\n" >/tmp/b.service; svcctl verify -o json /tmp/b.service'
}

# systemd 252 says whether a unit is in order by its exit code, too
test_agrees_with_systemd_about_debians_own_units() {
  expect "" in_it bash -c 'cd /lib/systemd/system
    for unit in *.service *.socket *.target *.timer *.path *.mount; do
      [[ $unit != *@* ]] || continue
      systemd-analyze verify --man=no "$unit" >/dev/null 2>&1 && theirs=0 || theirs=1
      svcctl verify -q "$unit" >/dev/null 2>&1 && ours=0 || ours=1
      [[ $ours == "$theirs" ]] || echo "$unit: $ours, systemd $theirs"
    done'
}
