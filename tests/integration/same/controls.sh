# shellcheck shell=bash
# Properties of the manager that can be written, and small methods of it: answers, errors, what the journal says.
m=(org.freedesktop.systemd1 /org/freedesktop/systemd1)
i=org.freedesktop.systemd1.Manager
write() { # PROPERTY TYPE VALUE
  echo "\$ $*"
  busctl set-property "${m[@]}" $i "$@"
  echo "rc $? now $(busctl get-property "${m[@]}" $i "$1" 2>&1)"
}
ask() { # METHOD …
  echo "\$ $*"
  SYSTEMD_LOG_LEVEL=debug busctl call "${m[@]}" $i "$@" 2>&1 | sed -n 's/.*error-name=\([^ ]*\) error-message=\(.*\)/\1: \2/p; /^[a-z(]* /p' | tail -1
}
for level in debug foo 7 9 warning '' INFO notice info ''; do write LogLevel s "$level"; done
write LogLevel u 5
for target in journal foo console syslog journal-or-kmsg syslog-or-kmsg console-prefixed auto null ''; do write LogTarget s "$target"; done
for property in RuntimeWatchdogUSec RebootWatchdogUSec KExecWatchdogUSec ShutdownWatchdogUSec; do
  write $property t 5000000
  write $property t 18446744073709551615
done
write RuntimeWatchdogPreUSec t 7
write RuntimeWatchdogPreGovernor s panic
write RuntimeWatchdogPreGovernor s ''
write ServiceWatchdogs b false
write ServiceWatchdogs b true
write Nope s x
write Environment as 0
for mode in '' auto yes no error temporary bogus 1; do
  ask SetShowStatus s "$mode"
  busctl get-property "${m[@]}" $i ShowStatus
done
ask GetDynamicUsers
for name in foo '' root; do ask LookupDynamicUserByName s "$name"; done
for id in 0 61184 65535 4294967295; do ask LookupDynamicUserByUID u $id; done
for pid in 4294967295 2147483647; do ask GetUnitByPID u $pid; done
for old in nope.service bad systemd-journald.service; do ask StartUnitReplace sss $old simple.service replace; done
for cgroup in '' bogus /bogus / /system.slice; do ask GetUnitByControlGroup s "$cgroup"; done
for method in GetUnit LoadUnit RefUnit GetUnitProcesses; do ask $method s ''; done
for unit in basic.target tmp.mount system.slice init.scope; do
  for whom in main control; do ask KillUnit ssi $unit $whom 15; done
done
busctl introspect "${m[0]}" /org/freedesktop/LogControl1
for path in / /org /org/freedesktop /org/freedesktop/systemd1/job/4711; do
  busctl call "${m[0]}" $path org.freedesktop.DBus.Introspectable Introspect | sed 's/\\n/\n/g' | grep 'interface name\|node name'
done
for words in log-level 'log-level debug' log-level 'log-level info' log-target service-watchdogs 'service-watchdogs no' service-watchdogs; do
  echo "\$ systemctl $words"
  # shellcheck disable=SC2086
  systemctl $words
done
systemctl service-watchdogs yes
busctl set-property "${m[@]}" $i LogLevel s ''  # a reload would set it again, and say so

# without watchdogs nothing is done about a service that says nothing, and that is said
cat >/run/systemd/system/dog.service <<X
[Service]
Type=notify
NotifyAccess=all
WatchdogSec=300ms
ExecStart=/bin/sh -c 'systemd-notify --ready; exec sleep 60'
X
sed '/Watchdog/d' /run/systemd/system/dog.service >/run/systemd/system/no-dog.service
systemctl daemon-reload
systemctl service-watchdogs no
systemctl start dog.service no-dog.service
for _ in $(seq 50); do journalctl -q -o cat -u dog.service | grep -q disabled && break || sleep 0.1; done
systemctl is-active dog.service
systemctl show -p WatchdogTimestamp,WatchdogTimestampMonotonic no-dog.service
systemctl service-watchdogs yes
systemctl stop dog.service no-dog.service

echo '$ ControlGroupId'
id_of() { busctl get-property "${m[0]}" "/org/freedesktop/systemd1/unit/$1" "$i.$2" ControlGroupId 2>/dev/null || busctl get-property "${m[0]}" "/org/freedesktop/systemd1/unit/$1" org.freedesktop.systemd1."$2" ControlGroupId; }
root=/sys/fs/cgroup
[ ! -d $root/unified ] || root=$root/unified
for unit in 'systemd_2djournald_2eservice Service system.slice/systemd-journald.service' 'init_2escope Scope init.scope' 'system_2eslice Slice system.slice' '_2d_2eslice Slice .'; do
  read -r path type cgroup <<<"$unit"
  [ "$(id_of "$path" "$type")" = "t $(stat -c %i "$root/$cgroup")" ] && echo "$type yes" || echo "$type no"
done
journalctl --sync
journalctl -b -q -o cat _PID=1 -p info | grep '^Setting log\|^Restoring log\|Watchdog disabled'
