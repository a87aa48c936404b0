# shellcheck shell=bash
# What services tell the manager and leave with it: notifications, stored descriptors, folders that are cleaned, processes
# that stand still, PID files.
units=/run/systemd/system
cat >/run/show-descriptors <<'X'
#!/bin/bash
echo "LISTEN_FDS=$LISTEN_FDS LISTEN_FDNAMES=$LISTEN_FDNAMES"
for ((i = 3; i < 3 + LISTEN_FDS; i++)); do readlink "/proc/self/fd/$i" | sed 's/\[.*//'; done
exec sleep 1000
X
chmod +x /run/show-descriptors
printf '[Socket]\nListenStream=/run/kept.socket\nFileDescriptorName=listened\n' >$units/kept.socket
printf '[Service]\nNotifyAccess=all\nWatchdogSec=60\nFileDescriptorStoreMax=4\nExecStart=/run/show-descriptors\nStandardOutput=append:/run/shown\n' >$units/kept.service
printf '[Service]\nExecStart=sleep 1000\nRuntimeDirectory=cl\nStateDirectory=cl cl2\nCacheDirectory=cl\nLogsDirectory=cl\nConfigurationDirectory=cl\n' >$units/cl.service
for u in a b; do printf '[Service]\nSlice=still.slice\nExecStart=sleep 1000\n' >$units/still-$u.service; done
systemctl daemon-reload
said() { # what a process of the unit says, and what the manager makes of it
  local group
  group=/sys/fs/cgroup/system.slice/kept.service
  [ -e $group ] || group=$(echo /sys/fs/cgroup/{unified,systemd}/system.slice/kept.service | tr ' ' '\n' | while read -r g; do [ -e "$g" ] && echo "$g"; done | head -1)
  { (echo "$BASHPID" >"$group/cgroup.procs"; exec /share/notify-talk "$@"); } 2>/dev/null  # it may die of the watchdog
  echo "[$*] $(systemctl show kept -p StatusText,StatusErrno,WatchdogUSec,NFileDescriptorStore,SubState | sort | tr '\n' ' ')"
}
systemctl start kept.socket kept.service
said 'STATUS=Hello'
said 'STATUS=a' 'STATUS=b'
said $'STATUS=not \xff text'
said 'ERRNO=5'
said 'ERRNO=ENOENT'
said 'ERRNO=-5'
said 'ERRNO=99999'
said 'ERRNO=x'
said 'BUSERROR=org.freedesktop.DBus.Error.TimedOut'
said 'MAINPID=1'
said 'MAINPID=x'
said 'MAINPID=0'
said 'MAINPID=999999'
said 'WATCHDOG=bogus'
said 'WATCHDOG_USEC=x'
said 'WATCHDOG_USEC=5000000'
said 'WATCHDOG_USEC=60000000'
said 'EXTEND_TIMEOUT_USEC=x'
said 'READY=0'
said 'READY=1' 'RELOADING=1'
said 'RELOADING=1' 'READY=1'
said -b 'BARRIER=1'
said 'STATUS=fine' '' 'ERRNO=3'
said -f /run/one 'FDSTORE=1' 'FDNAME=one'
said -f /run/two -a 'FDSTORE=1'
said -p 'FDSTORE=1' 'FDNAME=gone'
said -f /run/three 'FDSTORE=1' 'FDNAME=bad:name'
said -f /run/four 'FDSTORE=1' 'FDNAME=many'
said -f /run/five 'FDSTORE=1' 'FDNAME=toomany'
said 'FDSTOREREMOVE=1'
said 'FDSTOREREMOVE=1' 'FDNAME=absent'
said -f /run/six 'STATUS=not to be kept'
systemctl restart kept
systemctl show kept -p NFileDescriptorStore
said 'FDSTOREREMOVE=1' 'FDNAME=stored'
systemctl kill -s KILL kept
for _ in $(seq 50); do [ "$(systemctl is-active kept)" = failed ] && break; sleep 0.1; done
systemctl show kept -p NFileDescriptorStore,Result
systemctl stop kept.socket; systemctl start kept; systemctl show kept -p NFileDescriptorStore
said WATCHDOG=trigger >/dev/null
for _ in $(seq 50); do [ "$(systemctl is-active kept)" = failed ] && break; sleep 0.1; done
systemctl show kept -p Result,SubState | sort
cat /run/shown
journalctl -u kept.service -o cat --no-pager | grep -v 'Killing process\|Sent signal\|not our child'
systemctl reset-failed
echo '=== folders'
there() { sleep 0.5; ls -d /run/cl /var/lib/cl /var/lib/cl2 /var/cache/cl /var/log/cl /etc/cl 2>/dev/null | tr '\n' ' '; echo; }
systemctl start cl; there; systemctl show cl -p CanClean
systemctl clean cl 2>&1; echo "rc $?"
systemctl stop cl; there; systemctl clean cl; echo "rc $?"; there
for what in state logs configuration cache runtime bogus all; do systemctl clean --what=$what cl 2>&1; echo "$what rc $?"; there; done
systemctl start cl; systemctl stop cl; systemctl clean --what=state,logs cl; echo "rc $?"; there
systemctl clean still-a 2>&1; echo "rc $?"
systemctl clean basic.target 2>&1; echo "rc $?"
systemctl clean kept.socket 2>&1 | sed 's/kept.socket: .*/kept.socket/'
systemctl start cl; systemctl kill -s KILL cl; sleep 0.3; systemctl clean --what=all cl 2>&1; echo "rc $?"; systemctl is-active cl
echo '=== standing still'
frozen() { for u in still.slice still-a still-b; do echo "$u $(systemctl show $u -p FreezerState --value)"; done; }
systemctl start still-a still-b; systemctl show still-a still.slice basic.target -p CanFreeze
systemctl freeze still-a; echo "rc $?"; frozen; systemctl status still-a | grep Active | sed 's/ since.*//'
systemctl freeze still-a; echo "rc $?"; systemctl thaw still-a; echo "rc $?"; systemctl thaw still-a; echo "rc $?"; frozen
systemctl freeze still.slice; echo "rc $?"; frozen; systemctl thaw still-a; frozen; systemctl thaw still.slice; frozen
systemctl freeze still-a; systemctl start still-a; frozen; timeout 5 systemctl stop still-a; echo "rc $?"; frozen
systemctl freeze still-a 2>&1; echo "rc $?"; systemctl thaw still-a 2>&1; echo "rc $?"
systemctl freeze basic.target 2>&1; echo "rc $?"
busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager FreezeUnit s nosuch.service 2>&1
systemctl freeze still.slice; systemctl stop still.slice; frozen
echo '=== PID files'
sleep 1000 >/dev/null 2>&1 & echo $! >/run/foreign
mkdir -p /run/theirs; chown 1000 /run/theirs
forking() { # NAME FILE SCRIPT
  printf '#!/bin/bash\nsleep 1000 &\nP=$!\n%s\n' "$3" >/run/$1; chmod +x /run/$1
  printf '[Service]\nType=forking\nPIDFile=%s\nExecStart=/run/%s\nTimeoutStartSec=1\n' "$2" $1 >$units/$1.service
}
# shellcheck disable=SC2016  # for their own shell
{
  forking p-1 /run/p1.pid 'echo 1 >/run/p1.pid'
  forking p-text /run/p2.pid 'echo xx >/run/p2.pid'
  forking p-empty /run/p3.pid ': >/run/p3.pid'
  forking p-dead /run/p4.pid 'echo 999999 >/run/p4.pid'
  forking p-foreign-root /run/p5.pid 'cat /run/foreign >/run/p5.pid'
  forking p-foreign-user /run/p6.pid 'cat /run/foreign >/run/p6.pid; chown 1000 /run/p6.pid'
  forking p-foreign-link /run/theirs/p7.pid 'cat /run/foreign >/run/p7real; ln -sf /run/p7real /run/theirs/p7.pid; chown -h 1000 /run/theirs/p7.pid'
  forking p-own-link /run/theirs/p8.pid 'echo $P >/run/p8real; ln -sf /run/p8real /run/theirs/p8.pid; chown -h 1000 /run/theirs/p8.pid'
  forking p-blank /run/p9.pid 'echo "$P rest" >/run/p9.pid'
  forking p-late /run/p10.pid '(sleep 0.3; echo $P >/run/p10.pid) &'
}
systemctl daemon-reload
for u in p-1 p-text p-empty p-dead p-foreign-root p-foreign-user p-foreign-link p-own-link p-blank p-late; do
  systemctl start $u >/dev/null 2>&1; echo "$u rc $?"
  systemctl show $u -p SubState,Result | sort | tr '\n' ' '; echo
  journalctl -u $u -o cat --no-pager | grep -v 'Killing process\|not our child' | sed 's/PID [0-9]\{2,\} /PID N /' | uniq
done
