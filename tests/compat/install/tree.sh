# shellcheck shell=bash
# The tree that install operations are tried on: unit files of every kind that installing knows, none of a package.
#
#   make_tree ROOT

vendor() { unit usr/lib/systemd/system "$@"; }
admin() { unit etc/systemd/system "$@"; }

# unit FOLDER NAME [LINE…]: a unit file of that type, the lines are its [Install] section; none without a line.
unit() {
  local folder=$1 name=$2
  shift 2
  {
    printf '[Unit]\nDescription=%s\n' "$name"
    case $name in
      *.service) printf '[Service]\nExecStart=/bin/true\n' ;;
      *.socket) printf '[Socket]\nListenStream=/run/%s\n' "$name" ;;
      *.timer) printf '[Timer]\nOnCalendar=daily\n' ;;
      *.path) printf '[Path]\nPathExists=/run/x\n' ;;
    esac
    (($# == 0)) || printf '%s\n' '[Install]' "$@"
  } >"$folder/$name"
}
link() { mkdir -p "$(dirname "$2")" && ln -s "$1" "$2"; }

make_tree() {
  mkdir -p "$1"
  pushd "$1" >/dev/null || return
  mkdir -p etc/systemd/system etc/systemd/system-preset etc/systemd/user usr/lib/systemd/system usr/lib/systemd/user \
    usr/lib/systemd/system-preset usr/local/lib/systemd/system run/systemd/system run/systemd/transient \
    run/systemd/generator run/systemd/generator.early run/systemd/generator.late opt/units etc/init.d etc/rc5.d etc/rc3.d dev
  ln -s usr/lib lib
  echo 0123456789abcdef0123456789abcdef >etc/machine-id
  printf 'ID=tree\nVERSION_ID="12.3"\nVARIANT_ID=small\n' >etc/os-release
  plain_units
  units_with_faults
  templates
  links_of_the_vendor
  links_of_the_admin
  folders_of_the_run_time
  outside_units
  presets
  init_scripts
  users
  popd >/dev/null || return
}

plain_units() {
  local t
  for t in multi-user graphical basic sockets timers rescue sysinit paths local-fs; do vendor $t.target; done
  vendor custom.target 'Alias=default.target'
  vendor plain.service 'WantedBy=multi-user.target'
  vendor native.service 'WantedBy=multi-user.target'
  vendor req.service 'RequiredBy=multi-user.target'
  vendor both.service 'WantedBy=multi-user.target graphical.target' 'RequiredBy=basic.target'
  vendor twice.service 'WantedBy=multi-user.target' 'WantedBy=graphical.target multi-user.target'
  vendor reset.service 'WantedBy=multi-user.target' 'WantedBy=' 'WantedBy=graphical.target'
  vendor alias.service 'Alias=alias-one.service alias-two.service'
  vendor aliaswanted.service 'Alias=aw.service' 'WantedBy=multi-user.target'
  vendor dbus-like.service 'Alias=org.example.Thing.service'
  vendor also.service 'WantedBy=multi-user.target' 'Also=also-a.socket also-b.timer'
  vendor also-a.socket 'WantedBy=sockets.target'
  vendor also-b.timer 'WantedBy=timers.target' 'Also=also.service'
  vendor also-b.service
  vendor alsoonly.service 'Also=plain.service'
  vendor alsomissing.service 'WantedBy=multi-user.target' 'Also=nothere.service'
  vendor alsomasked.service 'WantedBy=multi-user.target' 'Also=masked.service'
  vendor alsostatic.service 'Also=static.service'
  vendor alsochain.service 'Also=alsoonly.service'
  vendor alsoalias.service 'WantedBy=basic.target' 'Also=vendoralias.service'
  vendor alsoself.service 'Also=alsoself.service'
  vendor static.service
  vendor emptyinstall.service ''
  vendor data.mount 'WantedBy=local-fs.target' 'Alias=other.mount'
  vendor data.automount 'WantedBy=local-fs.target'
  vendor dev-sw.swap 'RequiredBy=local-fs.target'
  vendor my.slice 'WantedBy=basic.target' 'Alias=our.slice'
  vendor my.path 'WantedBy=paths.target' 'Alias=our.path'
  vendor my.timer 'WantedBy=timers.target'
  vendor vendorwanted.service 'WantedBy=multi-user.target'
  link ../vendorwanted.service usr/lib/systemd/system/multi-user.target.wants/vendorwanted.service
  vendor vendorstatic.service
  link ../vendorstatic.service usr/lib/systemd/system/sysinit.target.wants/vendorstatic.service
  vendor dropin.service
  mkdir -p usr/lib/systemd/system/dropin.service.d etc/systemd/system/dropin.service.d etc/systemd/system/over.service.d
  printf '[Install]\nWantedBy=graphical.target\n' >usr/lib/systemd/system/dropin.service.d/install.conf
  printf '[Install]\nAlias=dropped.service\n' >etc/systemd/system/dropin.service.d/more.conf
  vendor over.service 'WantedBy=multi-user.target'
  admin over.service 'WantedBy=graphical.target'
  printf '[Service]\nNice=3\n' >etc/systemd/system/over.service.d/local.conf
  admin etconly.service 'WantedBy=multi-user.target' 'Alias=eo.service'
  unit usr/local/lib/systemd/system local.service 'WantedBy=multi-user.target'
  vendor local.service 'WantedBy=basic.target'
}

