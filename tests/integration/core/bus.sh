# shellcheck shell=bash
# Who hears what on the system bus and on the private socket, and how stock clients fare there: the rules that clients
# of systemd rely on. What is expected here was asked of systemd 252; the signals are, in every run.
boot() {
  root=$(container_cached_root)
  CONTAINER_UNITS=$PWD/units/bus container_boot it "$root" "$@"
  container_wait it >/dev/null || { tail -20 "${container_dir[it]}/console" >&2; return 1; }
  cp "$SVCD_BUILD/tests/bus-talk" talk/* "${container_dir[it]}/share/"
}
set_up() { :; }

# What bus-talk heard, in words that do not depend on how many states are told one by one: a pair of PropertiesChanged,
# the type's interface before Unit, is a "state"; equal ones in a row are one; other units' are left out, and so are
# those of jobs once a unit is watched, and what comes before the request or after its end.
heard() {
  awk '
    /^#/ { section++; print; busy = 0; next }
    /PropertiesChanged unit\/(quick|stays|fails|gate)_2eservice org.freedesktop.systemd1.Service/ { type = $3; next }
    /PropertiesChanged unit\/(quick|stays|fails|gate)_2eservice org.freedesktop.systemd1.Unit/ {
      state = $1 (type == $3 ? " state " : " Unit without its type: ") $3; type = ""
      if (state != last && busy && section != 5) print state
      last = state; next }
    type { print "type without Unit: " type; type = "" }
    /PropertiesChanged unit/ { next }
    /PropertiesChanged job/ && section > 2 { next }
    /Unit(New|Removed)/ && !/ (quick|stays|dbus)\.service/ || section == 9 && / stays\.service/ { next }
    /JobNew/ { busy = 1 } /JobRemoved/ { busy = 0 }
    { last = ""; print }'
}

signals='# nobody subscribed, the client that queued the job stays
B: reply job/N
W: JobNew /org/freedesktop/systemd1 N job/N quick.service
W: PropertiesChanged job/N org.freedesktop.systemd1.Job … …
W: JobRemoved /org/freedesktop/systemd1 N job/N quick.service done
# it leaves before the end
B: reply job/N
W: JobNew /org/freedesktop/systemd1 N job/N gate.service
W: PropertiesChanged job/N org.freedesktop.systemd1.Job … …
# it holds a reference
B: reply
B: reply job/N
W: JobNew /org/freedesktop/systemd1 N job/N quick.service
W: state unit/quick_2eservice
W: JobRemoved /org/freedesktop/systemd1 N job/N quick.service done
B: reply
B: error org.freedesktop.systemd1.NotReferenced: Unit has not been referenced yet.
# somebody subscribed
C: error org.freedesktop.systemd1.NotSubscribed: Client is not subscribed.
C: reply
C: error org.freedesktop.systemd1.AlreadySubscribed: Client is already subscribed.
C: UnitNew /org/freedesktop/systemd1 stays.service unit/stays_2eservice
C: JobNew /org/freedesktop/systemd1 N job/N stays.service
C: reply job/N
C: state unit/stays_2eservice
C: JobRemoved /org/freedesktop/systemd1 N job/N stays.service done
# what runs is started again
C: JobNew /org/freedesktop/systemd1 N job/N stays.service
C: reply job/N
C: JobRemoved /org/freedesktop/systemd1 N job/N stays.service done
# it is stopped
C: JobNew /org/freedesktop/systemd1 N job/N stays.service
C: reply job/N
C: state unit/stays_2eservice
C: JobRemoved /org/freedesktop/systemd1 N job/N stays.service done
C: UnitRemoved /org/freedesktop/systemd1 stays.service unit/stays_2eservice
# it fails
C: JobNew /org/freedesktop/systemd1 N job/N fails.service
C: reply job/N
C: state unit/fails_2eservice
C: JobRemoved /org/freedesktop/systemd1 N job/N fails.service done
C: reply
C: PropertiesChanged /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager … …
C: PropertiesChanged /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager … …
# unit files
C: UnitFilesChanged /org/freedesktop/systemd1
C: reply true …
# reload
C: Reloading /org/freedesktop/systemd1 true
C: UnitRemoved /org/freedesktop/systemd1 dbus.service unit/dbus_2eservice
C: UnitNew /org/freedesktop/systemd1 dbus.service unit/dbus_2eservice
C: Reloading /org/freedesktop/systemd1 false
C: reply
# the subscription survives it
C: error org.freedesktop.systemd1.AlreadySubscribed: Client is already subscribed.
C: reply
# the first words of a client that is in no unit
D: error org.freedesktop.DBus.Error.UnknownObject: Unknown object '"'/org/freedesktop/systemd1/unit/self'"'.
E: error org.freedesktop.systemd1.NoSuchUnit: Client not member of any unit.
# the private socket
P: reply
P: reply
P: UnitNew /org/freedesktop/systemd1 quick.service unit/quick_2eservice
P: JobNew /org/freedesktop/systemd1 N job/N quick.service
P: reply job/N
P: state unit/quick_2eservice
P: JobRemoved /org/freedesktop/systemd1 N job/N quick.service done
P: UnitRemoved /org/freedesktop/systemd1 quick.service unit/quick_2eservice'

signals_are_as_systemd_sends_them() {
  # logind subscribes: without it there is a bus that nobody listens on
  in_it systemctl mask --runtime --quiet --now systemd-logind.service
  expect "$signals" heard < <(in_it sh -c '/share/bus-talk </share/signals' 2>&1)
  in_it systemctl start self.service
  expect 'A: reply self.service
A: reply unit/self_2eservice
A: reply self.service
B: reply self.service' in_it cat /run/self
}

test_signals_go_to_those_who_asked_for_them() {
  boot
  signals_are_as_systemd_sends_them
}

test_the_real_systemd_sends_them_so() {
  boot /lib/systemd/systemd
  signals_are_as_systemd_sends_them
}

test_stock_systemctl_drives_it() {
  boot
  expect "" in_it systemctl start --wait quick.service
  expect_code 1 in_it sh -c 'touch /run/gate; systemctl start --wait fails.service'
  expect "" in_it systemctl isolate multi-user.target
  expect active in_it systemctl is-active dbus.service
  in_it systemctl set-default rescue.target
  expect rescue.target in_it systemctl get-default
  in_it systemctl enable --now stays.service
  expect enabled in_it systemctl is-enabled stays.service
  in_it systemctl disable --now stays.service
  expect disabled in_it systemctl is-enabled stays.service
  expect inactive in_it systemctl is-active stays.service
}

test_svcctl_drives_it_by_the_private_socket() {
  boot
  in_it svcctl start stays.service
  expect active in_it svcctl is-active stays.service
  in_it svcctl stop stays.service
  expect inactive in_it svcctl is-active stays.service
}

test_the_bus_hears_at_once_what_cannot_be_activated() {
  boot
  # names that a service file promises, of a unit that does not exist and of one that is masked
  in_it sh -c 'cd /usr/share/dbus-1/system-services
    for name in Missing Masked; do
      printf "[D-BUS Service]\nName=org.example.$name\nExec=/bin/false\nUser=root\nSystemdService=$name.service\n" >org.example.$name.service
    done
    printf "<busconfig><policy context=\"default\"><allow send_type=\"method_call\"/></policy></busconfig>" >/etc/dbus-1/system.d/open.conf
    ln -s /dev/null /etc/systemd/system/Masked.service
    systemctl daemon-reload
    busctl -q call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig'
  expect "Call failed: Unit Missing.service not found." in_it busctl call org.example.Missing / org.freedesktop.DBus.Peer Ping
  expect "Call failed: Unit Masked.service is masked." in_it busctl call org.example.Masked / org.freedesktop.DBus.Peer Ping
}

test_exit_ends_the_container_with_that_code() {
  boot
  expect_code 7 container_power it exit 60 7
}
