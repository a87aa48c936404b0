systemctl start again; echo "rc $?"
for i in $(seq 50); do [ "$(systemctl is-active again)" = failed ] && break; sleep 0.1; done
systemctl show again -p ActiveState,SubState,Result,NRestarts | sort
systemctl start again; echo "rc $?"
systemctl reset-failed again
systemctl show again -p ActiveState,SubState,Result,NRestarts | sort
systemctl start bound; systemctl is-active bound simple
systemctl stop simple; systemctl is-active bound simple
systemctl start own.target; systemctl is-active own.target simple oneshot
systemctl stop own.target; systemctl is-active own.target simple oneshot