units_with_faults() {
  vendor badspec.service 'WantedBy=%Q.target'
  vendor badalsospec.service 'Also=%Q.service'
  vendor badalias.service 'Alias=badalias.socket'
  vendor badalias2.service 'Alias=foo@bar.service'
  vendor badalias3.service 'Alias=not/valid' 'WantedBy=multi-user.target'
  vendor badalias4.service 'Alias=noext' 'WantedBy=multi-user.target'
  vendor badaliases.service 'Alias=good.service bad.socket later.service' 'WantedBy=multi-user.target'
  vendor badwant.service 'WantedBy=notaunit'
  vendor badwant2.service 'WantedBy=multi-user.target bad/name'
  vendor badalso.service 'Also=not.a.unit' 'WantedBy=multi-user.target'
  vendor selfalias.service 'Alias=selfalias.service'
  vendor missingtarget.service 'WantedBy=nosuch.target'
  vendor missingboth.service 'WantedBy=nosuch.target' 'RequiredBy=nosuch2.target multi-user.target'
  vendor oldalias.service 'Alias=multi-user.target.wants/oldalias.service'
  vendor oldalias2.service 'Alias=multi-user.target.wants/other.service'
  vendor dinst.service 'DefaultInstance=foo' 'WantedBy=multi-user.target'
  vendor upheld.service 'UpheldBy=multi-user.target' 'WantedBy=basic.target'
  vendor unknown.service 'Wanted=multi-user.target' 'WantedBy=basic.target'
  vendor quoted.service 'WantedBy="multi-user.target" basic.target' 'Alias="qu oted.service"'
  vendor unbalanced.service 'WantedBy="multi-user.target basic.target'
  vendor continued.service 'WantedBy=multi-user.target \' '# between' ' basic.target'
  printf 'Junk\n[Service]\nExecStart=/bin/true\nnonsense here\n[Install]\nno equals sign\nWantedBy=multi-user.target\n[Nope]\nA=b\n' >usr/lib/systemd/system/junk.service
  printf '[Service]\nExecStart=/bin/true\n[Install\nWantedBy=multi-user.target\n' >usr/lib/systemd/system/badheader.service
  printf '[Install]\nWantedBy=multi-user.target\n[Install\nAlias=bh.service\n' >usr/lib/systemd/system/badheader2.service
  printf '[Install]\nWantedBy=multi-user.target\nAlias=caf\xe9.service\n' >usr/lib/systemd/system/latin.service
  printf '[Install]\r\nWantedBy=multi-user.target\r\n' >usr/lib/systemd/system/dos.service
  : >usr/lib/systemd/system/empty.service
  mkdir usr/lib/systemd/system/folder.service
  mkfifo usr/lib/systemd/system/fifo.service
  unit usr/lib/systemd/system 'bad name.service' 'WantedBy=multi-user.target'
  unit usr/lib/systemd/system noextension 'WantedBy=multi-user.target'
}

