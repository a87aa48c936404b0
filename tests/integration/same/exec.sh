# What a process of a service finds when it starts, for each setting of systemd.exec(5): the process tells.
source /share/ask
useradd -u 4321 -d /home/worker -m -G video,audio worker
groupadd -g 4400 extra
printf 'FROM_FILE=one\n# comment\nQUOTED="two words" \nEMPTY=\n\tINDENTED=yes\nbad line\nCONT=a\\\nb\n' >/run/env
printf 'typed text\n' >/run/input

# who
ask 'id; pwd; env | grep -v INVOCATION_ID | sort' User=worker
ask 'id' User=worker Group=extra
ask 'id' User=4321
ask 'id' Group=extra
ask 'id' User=worker SupplementaryGroups=extra
ask 'id' SupplementaryGroups=extra
ask 'id' User=nobody
ask 'id' User=no-such-user
ask 'id' Group=no-such-group
ask 'id' SupplementaryGroups=no-such-group
ask 'env | grep -v INVOCATION_ID | sort' 
# environment
ask 'env | grep -v INVOCATION_ID | sort' 'Environment=A=1 "B=two words" C=$$x' 'Environment=A=2' 'UnsetEnvironment=LANG'
ask 'env | grep -v INVOCATION_ID | sort' EnvironmentFile=/run/env Environment=FROM_FILE=zero
ask 'env | grep -v INVOCATION_ID | sort' EnvironmentFile=-/run/no-env
ask 'env | grep -v INVOCATION_ID | sort' EnvironmentFile=/run/no-env
systemctl set-environment MANAGER=yes
ask 'env | grep -v INVOCATION_ID | sort' PassEnvironment='MANAGER NOT_THERE'
systemctl unset-environment MANAGER
# where
ask 'pwd' WorkingDirectory=/usr/lib
ask 'pwd' WorkingDirectory=/no/such
ask 'pwd' WorkingDirectory=-/no/such
ask 'pwd' WorkingDirectory=~ User=worker
ask 'pwd' WorkingDirectory=~
# limits and weights
ask 'umask' UMask=0027
ask 'umask'
ask 'cat /proc/self/limits' LimitNOFILE=1000:2000 LimitCORE=1M LimitNPROC=500 LimitAS=8G LimitCPU=1h LimitFSIZE=1G LimitDATA=4G LimitSTACK=4M:8M LimitRSS=1G LimitMEMLOCK=64K LimitLOCKS=10 LimitSIGPENDING=100 LimitMSGQUEUE=1000 LimitNICE=+5 LimitRTPRIO=3 LimitRTTIME=2s
ask 'cat /proc/self/limits | grep open' LimitNOFILE=infinity
ask 'cat /proc/self/limits | grep -E open\|locked'
ask 'nice; cat /proc/self/oom_score_adj' Nice=7 OOMScoreAdjust=300
ask 'nice; cat /proc/self/oom_score_adj' OOMScoreAdjust=-500 Nice=-3
ask 'grep -E Sig[BIC] /proc/self/status'
ask 'grep -E Sig[BIC] /proc/self/status' IgnoreSIGPIPE=no
# input and output
ask 'cat; ls -l /proc/self/fd/0 | sed s/.*..-..//' StandardInput=null
ask 'cat' StandardInput=file:/run/input
ask 'cat' StandardInput=file:/run/no-input
ask 'cat' StandardInput=data 'StandardInputText=first line' 'StandardInputText=second\\x41' StandardInputData=aGVsbG8K
ask 'echo again' StandardOutput=append:/run/append
ask 'echo again' StandardOutput=append:/run/append
cat /run/append
ask 'echo err >&2; echo out' StandardOutput=file:/run/both StandardError=inherit
cat /run/both
ask 'echo err >&2; echo out' StandardOutput=null StandardError=truncate:/run/answer
ask 'echo x' StandardOutput=file:/no/such/place
ask 'readlink /proc/self/fd/1 | sed s/[0-9].*//; ls /proc/self/fd | wc -l' StandardOutput=truncate:/run/answer
ask 'readlink /proc/self/fd/1 > /run/answer' StandardOutput=null
ask 'readlink /proc/self/fd/1 | sed s/[0-9].*// > /run/answer; readlink /proc/self/fd/2 | sed s/[0-9].*// >> /run/answer' StandardOutput=journal
ask 'for i in 0 1 2; do readlink /proc/$$$$/fd/\$$i; done > /run/answer' StandardInput=null StandardOutput=inherit StandardError=inherit
ask 'tty > /run/answer' StandardInput=tty-fail TTYPath=/dev/no-such StandardOutput=inherit
# privileges
ask 'grep -E Cap\|NoNew /proc/self/status'
ask 'grep -E Cap\|NoNew /proc/self/status' User=worker
ask 'grep -E Cap\|NoNew /proc/self/status' NoNewPrivileges=yes
ask 'grep -E Cap\|NoNew /proc/self/status' 'CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_CHOWN'
ask 'grep -E Cap\|NoNew /proc/self/status' 'CapabilityBoundingSet=~CAP_SYS_ADMIN'
ask 'grep -E Cap\|NoNew /proc/self/status' 'CapabilityBoundingSet='
ask 'grep -E Cap\|NoNew /proc/self/status' User=worker AmbientCapabilities=CAP_NET_BIND_SERVICE
ask 'grep -E Cap\|NoNew /proc/self/status' User=worker AmbientCapabilities=CAP_NET_BIND_SERVICE CapabilityBoundingSet=CAP_CHOWN
ask 'grep -E Cap\|NoNew /proc/self/status' User=worker NoNewPrivileges=yes AmbientCapabilities=CAP_CHOWN
