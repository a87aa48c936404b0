# Units made over D-Bus and properties set over it, by stock clients.
call() { SYSTEMD_LOG_LEVEL=debug busctl call -- org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager "$@" 2>&1 |
  grep -o 'error-name=[^n].*error-message=.*' | grep -v error-name=n/a; }
start() { echo "-- $*"; call StartTransientUnit 'ssa(sv)a(sa(sv))' "$@"; }
set_() { echo "-- $*"; call SetUnitProperties 'sba(sv)' "$@"; }
files() { find /run/systemd/transient /etc/systemd/system.control /run/systemd/system.control -type f 2>/dev/null | sort |
  while read -r f; do echo "$f"; grep -v '^#\|^$' "$f"; done; }
sleeper=(ExecStart 'a(sasb)' 1 /bin/sleep 2 sleep 100 false)
start default.target fail 0 0
start 'bad name' fail 0 0
start x@.service fail 0 0
start x.service bogus 0 0
start x.target fail 0 0
start x.swap fail 0 0
start none.service fail 0 0
start x.service fail 1 "${sleeper[@]}" 0
start x.service fail 1 "${sleeper[@]}" 0
start y.service fail 2 "${sleeper[@]}" Bogus s x 0
start y.service fail 2 "${sleeper[@]}" Nice s x 0
files
set_ x.service true 1 "${sleeper[@]}"
set_ x.service true 1 Slice s y.slice
set_ x.service true 2 TasksMax t 11 Bogus s x
set_ x.service true 2 CPUWeight t 11 Description s 'Another one'
set_ nope.service true 1 TasksMax t 11
set_ dbus.service false 2 TasksMax t 111 MemoryMax t 104857600
set_ dbus.service true 1 TasksMax t 112
set_ dbus.service true 1 DeviceAllow 'a(ss)' 1 /dev/null rw
set_ basic.target true 1 Description s 'The base'
files
systemctl show dbus.service x.service basic.target -p TasksMax,MemoryMax,CPUWeight,Description,DeviceAllow,Transient,UnitFileState,FragmentPath
systemctl set-property --runtime dbus.service MemoryMax=50M IPAddressDeny=10.0.0.0/8
systemctl show dbus.service -p MemoryMax,IPAddressDeny
systemctl stop x.service
files | grep transient
systemd-run --wait -p Description='in passing' -p RemainAfterExit=no /bin/true 2>/dev/null; echo "true: $?"
systemd-run --wait /bin/false 2>/dev/null; echo "false: $?"
systemd-run --unit=run1 -p User=daemon -p Environment='A=b c' -p LimitNOFILE=100:200 -p PrivateTmp=yes -p Nice=3 \
  /bin/sh -c 'exec sleep 100' 2>/dev/null; echo "run1: $?"
sleep 0.3
systemctl show run1 -p ActiveState,User,Environment,LimitNOFILE,LimitNOFILESoft,PrivateTmp,Nice,Transient,Slice
pid=$(systemctl show run1 -p MainPID --value); ps -o user=,ni=,args= "$pid"
systemctl stop run1; systemctl is-active run1
files | grep transient
