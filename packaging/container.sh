# shellcheck shell=bash
# Throw-away Debian containers with svcd (or systemd) as PID 1: sourced by packaging/try, tests/integration and
# tests/bench. Needs root, mmdebstrap and systemd-nspawn. The machine itself is not changed: everything lives in one
# temporary folder, one cgroup in each hierarchy, and is taken away by container_stop.
#
#   container_root FOLDER PACKAGE…    makes a Debian root with svcd's run-time libraries and the packages
#   container_install ROOT            installs the build in $SVCD_BUILD into a root
#   container_boot NAME ROOT [INIT [ARGUMENT…]]  boots a copy-on-write copy of it; returns once PID 1 runs
#   container_run NAME COMMAND…       runs a command in it (as root, in its namespaces)
#   container_wait NAME [SECONDS]     waits for the end of the boot; prints running, degraded …
#   container_stop NAME               ends it, whatever it does, and removes every trace
#   container_power NAME VERB [SECS [CODE]]  poweroff, reboot, exit CODE from inside; waits for the end, returns
#                                     nspawn's exit code
#
# Settings: CONTAINER_LAYOUT=unified|hybrid|legacy (cgroups), CONTAINER_WRITABLE=1 (v1 controllers writable),
# CONTAINER_UNITS=FOLDER (copied to /etc/systemd/system before the boot), CONTAINER_FILES=FOLDER (copied to /),
# CONTAINER_ARGS (more for systemd-nspawn), CONTAINER_BEFORE=COMMAND (run inside, before PID 1 is executed).
# CONTAINER_STRIP= (the programs as built, with their symbols), CONTAINER_END=VERB (container_stop lets it end orderly).

container_debian=bookworm
# what Debian's own units and stock tools need, and the libraries of our three programs
container_base=systemd,dbus,procps,psmisc,iproute2,libsdbus-c++1,libinih1,libfmt9,libmount1,libseccomp2,libcap2,libpam0g
container_places=${TMPDIR:-/var/tmp}
declare -A container_dir container_pid container_leader

container_hierarchies() {
  local h
  for h in /sys/fs/cgroup /sys/fs/cgroup/{unified,systemd,pids,memory,cpu,cpuacct,cpuset,freezer,devices,blkio}; do
    [[ -e $h/cgroup.procs ]] && echo "$h"
  done
}

container_root() {
  local root=$1 log=$1.log
  shift
  local list=$container_base p
  for p in "$@"; do list+=,$p; done
  # the machine's own sources and proxies, so that a mirror in use here is used there
  if ! mmdebstrap --quiet --variant=minbase --include="$list" \
    --customize-hook='rm -f "$1"/etc/hostname; : >"$1"/etc/machine-id' \
    "$container_debian" "$root" </dev/null >"$log" 2>&1; then
    echo "could not make a Debian root with $list:" >&2
    tail -5 "$log" >&2
    return 1
  fi
  rm -f "$log"
}

# A root kept between runs of the tests, by its package list. Prints its path.
container_cached_root() {
  local cache=${SVCD_ROOTS:-/var/tmp/svcd-roots} key
  key=$(echo "$container_base $*" | sha256sum | cut -c1-12)
  mkdir -p "$cache"
  exec 8>"$cache/lock"
  flock 8
  if [[ ! -e $cache/$key/.complete ]]; then
    rm -rf "${cache:?}/$key"
    container_root "$cache/$key" "$@" || return 1
    touch "$cache/$key/.complete"
  fi
  flock -u 8
  echo "$cache/$key"
}

container_install() {
  DESTDIR=$1 cmake --install "$SVCD_BUILD" --prefix /usr ${CONTAINER_STRIP---strip} >/dev/null
}

