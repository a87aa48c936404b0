# shellcheck shell=bash
# svcctl show is systemctl show, line for line: of all units of a booted system, and of units that between them set
# every kind of property. Both ask svcd; that the values are right is tests/compat's matter.
set_up() {
  root=$(container_cached_root)
  CONTAINER_UNITS=$PWD/units/shown container_boot it "$root"
  container_wait it >/dev/null
  cat >"${container_dir[it]}/share/same" <<'END'
# same ARGUMENTS…: systemctl's and svcctl's answer; figures that move between two questions become words
n=$(mktemp -d)
for who in systemctl svcctl; do
  code=0
  $who show "$@" >$n/$who 2>/dev/null || code=$?
  sed -Ei 's/^((CPUUsageNSec|MemoryCurrent|MemoryAvailable|TasksCurrent|Jobs?|NJobs)=).*/\1…/' $n/$who
  echo "exit code $code" >>$n/$who
done
diff $n/systemctl $n/svcctl || echo "of: show $*"
END
}

same() { expect "" in_it bash /share/same "$@"; }

test_all_units_of_a_system_are_shown_alike() {
  in_it systemctl start shown-runs.service mnt-s.mount
  in_it sh -c 'systemctl start shown-fails.service; systemctl start shown-dies.service; true'
  same '*' --all
  same shown-a.service --all --value
  same
  same --all
}

test_every_kind_of_property_has_systemctls_text() {
  local unit
  for unit in units/shown/*; do
    same "$(basename "$unit")" --all
    same "$(basename "$unit")"
  done
}

test_what_is_asked_for_is_chosen_alike() {
  same -p Version
  same -P Version,Architecture
  same nothing.service
  same nothing.service dbus.service -p Id,LoadState
  same dbus.service nothing.service cron -P Id,LoadState,Names
  same dbus.service -p Nope,Id,Names
  same dbus.service -p ''
  same 'dbus*' 'systemd-j*' -p Id
  same 'nomatch*' dbus.service -p Id
  same --type=socket -p Id
  same --type=socket,timer '*' -p Id
  same --state=running --type=service '*' -p Id
  same --failed '*' -p Id
  same --type=service dbus.service dbus.socket -p Id
  same foo@.service
  same foo@ -p Id
  same 99999
  same ''
  same 'a b' -p Id
  same /dev/sda -p Id
  same -- -.slice -p Id
  same -o json dbus.service -p Id
  same '@' -p Id
  same a@b@c -p Id
  same x.unknown -p Id
}
