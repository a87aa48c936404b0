# shellcheck shell=bash
# Verbs that change unit files, by $tool (systemctl, or svcctl with the same words), and their D-Bus methods.
tool=${tool:-systemctl}
lib=/usr/lib/systemd/system etc=/etc/systemd/system
# the order of "Removed" lines and of links is that of the entries of a folder
try() {
  echo "\$ $*"
  "$tool" "$@" >/run/said 2>&1 </dev/null
  r=$?
  grep -E '^(Removed|  /)' /run/said | sort
  grep -vE '^(Removed|  /)' /run/said
  echo "rc $r"
}
call() {
  echo "> $*"
  busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager "$@" 2>&1
}
in_any_order() { tr ' ' '\n' | sort; }
links() { find $etc /run/systemd/system -type l -printf '%p -> %l\n' | grep -E '/(in-|out)' | sort; }
unit() { # NAME LINE…
  local name=$1
  shift
  {
    printf '[Unit]\nDescription=%s\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n' "$name"
    (($# == 0)) || printf '%s\n' '[Install]' "$@"
  } >"$lib/$name"
}
unit in-a.service 'WantedBy=multi-user.target'
unit in-b.service 'RequiredBy=multi-user.target' 'Alias=in-bb.service'
unit in-bad.service 'Alias=in-x.socket' 'WantedBy=multi-user.target'
unit in-far.service 'WantedBy=in-nosuch.target'
unit in-t@.service 'WantedBy=multi-user.target' 'DefaultInstance=d'
unit in-nod@.service 'WantedBy=multi-user.target'
unit in-static.service
mkdir -p /opt/u /etc/systemd/system-preset
sed 's/in-a.service/out.service/' $lib/in-a.service >/opt/u/out.service
ln -s out.service /opt/u/link.service
echo x >/opt/u/notes.txt
printf 'enable in-a.service\nenable in-t@.service one\ndisable in-*\n' >/etc/systemd/system-preset/00-in.preset
systemctl daemon-reload

try link /opt/u/out.service
try link /opt/u/nosuch.service
cd /opt/u || exit
try link ./link.service
cd / || exit
try is-enabled out
try is-enabled --full out
try enable out
try is-enabled --full out in-a in-t@
try enable in-bad
try is-enabled --full in-bad
try disable in-bad
try enable in-far
try enable in-nod@
try disable in-far in-nosuch
links
try add-wants graphical.target in-a in-nosuch
try add-wants graphical.target in-a
try add-requires in-nosuch.target in-a
try add-requires graphical.target in-static
try add-wants graphical.target in-nod@
links

call GetUnitFileLinks sb in-a.service false
call GetUnitFileLinks sb in-a.service true
call GetUnitFileLinks sb in-nosuch.service false
call GetUnitFileLinks sb 'no such' false
call GetUnitFileLinks sb out.service false | in_any_order
call AddDependencyUnitFiles asssbb 1 in-a.service multi-user.target Wants false false
call AddDependencyUnitFiles asssbb 1 in-a.service multi-user.target Upholds false false
call AddDependencyUnitFiles asssbb 1 in-b.service multi-user.target Requires true false
call AddDependencyUnitFiles asssbb 1 'b b' multi-user.target Requires true false
call AddDependencyUnitFiles asssbb 1 in-b.service 'b/c' Requires true false
call RevertUnitFiles as 1 in-a.service
call RevertUnitFiles as 1 'a b'
call PresetUnitFilesWithMode assbb 1 in-a.service frob false false
call PresetUnitFilesWithMode assbb 1 in-a.service '' false false
call PresetUnitFilesWithMode assbb 2 in-a.service in-t@.service enable-only false false
call PresetUnitFilesWithMode assbb 2 in-a.service in-b.service disable-only false false
call PresetAllUnitFiles sbb frob false false
call EnableUnitFilesWithFlags ast 1 in-a.service 8
call EnableUnitFilesWithFlags ast 1 in-a.service 3
call DisableUnitFilesWithFlags ast 1 in-a.service 1
call DisableUnitFilesWithFlags ast 1 in-nosuch.service 0
call DisableUnitFilesWithFlags ast 1 'no such' 0
call DisableUnitFiles asb 2 in-b.service in-nosuch.service true
call EnableUnitFiles asbb 1 in-bad.service false false
call EnableUnitFiles asbb 1 in-far.service false false
call DisableUnitFiles asb 2 in-far.service in-bad.service false | in_any_order
call LinkUnitFiles asbb 1 /opt/u/out.service false false
call LinkUnitFiles asbb 2 /opt/u/nosuch.service /opt/u/notes.txt false false
call LinkUnitFiles asbb 1 x.service false false
call MaskUnitFiles asbb 2 in-b.service 'x x' false false
call UnmaskUnitFiles asb 1 in-b.service false
call SetDefaultTarget sb in-nosuch.target true
call GetUnitFileState s 'a b'
call ReenableUnitFiles asbb 1 in-nosuch.service false false
links

try revert in-static
mkdir -p $etc/in-a.service.d
printf '[Service]\nNice=3\n' >$etc/in-a.service.d/x.conf
try mask in-a
try revert in-a
try revert in-nosuch
try preset in-a in-b
try preset --preset-mode=frob in-a
try preset in-nosuch
try preset --preset-mode=enable-only in-t@ in-b
try preset-all --runtime --preset-mode=disable-only | sed 's/[a-z-]*\.service is masked/one of them is masked/' # whichever comes first
try reenable --now in-b
try is-active in-b
try disable --now in-b
try enable --runtime --now in-b
try is-enabled in-b
try mask --now in-b
try is-active in-b
try mask --runtime in-a
try unmask --runtime in-a in-b
try unmask in-b
try preset --now in-a
try enable --now in-nosuch
try enable in-bb
try enable --now /opt/u/out.service
try is-active out
try set-default in-nosuch
try set-default runlevel3.target
try get-default
try --runtime set-default graphical.target
try enable in-b --no-reload
try link --now /opt/u/out.service
try add-wants --now multi-user.target in-b
try is-enabled -q in-nosuch
try mask in-nosuch
try unmask in-nosuch in-nosuch2
try list-unit-files 'in-*' --no-pager
try list-unit-files 'out*' --no-pager --no-legend
try --root=/ is-enabled in-a
try --root=/ enable in-nosuch
try --global is-enabled in-nosuch
links

# an editor that adds a line, and needs no terminal itself; the tool wants one
cat >/run/editor <<'X'
#!/bin/sh
for f; do printf '[Service]\nNice=4\n' >"$f"; done
X
chmod +x /run/editor
edit() {
  echo "\$ edit $*"
  SYSTEMD_EDITOR=/run/editor script -qec "$tool edit $*" /dev/null </dev/null >/run/said 2>&1
  echo "rc $?"
  grep -E '^(No files|Refusing|Editing)' /run/said | tr -d '\r'
  find $etc /run/systemd/system -name 'in-*' -type f -o -path '*in-*.d/*' -type f | sort | while read -r f; do
    echo "= $f"
    cat "$f"
    echo
  done
}
if command -v script >/dev/null; then
  edit in-a
  systemctl show -p Nice,NeedDaemonReload in-a.service
  edit --runtime in-b in-t@x
  edit --full in-static
  edit --full --runtime in-static
  edit in-nosuch
  edit --force in-nosuch
  edit --force --full in-new
  try revert in-a in-b in-static in-t@x
fi
"$tool" edit in-a </dev/null 2>&1
echo "rc $?"
