d=After,Before,Requires,Requisite,Wants,BindsTo,PartOf,Conflicts,RequiredBy,WantedBy,BoundBy,ConflictedBy,TriggeredBy,Triggers,RequiresMountsFor
# What only timers, paths and credentials would have loaded or made, svcd does not know of yet: left out on both sides.
later='^(apt-daily.*|dpkg-db-backup|e2scrub_all|fstrim|systemd-tmpfiles-clean|systemd-ask-password-.*|systemd-networkd.*|"?run-credentials-.*)[.](service|socket|mount)"?$'
# sys-kernel.mount has no dependencies in 252: a unit asked for it before the mount table was read.
later="$later|^sys-kernel[.]mount\$"
systemctl start sliced templ@x echo.socket own.target bound
for u in simple.service sliced.service templ@x.service echo.socket echo.service own.target bound.service inside.slice system.slice dbus.service dbus.socket systemd-journald.service systemd-journald.socket basic.target sysinit.target multi-user.target; do
  echo "== $u"
  systemctl show "$u" -p $d | awk -F= -v later="$later" '{m = split($2, all, " "); n = 0; for (i = 1; i <= m; i++) if (all[i] !~ later) v[++n] = all[i]; for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (v[j] < v[i]) {t = v[i]; v[i] = v[j]; v[j] = t}; printf "%s=", $1; for (i = 1; i <= n; i++) printf "%s ", v[i]; print ""}' | sort
done
systemctl list-dependencies own.target --no-pager
systemctl list-dependencies --reverse simple.service --no-pager
