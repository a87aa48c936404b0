# docker.io 20.10.24+dfsg1-1+deb12u1+b6
docker.service
	Service.Delegate	b	true
	Service.DelegateControllers	as	["cpu","cpuset","io","memory","pids"]
	Service.EnvironmentFiles	a(sb)	[["/etc/default/docker",true]]
	Service.ExecReload	a(sasbttttuii)	[["/bin/kill",["/bin/kill","-s","HUP","$MAINPID"],false,0,0,0,0,0,0,0]]
	Service.ExecReloadEx	a(sasasttttuii)	[["/bin/kill",["/bin/kill","-s","HUP","$MAINPID"],[],0,0,0,0,0,0,0]]
	Service.ExecStart	a(sasbttttuii)	[["/usr/sbin/dockerd",["/usr/sbin/dockerd","-H","fd://","--containerd=/run/containerd/containerd.sock","$DOCKER_OPTS"],false,0,0,0,0,0,0,0]]
	Service.ExecStartEx	a(sasasttttuii)	[["/usr/sbin/dockerd",["/usr/sbin/dockerd","-H","fd://","--containerd=/run/containerd/containerd.sock","$DOCKER_OPTS"],[],0,0,0,0,0,0,0]]
	Service.KillMode	s	"process"
	Service.LimitCORESoft	t	18446744073709551615
	Service.LimitNOFILE	t	1048576
	Service.LimitNOFILESoft	t	1048576
	Service.LimitNPROC	t	18446744073709551615
	Service.LimitNPROCSoft	t	18446744073709551615
	Service.NotifyAccess	s	"main"
	Service.OOMPolicy	s	"continue"
	Service.Restart	s	"on-failure"
	Service.TasksMax	t	18446744073709551615
	Service.TimeoutStartUSec	t	18446744073709551615
	Service.Type	s	"notify"
	Unit.After	as	["basic.target","containerd.service","docker.socket","firewalld.service","network-online.target","sysinit.target","system.slice","systemd-journald.socket"]
	Unit.Before	as	["multi-user.target","shutdown.target"]
	Unit.CanReload	b	true
	Unit.Description	s	"Docker Application Container Engine"
	Unit.Documentation	as	["https://docs.docker.com"]
	Unit.Requires	as	["docker.socket","sysinit.target","system.slice"]
	Unit.StartLimitBurst	u	3
	Unit.StartLimitIntervalUSec	t	60000000
	Unit.TriggeredBy	as	["docker.socket"]
	Unit.UnitFileState	s	"enabled"
	Unit.WantedBy	as	["multi-user.target"]
	Unit.Wants	as	["containerd.service","network-online.target"]
docker.socket
	Socket.Listen	a(ss)	[["Stream","/run/docker.sock"]]
	Socket.SocketGroup	s	"docker"
	Socket.SocketMode	u	432
	Socket.SocketUser	s	"root"
	Unit.After	as	["-.mount","sysinit.target","system.slice"]
	Unit.Before	as	["docker.service","shutdown.target","sockets.target"]
	Unit.DefaultDependencies	b	true
	Unit.Description	s	"Docker Socket for the API"
	Unit.RequiredBy	as	["docker.service"]
	Unit.Requires	as	["sysinit.target","system.slice"]
	Unit.RequiresMountsFor	as	["/run/docker.sock"]
	Unit.Triggers	as	["docker.service"]