templates() {
  vendor t@.service 'DefaultInstance=def' 'WantedBy=multi-user.target'
  vendor nodef@.service 'WantedBy=multi-user.target'
  vendor tw@.target
  vendor tt@.service 'WantedBy=tw@.target'
  vendor ttr@.service 'RequiredBy=tw@.target' 'DefaultInstance=d'
  vendor ta@.service 'Alias=tb@.service' 'WantedBy=multi-user.target' 'DefaultInstance=x'
  vendor tai@.service 'Alias=tai-one@one.service tai-any.service' 'WantedBy=multi-user.target'
  vendor taplain@.service 'Alias=taplain.service' 'DefaultInstance=z'
  vendor talso@.service 'Also=plain.service t@.service' 'DefaultInstance=q'
  vendor talsoinst@.service 'Also=t@%i.service' 'WantedBy=multi-user.target'
  vendor tspec@.service 'WantedBy=want-%i.target multi-user.target' 'Alias=al-%p@%i.service' 'DefaultInstance=dd'
  vendor tstatic@.service
  vendor tdefonly@.service 'DefaultInstance=k'
  vendor defaultbad@.service 'DefaultInstance=a/b' 'WantedBy=multi-user.target'
  vendor defaultspec@.service 'DefaultInstance=%o' 'WantedBy=multi-user.target'
  vendor defaultbadspec@.service 'DefaultInstance=%Q' 'WantedBy=multi-user.target'
  vendor own@.service 'WantedBy=multi-user.target' 'DefaultInstance=a'
  vendor own@file.service 'WantedBy=graphical.target'
  vendor spec.service 'Alias=sp-%N.service' 'WantedBy=%p.target %o-%w.target'
  vendor specid.service 'Alias=id-%m.service id-%W.service'
  vendor spectypes.service 'Alias=x-%n x-%%.service x-%j.service' 'WantedBy=multi-user.target'
  vendor getty@.service 'WantedBy=getty.target' 'DefaultInstance=tty1'
  vendor getty.target
  link t@.service usr/lib/systemd/system/t@linked.service
  link t@.service usr/lib/systemd/system/tvendor@.service
  link t@inst.service usr/lib/systemd/system/tinst.service
}

links_of_the_vendor() {
  cd usr/lib/systemd/system || return
  link plain.service vendoralias.service
  link /dev/null vendormasked.service
  link nothere.service vendordangling.service
  link loop-b.service loop-a.service
  link loop-a.service loop-b.service
  link myself.service myself.service
  link chain2.service chain1.service
  link plain.service chain2.service
  link alias.socket wrongtype.service
  link static.service staticalias.service
  link aliaswanted.service aw2.service
  link multi-user.target runlevel3.target
  link graphical.target default.target
  link t@.service plainoft.service
  link plain.service plain@inst.service
  cd ../../../.. || return
}

links_of_the_admin() {
  link /dev/null etc/systemd/system/masked.service
  vendor masked.service 'WantedBy=multi-user.target'
  link /opt/units/linked.service etc/systemd/system/linked.service
  link ../../../opt/units/rel.service etc/systemd/system/rel.service
  link /opt/units/none.service etc/systemd/system/dangling.service
  link /opt/units/outmask.service etc/systemd/system/linkedmask.service
  vendor preen.service 'WantedBy=multi-user.target'
  link /lib/systemd/system/preen.service etc/systemd/system/multi-user.target.wants/preen.service
  vendor preenold.service 'WantedBy=basic.target'
  link /usr/lib/systemd/system/preenold.service etc/systemd/system/multi-user.target.wants/preenold.service
  vendor preenreq.service 'RequiredBy=basic.target'
  link ../../../../usr/lib/systemd/system/preenreq.service etc/systemd/system/basic.target.requires/preenreq.service
  link /usr/lib/systemd/system/gone.service etc/systemd/system/multi-user.target.wants/gone.service
  link /usr/lib/systemd/system/static.service etc/systemd/system/nick.service
  link /usr/lib/systemd/system/static.service etc/systemd/system/multi-user.target.wants/static.service
  link /usr/lib/systemd/system/own@.service etc/systemd/system/multi-user.target.wants/own@x.service
  link /usr/lib/systemd/system/own@.service etc/systemd/system/multi-user.target.wants/own@y.service
  link /usr/lib/systemd/system/vendorstatic.service etc/systemd/system/wrongname.socket
  : >etc/systemd/system/blank.service
  vendor blank.service 'WantedBy=multi-user.target'
  vendor same.service 'WantedBy=multi-user.target'
  link /usr/lib/systemd/system/same.service etc/systemd/system/same.service
  mkdir etc/systemd/system/nofile.service.d
  printf '[Service]\nNice=1\n' >etc/systemd/system/nofile.service.d/a.conf
  link notes.txt etc/systemd/system/multi-user.target.wants/notes.txt
}

