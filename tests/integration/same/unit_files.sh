# the order of "Removed" lines is that of the entries of a folder
try() { echo "\$ $*"; "$@" >/run/said 2>&1; r=$?; grep ^Removed /run/said | sort; grep -v ^Removed /run/said; echo "rc $r"; }
st() { for u in simple also templ@ templ@one templ@two own.target; do printf '%s ' "$u"; systemctl is-enabled "$u"; done; find /etc/systemd/system /run/systemd/system -type l -newer /share/question | sort; }
st
try systemctl enable simple
try systemctl enable simple
try systemctl enable also
try systemctl enable templ@
try systemctl enable templ@two
st
try systemctl disable also templ@two
try systemctl reenable simple
try systemctl disable simple
try systemctl mask simple
try systemctl start simple
try systemctl enable simple
try systemctl unmask simple
try systemctl mask --runtime templ@one
st
try systemctl preset simple
try systemctl enable --now simple
systemctl is-active simple
try systemctl disable --now simple
systemctl is-active simple
systemctl get-default
try systemctl set-default multi-user.target
systemctl get-default
systemctl list-unit-files --no-pager --no-legend simple.service also.service 'templ@*'
try systemctl cat simple
# not loaded any more: a unit in memory would keep its description until a reload
for _ in $(seq 100); do systemctl list-units --all --plain --no-legend simple.service | grep -q simple || break; sleep 0.1; done
mkdir -p /etc/systemd/system/simple.service.d
printf '[Unit]\nDescription=Changed\n' >/etc/systemd/system/simple.service.d/a.conf
try systemctl status simple --no-pager
systemctl daemon-reload
try systemctl status simple --no-pager
try systemctl cat simple
