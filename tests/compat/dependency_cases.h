// Unit files and the dependencies that systemd 252 shows for them (`systemctl show -p After,Before,…`), sorted. Besides
// them only -.mount, tmp.mount (without unit files) and srv-m1.mount (with one) were mounted or loaded.
#pragma once

namespace svcd {

struct DependencyCase {
  const char *unit, *text, *answer;
};

inline constexpr DependencyCase dependency_cases[] = {
    // clang-format off
    {"d-bt.service", R"([Service]
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-busname.service", R"([Service]
Type=simple
BusName=org.d.y
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-dbus.service", R"([Service]
Type=dbus
BusName=org.d.x
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=dbus.socket sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target dbus.socket sysinit.target system.slice systemd-journald.socket)"},
    {"d-dbusnodd.service", R"([Unit]
DefaultDependencies=no
[Service]
Type=dbus
BusName=org.x.y
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=dbus.socket system.slice
After=dbus.socket system.slice systemd-journald.socket)"},
    {"d-dirs.service", R"([Service]
RuntimeDirectory=rr
StateDirectory=ss/tt
CacheDirectory=cc
LogsDirectory=ll
ConfigurationDirectory=ee
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=-.mount basic.target sysinit.target system.slice systemd-journald.socket systemd-remount-fs.service
RequiresMountsFor=/etc/ee /run/rr /var/cache/cc /var/lib/ss/tt /var/log/ll)"},
    {"d-dynamic.service", R"([Service]
DynamicUser=yes
StateDirectory=dynst
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Wants=tmp.mount
Conflicts=shutdown.target
Before=shutdown.target
After=-.mount basic.target sysinit.target system.slice systemd-journald.socket systemd-remount-fs.service systemd-tmpfiles-setup.service tmp.mount
RequiresMountsFor=/var/lib/dynst /var/tmp)"},
    {"d-envfile.service", R"([Service]
EnvironmentFile=/srv/env/f
PIDFile=/run/x/y.pid
Type=forking
ExecStart=/srv/bin/foo
ProtectHome=yes
ProtectSystem=strict
ReadWritePaths=/srv/rw
BindPaths=/srv/bp)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-errjournal.service", R"([Service]
StandardOutput=null
StandardError=journal
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-isock.service", R"([Service]
ExecStart=/bin/true
StandardInput=socket)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice)"},
    {"d-joins.service", R"([Unit]
JoinsNamespaceOf=d-plain.service
PropagatesReloadTo=d-plain.service
ReloadPropagatedFrom=d-nodd.service
StopPropagatedFrom=d-nodd.service
[Service]
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket
JoinsNamespaceOf=d-plain.service
PropagatesReloadTo=d-plain.service
ReloadPropagatedFrom=d-nodd.service
StopPropagatedFrom=d-nodd.service)"},
    {"d-kmsg.service", R"([Service]
StandardOutput=kmsg
StandardError=tty
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-logns.service", R"([Service]
LogNamespace=foo
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice systemd-journald-varlink@foo.socket systemd-journald@foo.socket
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald-varlink@foo.socket systemd-journald@foo.socket)"},
    {"d-mimg.service", R"([Service]
ExecStart=/bin/true
BindPaths=/srv/b
MountImages=/srv/b:/x
ExtensionImages=/srv/c)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-nodd.service", R"([Unit]
DefaultDependencies=no
[Service]
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=system.slice
After=system.slice systemd-journald.socket)"},
    {"d-null.service", R"([Service]
StandardOutput=null
StandardError=null
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice)"},
    {"d-oomd.service", R"([Service]
ManagedOOMSwap=kill
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-outfile.service", R"([Service]
StandardOutput=file:/srv/log/x
StandardError=append:/srv/log2/y
StandardInput=file:/srv/in/z
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice)"},
    {"d-outnull.service", R"([Service]
StandardOutput=null
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice)"},
    {"d-pam.service", R"([Service]
PAMName=login
User=daemon
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-plain.service", R"([Service]
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-po.service", R"([Service]
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-privdev.service", R"([Service]
PrivateDevices=yes
PrivateNetwork=yes
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-privtmp.service", R"([Service]
PrivateTmp=yes
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Wants=tmp.mount
Conflicts=shutdown.target
Before=shutdown.target
After=-.mount basic.target sysinit.target system.slice systemd-journald.socket systemd-tmpfiles-setup.service tmp.mount
RequiresMountsFor=/var/tmp)"},
    {"d-privtmpnodd.service", R"([Unit]
DefaultDependencies=no
[Service]
PrivateTmp=yes
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=system.slice
Wants=tmp.mount
After=-.mount system.slice systemd-journald.socket systemd-tmpfiles-setup.service tmp.mount
RequiresMountsFor=/var/tmp)"},
    {"d-rimg.service", R"([Service]
ExecStart=/bin/true
RootImage=/srv/img.raw)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=-.mount basic.target sysinit.target system.slice systemd-journald.socket systemd-udevd.service
RequiresMountsFor=/srv/img.raw)"},
    {"d-rootslice.service", R"([Service]
Slice=-.slice
ExecStart=/bin/true)",
     R"(Slice=-.slice
Requires=-.slice sysinit.target
Conflicts=shutdown.target
Before=shutdown.target
After=-.slice basic.target sysinit.target systemd-journald.socket)"},
    {"d-rq.service", R"([Service]
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-rundir.service", R"([Service]
RuntimeDirectory=rr
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=-.mount basic.target sysinit.target system.slice systemd-journald.socket
RequiresMountsFor=/run/rr)"},
    {"d-s3.service", R"([Service]
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-s5@inst.service", R"([Service]
ExecStart=/bin/true)",
     R"(Slice=system-d\x2ds5.slice
Requires=sysinit.target system-d\x2ds5.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system-d\x2ds5.slice systemd-journald.socket)"},
    {"d-slice.service", R"([Service]
Slice=a-b.slice
ExecStart=/bin/true)",
     R"(Slice=a-b.slice
Requires=a-b.slice sysinit.target
Conflicts=shutdown.target
Before=shutdown.target
After=a-b.slice basic.target sysinit.target systemd-journald.socket)"},
    {"d-sockets.service", R"([Service]
Sockets=d-s1.socket d-s2.socket
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Wants=d-s1.socket d-s2.socket
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target d-s1.socket d-s2.socket sysinit.target system.slice systemd-journald.socket
TriggeredBy=d-s1.socket d-s2.socket)"},
    {"d-tmpl@inst.service", R"([Service]
ExecStart=/bin/true)",
     R"(Slice=system-d\x2dtmpl.slice
Requires=sysinit.target system-d\x2dtmpl.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system-d\x2dtmpl.slice systemd-journald.socket)"},
    {"d-tty.service", R"([Service]
StandardInput=tty
TTYPath=/dev/tty7
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice)"},
    {"d-ttyout.service", R"([Service]
StandardOutput=tty
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice)"},
    {"d-unitdeps.service", R"([Unit]
Requires=d-plain.service
Wants=d-nodd.service
After=network.target
Before=d-nodd.service
PartOf=d-plain.service
OnFailure=d-plain.service
Upholds=d-nodd.service
RequiresMountsFor=/srv/x /home
[Service]
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=d-plain.service sysinit.target system.slice
Wants=d-nodd.service
PartOf=d-plain.service
Upholds=d-nodd.service
Conflicts=shutdown.target
Before=d-nodd.service shutdown.target
After=-.mount basic.target network.target sysinit.target system.slice systemd-journald.socket
OnFailure=d-plain.service
RequiresMountsFor=/home /srv/x)"},
    {"d-up.service", R"([Service]
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-user.service", R"([Service]
User=daemon
DynamicUser=no
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-wd.service", R"([Service]
WorkingDirectory=/srv/wd
RootDirectory=/srv/root
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=-.mount basic.target sysinit.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/root /srv/wd)"},
    {"d-wdhome.service", R"([Service]
WorkingDirectory=~
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-wdopt.service", R"([Service]
WorkingDirectory=-/srv/wd
ExecStart=/bin/true)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target
After=basic.target sysinit.target system.slice systemd-journald.socket)"},
    {"d-s1.socket", R"([Socket]
ListenStream=/run/d/s1)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=d-s1.service shutdown.target sockets.target
After=-.mount sysinit.target system.slice
Triggers=d-s1.service
RequiresMountsFor=/run/d/s1)"},
    {"d-s2.socket", R"([Socket]
ListenStream=/run/d/s2
Service=d-sockets.service)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=d-sockets.service shutdown.target sockets.target
After=-.mount sysinit.target system.slice
Triggers=d-sockets.service
RequiresMountsFor=/run/d/s2)"},
    {"d-s3.socket", R"([Unit]
DefaultDependencies=no
[Socket]
ListenStream=1234)",
     R"(Slice=system.slice
Requires=system.slice
Before=d-s3.service
After=system.slice
Triggers=d-s3.service)"},
    {"d-s4.socket", R"([Socket]
ListenFIFO=/srv/fifo/f
ListenSpecial=/dev/log9
ListenMessageQueue=/mq
ListenDatagram=@abs
Symlinks=/srv/sym/l1
Service=d-plain.service)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=d-plain.service shutdown.target sockets.target
After=-.mount sysinit.target system.slice
Triggers=d-plain.service
RequiresMountsFor=/dev/log9 /srv/fifo/f)"},
    {"d-s5.socket", R"([Socket]
ListenStream=/run/d/s5
Accept=yes)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=shutdown.target sockets.target
After=-.mount sysinit.target system.slice
RequiresMountsFor=/run/d/s5)"},
    {"d-s6.socket", R"([Socket]
ListenStream=4567
BindToDevice=eth7
Service=d-plain.service)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Conflicts=shutdown.target
Before=d-plain.service shutdown.target sockets.target
After=sysinit.target system.slice
Triggers=d-plain.service)"},
    {"d-s7.socket", R"([Socket]
ListenStream=4568
ExecStartPre=/bin/true
PrivateTmp=yes
RuntimeDirectory=s7
Service=d-plain.service)",
     R"(Slice=system.slice
Requires=sysinit.target system.slice
Wants=tmp.mount
Conflicts=shutdown.target
Before=d-plain.service shutdown.target sockets.target
After=-.mount sysinit.target system.slice systemd-journald.socket systemd-tmpfiles-setup.service tmp.mount
Triggers=d-plain.service
RequiresMountsFor=/run/s7 /var/tmp)"},
    {"d-y@i-j.socket", R"([Socket]
ListenStream=/run/x)",
     R"(Slice=system-d\x2dy.slice
Requires=sysinit.target system-d\x2dy.slice
Conflicts=shutdown.target
Before=d-y@i-j.service shutdown.target sockets.target
After=-.mount sysinit.target system-d\x2dy.slice
Triggers=d-y@i-j.service
RequiresMountsFor=/run/x)"},
    {"d-t4.target", R"([Unit]
DefaultDependencies=no)",
     R"()"},
    {"d-a-b.slice", R"([Slice])",
     R"(Slice=d-a.slice
Requires=d-a.slice
Conflicts=shutdown.target
Before=shutdown.target
After=d-a.slice)"},
    {"d-n.slice", R"([Unit]
DefaultDependencies=no)",
     R"(Slice=d.slice