folders_of_the_run_time() {
  unit run/systemd/system run.service 'WantedBy=multi-user.target'
  link /dev/null run/systemd/system/runmask.service
  vendor runmask.service 'WantedBy=multi-user.target'
  vendor runen.service 'WantedBy=multi-user.target'
  link /usr/lib/systemd/system/runen.service run/systemd/system/multi-user.target.wants/runen.service
  link /opt/units/runlinked.service run/systemd/system/runlinked.service
  unit run/systemd/generator gen.service 'WantedBy=multi-user.target'
  unit run/systemd/generator.late late.service
  unit run/systemd/generator.early early.service
  link /dev/null run/systemd/generator/genmask.service
  unit run/systemd/transient trans.service
  vendor ctl.service 'WantedBy=multi-user.target'
  mkdir -p etc/systemd/system.control/ctl.service.d run/systemd/system.control/ctl.service.d run/systemd/system/plain.service.d
  printf '[Service]\nNice=1\n' >etc/systemd/system.control/ctl.service.d/50-Nice.conf
  printf '[Service]\nNice=2\n' >run/systemd/system.control/ctl.service.d/50-Nice.conf
  printf '[Service]\nNice=2\n' >run/systemd/system/plain.service.d/n.conf
}

outside_units() {
  unit opt/units linked.service 'WantedBy=multi-user.target' 'Alias=li.service'
  unit opt/units runlinked.service 'WantedBy=multi-user.target'
  unit opt/units rel.service 'WantedBy=multi-user.target'
  unit opt/units outside.service 'WantedBy=multi-user.target' 'Alias=os.service'
  unit opt/units out@.service 'WantedBy=multi-user.target' 'DefaultInstance=o'
  unit opt/units plain.service 'WantedBy=basic.target'
  unit opt/units outstatic.service
  unit opt/units 'out\x2ddash.service' 'WantedBy=multi-user.target'
  link /dev/null opt/units/outmask.service
  link outside.service opt/units/link.service
  echo text >opt/units/notes.txt
  mkdir opt/units/dir.service
}

presets() {
  cat >etc/systemd/system-preset/10-local.preset <<'P'
# what the administrator wants
enable plain.service
disable req.service
enable t@.service one two
enable nodef@.service three
disable own@.service
; and what cannot be read
frobnicate plain.service
disable *alias*
enable  also*.*	
P
  printf 'enable both.service\nenable my.*\nenable getty@.service\nenable dropin.service\nenable masked.service\ndisable *\n' \
    >usr/lib/systemd/system-preset/90-default.preset
  printf 'disable plain.service\n' >usr/lib/systemd/system-preset/10-local.preset
  printf 'disable plain.service\n' >etc/systemd/system-preset/00-notread.conf
}

init_scripts() {
  local name
  for name in oldsysv sysvon native; do printf '#!/bin/sh\n' >etc/init.d/$name; chmod 755 etc/init.d/$name; done
  printf '#!/bin/sh\n' >etc/init.d/notexecutable
  link ../init.d/sysvon etc/rc5.d/S01sysvon
}

users() {
  unit usr/lib/systemd/user agent.service 'WantedBy=default.target'
  unit usr/lib/systemd/user default.target
  unit etc/systemd/user mine.service 'WantedBy=default.target' 'Alias=my.service'
  mkdir -p etc/systemd/user-preset
  printf 'disable agent.service\n' >etc/systemd/user-preset/a.preset
}
