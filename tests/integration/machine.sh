# shellcheck shell=bash
# A virtual machine with svcd as PID 1: pure cgroup v2 with all controllers, which containers on some machines lack.
# Software emulation (no /dev/kvm needed); the whole root is an uncompressed initramfs, so that the kernel needs no module.
#
#   machine_ask NAME ROOT INIT UNITS SCRIPT [SECONDS]
#       boots a copy of ROOT with the unit files of folder UNITS, runs SCRIPT in it once it is up, prints what that printed
#
# SCRIPT runs as a unit of multi-user.target; the machine powers off when it ends. MACHINE_CONSOLE=FILE keeps what the
# console showed.

machine_kernel() {
  local cache=${SVCD_ROOTS:-/var/tmp/svcd-roots}/kernel package
  mkdir -p "$cache"
  if [[ ! -e $cache/vmlinuz ]]; then
    package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)
    (cd "$cache" && apt-get download "$package" >/dev/null 2>&1 && dpkg-deb --fsys-tarfile "$package"_*.deb |
      tar -x --wildcards './boot/vmlinuz-*' && mv boot/vmlinuz-* vmlinuz && rm -rf boot ./*.deb) || return 1
  fi
  echo "$cache/vmlinuz"
}

machine_ask() {
  local name=$1 root=$2 init=$3 units=$4 script=$5 limit=${6:-300} dir kernel
  kernel=$(machine_kernel) || { echo "no kernel for the virtual machine" >&2; return 1; }
  dir=$(mktemp -d "/var/tmp/svcd-machine-$name.XXXXXX")
  mkdir "$dir/upper" "$dir/work" "$dir/root"
  mount -t overlay overlay -o "lowerdir=$root,upperdir=$dir/upper,workdir=$dir/work" "$dir/root"
  [[ $init != /usr/lib/svcd/svcd ]] || DESTDIR=$dir/root cmake --install "$SVCD_BUILD" --prefix /usr --strip >/dev/null
  mkdir -p "$dir/root/etc/systemd/system/multi-user.target.wants"
  cp -a "$units/." "$dir/root/etc/systemd/system/"
  printf '#!/bin/bash\nexec >/dev/ttyS1 2>&1\n%s\n' "$script" >"$dir/root/machine-question"
  chmod +x "$dir/root/machine-question"
  printf '[Unit]\nAfter=multi-user.target\n[Service]\nType=oneshot\nTimeoutStartSec=infinity\nExecStart=-/machine-question\nExecStopPost=systemctl --no-block --force poweroff\n' \
    >"$dir/root/etc/systemd/system/machine-question.service"
  ln -s ../machine-question.service "$dir/root/etc/systemd/system/multi-user.target.wants/"
  sed -i 's/^After=multi-user.target/After=basic.target dbus.service/' "$dir/root/etc/systemd/system/machine-question.service"
  (cd "$dir/root" && rm -rf usr/share/{doc,man,locale} var/cache/apt var/lib/apt/lists && find . -xdev | cpio --quiet -o -H newc) >"$dir/initrd"
  umount "$dir/root"
  timeout -k 5 "$limit" qemu-system-x86_64 -accel tcg,thread=multi -smp 2 -m 2048 -nographic -no-reboot -nodefaults \
    -serial "file:$dir/console" -serial "file:$dir/answer" -kernel "$kernel" -initrd "$dir/initrd" \
    -append "console=ttyS0 rdinit=$init panic=-1 systemd.unified_cgroup_hierarchy=1 net.ifnames=0 ${MACHINE_CMDLINE:-}" </dev/null >/dev/null 2>"$dir/qemu" ||
    { echo "the machine $name did not end well:" >&2; tail -30 "$dir/console" "$dir/qemu" >&2; }
  [[ -z ${MACHINE_CONSOLE:-} ]] || tr -d '\r' <"$dir/console" >"$MACHINE_CONSOLE"
  tr -d '\r' <"$dir/answer"
  rm -rf "$dir"
}