Requires=d.slice
After=d.slice)"},
    {"dev-foo.mount", R"([Mount]
What=tmpfs
Type=tmpfs
Where=/dev/foo)",
     R"(Slice=-.slice
Requires=-.slice
After=-.mount -.slice systemd-journald.socket
RequiresMountsFor=/dev)"},
    {"run-foo.mount", R"([Mount]
What=tmpfs
Type=tmpfs
Where=/run/foo)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target swap.target system.slice systemd-journald.socket
RequiresMountsFor=/run)"},
    {"run-initramfs-x.mount", R"([Mount]
What=tmpfs
Type=tmpfs
Where=/run/initramfs/x)",
     R"(Slice=-.slice
Requires=-.slice
After=-.mount -.slice systemd-journald.socket
RequiresMountsFor=/run/initramfs)"},
    {"srv-au.mount", R"([Mount]
What=/dev/sdq20
Where=/srv/au)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/sdq20 /srv)"},
    {"srv-m1-sub.mount", R"([Mount]
What=/dev/sdq5
Where=/srv/m1/sub
Type=ext4)",
     R"(Slice=system.slice
Requires=srv-m1.mount system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target srv-m1.mount system.slice systemd-journald.socket
RequiresMountsFor=/dev/sdq5 /srv/m1)"},
    {"srv-m1.mount", R"([Mount]
What=/dev/sdq1
Where=/srv/m1)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/sdq1 /srv)"},
    {"srv-m10.mount", R"([Mount]
What=LABEL=foo
Where=/srv/m10
Options=x-systemd.device-bound)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv)"},
    {"srv-m11.mount", R"([Mount]
What=overlay
Where=/srv/m11
Type=overlay
Options=lowerdir=/srv/a,upperdir=/srv/b)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv)"},
    {"srv-m12.mount", R"([Mount]
What=/dev/sdq12
Where=/srv/m12
PrivateTmp=yes
Slice=a-b.slice)",
     R"(Slice=a-b.slice
