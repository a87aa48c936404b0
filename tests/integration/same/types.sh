p=Type,ActiveState,SubState,Result,ExecMainCode,ExecMainStatus,NRestarts,StatusText,LoadState,UnitFileState,Slice,ControlGroup
for u in simple oneshot failing forking forking-guess notify exec-missing simple-missing condition assert timeout pre-fails exec-condition stubborn user nouser echo.socket sliced templ@x own.target; do
  echo "== $u"
  systemctl start "$u"; echo "start: $?"
  sleep 0.3
  systemctl show "$u" -p $p -p ConditionResult,AssertResult | sort
  systemctl is-active "$u"; systemctl is-failed "$u"
done
systemctl restart simple; echo "restart: $?"
systemctl try-restart failing; echo "try-restart: $?"
systemctl reload simple; echo "reload: $?"
systemctl reload-or-restart simple; echo "reload-or-restart: $?"
for u in simple oneshot forking forking-guess notify stubborn echo.socket sliced templ@x; do
  systemctl stop "$u"; echo "stop $u: $?"
  systemctl show "$u" -p ActiveState,SubState,Result | sort
done
systemctl --failed --no-legend --plain
systemctl reset-failed; systemctl --failed --no-legend --plain
[ -e /run/sliced ] && echo "runtime directory is still there"
# Bind mounts: what of both ends is missing is made.
echo text >/srv/text
bind() { # NAME WHAT SETTING…
  printf '[Mount]\nWhere=/srv/%s\nWhat=%s\n' "$1" "$2" >"/run/systemd/system/srv-$1.mount"
  printf '%s\n' "${@:3}" >>"/run/systemd/system/srv-$1.mount"
  systemctl daemon-reload
  systemctl start "srv-$1.mount"; echo "bind $1: $?"
  stat -c '%n %F %a' "/srv/$1" "$2"
  systemctl stop "srv-$1.mount"; echo "unbind $1: $?"
  stat -c '%n %F %a' "/srv/$1" "$2"
}
bind folder /srv/source/missing Options=bind DirectoryMode=0750
bind file /srv/text Options=bind,ro
bind recursive /srv/recursive-source Options=rbind Type=none
bind none /srv/none-source Type=tmpfs
