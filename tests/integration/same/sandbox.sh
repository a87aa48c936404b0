# Folders that a service owns and what it sees of the system, for each setting of systemd.exec(5).
# The manager forgets a unit that rests a moment after its job ended: then its figures are those of one never run.
forgotten() {
  for _ in $(seq 100); do
    systemctl list-units --all --full --plain --no-legend "$1" | grep -q ' inactive ' || return 0
    sleep 0.1
  done
}
source /share/ask
useradd -u 4321 -d /home/worker -m worker
mkdir -p /var/lib/kept /srv/data
echo x >/var/lib/kept/file

ask 'env | grep DIRECTORY; ls -ldn /run/aa /run/aa/bb | cut -d\" \" -f1,3,4,9' RuntimeDirectory='aa aa/bb' User=worker
ls -d /run/aa
ask 'ls -ldn /run/cc | cut -d\" \" -f1,3,4' RuntimeDirectory=cc RuntimeDirectoryMode=0700 RuntimeDirectoryPreserve=yes User=worker Group=nogroup
ls -d /run/cc
ask 'true' RuntimeDirectory=dd RuntimeDirectoryPreserve=restart
ls -d /run/dd
ask 'env | grep DIRECTORY; ls -ldn /var/lib/s1 /var/lib/s1/s2 /var/cache/c1 /var/log/l1 /etc/e1 | cut -d\" \" -f1,3,4' 'StateDirectory=s1 s1/s2' CacheDirectory=c1 LogsDirectory=l1 ConfigurationDirectory=e1 StateDirectoryMode=0711 CacheDirectoryMode=0700 User=worker
ls -d /var/lib/s1 /var/cache/c1 /var/log/l1 /etc/e1
ask 'ls -lnR /var/lib/kept | cut -d\" \" -f1,3,4' StateDirectory=kept User=worker
ask 'true' RuntimeDirectory=../evil
ask 'true' RuntimeDirectory=/absolute
touch /run/occupied
ask 'true' RuntimeDirectory=occupied
ask 'true' StateDirectory=st:link
ls -l /var/lib/link | sed 's/.*-> //'
# a running service keeps its folder, a stopped one does not
printf '[Service]\nRuntimeDirectory=live\nExecStart=/bin/sleep 100\n' >/run/systemd/system/live.service
systemctl start live; sleep 0.3; ls -d /run/live; systemctl restart live; sleep 0.3; ls -d /run/live; systemctl stop live; ls -d /run/live
# a failing ExecStartPre leaves none
printf '[Service]\nRuntimeDirectory=pre\nExecStartPre=/bin/sh -c "touch /run/pre/x; exit 3"\nExecStart=/bin/sleep 100\n' >/run/systemd/system/pre.service
systemctl start pre; ls -d /run/pre
# private /tmp, which 252 removes in a thread that nobody waits for
touch /tmp/outside /var/tmp/outside
ask 'ls -A /tmp /var/tmp; touch /tmp/inside; stat -c %%a /tmp' PrivateTmp=yes
ls -d /tmp/inside; ls -A /tmp | grep -c ask-
printf '[Service]\nPrivateTmp=yes\nExecStart=/bin/sleep 100\n' >/run/systemd/system/ptmp.service
systemctl start ptmp; sleep 0.3; ls -d /tmp/systemd-private-*ptmp* /var/tmp/systemd-private-*ptmp* | sed -E 's/-[0-9a-f]{32}-/-ID-/; s/-[A-Za-z0-9]+$/-X/'
systemctl stop ptmp; sleep 0.3; ls -d /tmp/systemd-private-*ptmp* 2>/dev/null | wc -l
# protection
t='for f in /usr /boot /etc /root /home /home/worker /var /srv /run /dev/shm /run/user; do if touch \$\$f/.probe 2>/dev/null; then echo \$\$f writable; rm \$\$f/.probe; else echo \$\$f no; fi; done'
ask "$t" ProtectSystem=no
ask "$t" ProtectSystem=yes
ask "$t" ProtectSystem=full
ask "$t" ProtectSystem=strict
ask "$t" ProtectSystem=strict ReadWritePaths=/srv StateDirectory=state2 PrivateTmp=yes
ask "$t; ls -A /home /root | wc -l" ProtectHome=yes
ask "$t; ls -A /home" ProtectHome=read-only
ask "$t; ls -A /home" ProtectHome=tmpfs
ask "$t" ProtectSystem=strict ProtectHome=read-only User=worker NoNewPrivileges=yes
ask "ls /srv /usr/lib/os-release" InaccessiblePaths=/srv
ask "ls /srv /no-such" ReadOnlyPaths=-/no-such
ask "ls /srv" ReadOnlyPaths=/no-such
ask "ls /dev | grep -v char | tr '\n' ' '" PrivateDevices=yes
ask "cat /proc/net/dev | cut -d: -f1 | tail -n +3" PrivateNetwork=yes
ask "touch /proc/sys/kernel/x; echo 1 > /proc/sys/kernel/printk && echo written" ProtectKernelTunables=yes
ask 'umask; id -un; env | grep -E \"HOME|USER|SHELL|LOGNAME\"' PrivateTmp=yes User=worker UMask=077