Requires=a-b.slice
Wants=tmp.mount
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount a-b.slice local-fs-pre.target systemd-journald.socket systemd-tmpfiles-setup.service tmp.mount
RequiresMountsFor=/dev/sdq12 /srv /var/tmp)"},
    {"srv-m2.mount", R"([Mount]
What=tmpfs
Where=/srv/m2
Type=tmpfs)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target swap.target system.slice systemd-journald.socket
RequiresMountsFor=/srv)"},
    {"srv-m3.mount", R"([Mount]
What=host:/x
Where=/srv/m3
Type=nfs)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv)"},
    {"srv-m4.mount", R"([Mount]
What=/srv/m1/img
Where=/srv/m4
Options=loop)",
     R"(Slice=system.slice
Requires=srv-m1.mount system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target srv-m1.mount system.slice systemd-journald.socket
RequiresMountsFor=/srv /srv/m1/img)"},
    {"srv-m5.mount", R"([Mount]
What=/srv/m1/d
Where=/srv/m5
Options=bind)",
     R"(Slice=system.slice
Requires=srv-m1.mount system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target srv-m1.mount system.slice systemd-journald.socket
RequiresMountsFor=/srv /srv/m1/d)"},
    {"srv-m6.mount", R"([Unit]
DefaultDependencies=no
[Mount]
What=/dev/sdq2
Where=/srv/m6)",
     R"(Slice=system.slice