container_boot() {
  local name=$1 root=$2 init=${3:-/usr/lib/svcd/svcd} dir h group
  group=svcd-$name-$$
  dir=$(mktemp -d "$container_places/svcd-$name.XXXXXX")
  container_dir[$name]=$dir
  mkdir "$dir/upper" "$dir/work" "$dir/root" "$dir/share"
  mount -t overlay overlay -o "lowerdir=$root,upperdir=$dir/upper,workdir=$dir/work" "$dir/root" || return 1
  [[ -z ${CONTAINER_INSTALL-1} || $init != /usr/lib/svcd/svcd ]] || container_install "$dir/root"
  if [[ -n ${CONTAINER_UNITS:-} ]]; then
    mkdir -p "$dir/root/etc/systemd/system"
    cp -a "$CONTAINER_UNITS/." "$dir/root/etc/systemd/system/"
  fi
  # the folder may be a temporary one, which only root may enter
  [[ -z ${CONTAINER_FILES:-} ]] || { cp -a "$CONTAINER_FILES/." "$dir/root/" && chmod 755 "$dir/root"; }
  cat >"$dir/share/init" <<I
#!/bin/sh
[ -z "${CONTAINER_WRITABLE:-}" ] || for h in pids memory cpu cpuacct cpuset blkio freezer devices; do
  [ ! -d /sys/fs/cgroup/\$h ] || mount -o remount,bind,rw /sys/fs/cgroup/\$h
done
${CONTAINER_BEFORE:-}
exec $init ${*:4}
I
  chmod +x "$dir/share/init"
  (
    for h in $(container_hierarchies); do
      mkdir -p "$h/$group"
      [[ $h != */cpuset ]] || { cat "$h/cpuset.cpus" >"$h/$group/cpuset.cpus"; cat "$h/cpuset.mems" >"$h/$group/cpuset.mems"; }
      echo "$BASHPID" >"$h/$group/cgroup.procs"
    done
    [[ ! -e /sys/fs/cgroup/pids/$group/pids.max ]] || echo "${CONTAINER_PIDS_MAX:-4000}" >"/sys/fs/cgroup/pids/$group/pids.max"
    case ${CONTAINER_LAYOUT:-unified} in
      unified) export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 ;;
      legacy) export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=0 ;;
      hybrid) unset SYSTEMD_NSPAWN_UNIFIED_HIERARCHY ;;
    esac
    # shellcheck disable=SC2086
    exec systemd-nspawn -q --register=no --keep-unit --kill-signal=SIGRTMIN+3 --machine="$name" --private-network \
      --resolv-conf=off --timezone=off --link-journal=no ${CONTAINER_ARGS:-} -D "$dir/root" \
      --bind="$dir/share:/share" /share/init
  ) </dev/null >"$dir/console" 2>&1 8>&- 9>&- &
  container_pid[$name]=$!
  local i leader=
  for ((i = 0; i < 200; i++)); do
    leader=$(container_find_leader "${container_pid[$name]}")
    [[ -n $leader ]] && break
    kill -0 "${container_pid[$name]}" 2>/dev/null || { cat "$dir/console" >&2; return 1; }
    sleep 0.05
  done
  [[ -n $leader ]] || { echo "container $name did not start" >&2; return 1; }
  container_leader[$name]=$leader
}

# PID 1 of the container as the machine sees it: the child of nspawn that is 1 in the innermost pid namespace
# and no longer nspawn's own stub.
container_find_leader() {
  local child inner
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
    inner=$(awk '/^NSpid:/ {print $NF}' "/proc/$child/status" 2>/dev/null)
    [[ $inner == 1 && $(cat "/proc/$child/comm" 2>/dev/null) != *nspawn* ]] && { echo "$child"; return; }
  done
  return 0
}

container_run() {
  local name=$1
  shift
  nsenter -t "${container_leader[$name]}" -m -u -i -n -p -C -r -w env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 HOME=/root TERM="${TERM:-dumb}" "$@"
}

container_wait() {
  local name=$1 limit=${2:-60} end state=
  end=$((SECONDS + limit))
  while ((SECONDS < end)); do
    kill -0 "${container_leader[$name]}" 2>/dev/null || break
    state=$(container_run "$name" systemctl is-system-running 2>/dev/null || true)
    case $state in running | degraded | maintenance) echo "$state"; return 0 ;; esac
    sleep 0.1
  done
  echo "${state:-no answer}"
  return 1
}

container_stop() {
  local name=$1 h group=svcd-$1-$$ dir=${container_dir[$1]:-} i
  [[ -n $dir ]] || return 0
  [[ -z ${CONTAINER_END:-} ]] || container_power "$name" "$CONTAINER_END" 30 || true
  for h in /sys/fs/cgroup /sys/fs/cgroup/unified; do
    [[ ! -e $h/$group/cgroup.kill ]] || echo 1 >"$h/$group/cgroup.kill" 2>/dev/null || true
  done
  [[ -z ${container_leader[$name]:-} ]] || kill -9 "${container_leader[$name]}" 2>/dev/null || true
  wait "${container_pid[$name]}" 2>/dev/null || true
  for h in $(container_hierarchies); do
    for ((i = 0; i < 20; i++)); do
      [[ -d $h/$group ]] || break
      find "$h/$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
      [[ ! -d $h/$group ]] || sleep 0.1
    done
  done
  ! mountpoint -q "$dir/root" || umount -l "$dir/root"
  rm -rf "$dir"
  unset "container_dir[$name]" "container_pid[$name]" "container_leader[$name]"
}

container_power() {
  local name=$1 verb=$2 limit=${3:-60} i code=0
  container_run "$name" systemctl "$verb" "${@:4}" >/dev/null 2>&1 || true
  for ((i = 0; i < limit * 20; i++)); do
    kill -0 "${container_pid[$name]}" 2>/dev/null || break
    sleep 0.05
  done
  ! kill -0 "${container_pid[$name]}" 2>/dev/null || return 124
  wait "${container_pid[$name]}" || code=$?
  return "$code"
}

container_stop_all() {
  local name
  for name in "${!container_dir[@]}"; do container_stop "$name"; done
}