Requires=system.slice
After=-.mount system.slice systemd-journald.socket
RequiresMountsFor=/dev/sdq2 /srv)"},
    {"srv-m7.mount", R"([Mount]
What=/dev/sdq3
Where=/srv/m7
Options=_netdev)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv)"},
    {"srv-m8.mount", R"([Mount]
What=/dev/sdq4
Where=/srv/m8
Options=nofail)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/sdq4 /srv)"},
    {"srv-m9.mount", R"([Mount]
What=/dev/sdq6
Where=/srv/m9
Options=usrquota,grpquota)",
     R"(Slice=system.slice
Requires=system.slice
Wants=quotaon.service systemd-quotacheck.service
Conflicts=umount.target
Before=local-fs.target quotaon.service systemd-quotacheck.service umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/sdq6 /srv)"},
    {"srv-nofailnfs.mount", R"([Mount]
What=h:/x
Where=/srv/nofailnfs
Type=nfs
Options=nofail)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv)"},
    {"srv-nt.mount", R"([Mount]
What=tmpfs
Where=/srv/nt
Type=tmpfs
Options=_netdev)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target swap.target system.slice systemd-journald.socket
RequiresMountsFor=/srv)"},
    {"srv-q3.mount", R"([Mount]
What=/dev/q3
Where=/srv/q3
Options=usrjquota=aquota.user,jqfmt=vfsv0)",
     R"(Slice=system.slice
Requires=system.slice
Wants=quotaon.service systemd-quotacheck.service
Conflicts=umount.target
Before=local-fs.target quotaon.service systemd-quotacheck.service umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/q3 /srv)"},
    {"srv-qbind.mount", R"([Mount]
What=/srv/q
Where=/srv/qbind
Options=bind,usrquota)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv /srv/q)"},
    {"srv-qnfs.mount", R"([Mount]
What=/dev/q
Where=/srv/qnfs
Type=nfs
Options=usrquota)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv)"},
    {"srv-t-9p.mount", R"([Mount]
What=/dev/x9p
Where=/srv/t/9p
Type=9p)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/x9p /srv/t)"},
    {"srv-t-afs.mount", R"([Mount]
What=/dev/xafs
Where=/srv/t/afs
Type=afs)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-ceph.mount", R"([Mount]
What=/dev/xceph
Where=/srv/t/ceph
Type=ceph)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-cifs.mount", R"([Mount]
What=/dev/xcifs
Where=/srv/t/cifs
Type=cifs)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-davfs.mount", R"([Mount]
What=/dev/xdavfs
Where=/srv/t/davfs
Type=davfs)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-davfs2.mount", R"([Mount]
What=/dev/xdavfs2
Where=/srv/t/davfs2
Type=davfs2)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/xdavfs2 /srv/t)"},
    {"srv-t-ext4.mount", R"([Mount]
What=/dev/xext4
Where=/srv/t/ext4
Type=ext4)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/xext4 /srv/t)"},
    {"srv-t-fuseDdavfs.mount", R"([Mount]
What=/dev/xfuse.davfs
Where=/srv/t/fuseDdavfs
Type=fuse.davfs)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-fuseDfoo.mount", R"([Mount]
What=/dev/xfuse.foo
Where=/srv/t/fuseDfoo
Type=fuse.foo)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/xfuse.foo /srv/t)"},
    {"srv-t-fuseDsshfs.mount", R"([Mount]
What=/dev/xfuse.sshfs
Where=/srv/t/fuseDsshfs
Type=fuse.sshfs)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-gfs2.mount", R"([Mount]
What=/dev/xgfs2
Where=/srv/t/gfs2
Type=gfs2)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-glusterfs.mount", R"([Mount]
What=/dev/xglusterfs
Where=/srv/t/glusterfs
Type=glusterfs)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-lustre.mount", R"([Mount]
What=/dev/xlustre
Where=/srv/t/lustre
Type=lustre)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-nfs4.mount", R"([Mount]
What=/dev/xnfs4
Where=/srv/t/nfs4
Type=nfs4)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-ocfs2.mount", R"([Mount]
What=/dev/xocfs2
Where=/srv/t/ocfs2
Type=ocfs2)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-orangefs.mount", R"([Mount]
What=/dev/xorangefs
Where=/srv/t/orangefs
Type=orangefs)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-overlay.mount", R"([Mount]
What=/dev/xoverlay
Where=/srv/t/overlay
Type=overlay)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/xoverlay /srv/t)"},
    {"srv-t-smb3.mount", R"([Mount]
What=/dev/xsmb3
Where=/srv/t/smb3
Type=smb3)",
     R"(Slice=system.slice
Requires=system.slice
Wants=network-online.target
Conflicts=umount.target
Before=remote-fs.target umount.target
After=-.mount network-online.target network.target remote-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/srv/t)"},
    {"srv-t-virtiofs.mount", R"([Mount]
What=/dev/xvirtiofs
Where=/srv/t/virtiofs
Type=virtiofs)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target system.slice systemd-journald.socket
RequiresMountsFor=/dev/xvirtiofs /srv/t)"},
    {"tmp-m13.mount", R"([Mount]
What=tmpfs
Where=/tmp/m13
Type=tmpfs)",
     R"(Slice=system.slice
Requires=system.slice
Conflicts=umount.target
Before=local-fs.target umount.target
After=-.mount local-fs-pre.target swap.target system.slice systemd-journald.socket tmp.mount
RequiresMountsFor=/tmp)"},
    {"usr.mount", R"([Mount]
What=/dev/u
Where=/usr)",
     R"(Slice=-.slice
Requires=-.slice
After=-.mount -.slice systemd-journald.socket
RequiresMountsFor=/ /dev/u)"},
    {"srv-au.automount", R"([Automount]
Where=/srv/au)",
     R"(Conflicts=umount.target
Before=local-fs.target srv-au.mount umount.target
After=-.mount local-fs-pre.target
Triggers=srv-au.mount
RequiresMountsFor=/srv)"},
    {"dev-sdq9.swap", R"([Swap]
What=/dev/sdq9)",
     R"(Slice=system.slice
Requires=system.slice
After=-.mount system.slice systemd-journald.socket
RequiresMountsFor=/dev/sdq9)"},
    {"srv-swapfile.swap", R"([Swap]
What=/srv/swapfile)",
     R"(Slice=system.slice
Requires=system.slice
After=-.mount system.slice systemd-journald.socket systemd-remount-fs.service
RequiresMountsFor=/srv/swapfile)"},
    {"srv-swapnf.swap", R"([Swap]
What=/srv/swapnf
Options=nofail)",
     R"(Slice=system.slice
Requires=system.slice
After=-.mount system.slice systemd-journald.socket systemd-remount-fs.service
RequiresMountsFor=/srv/swapnf)"},
    // clang-format on
};

}  // namespace svcd
