# shellcheck shell=bash
# On the system bus an ordinary user reads, and changes nothing; docs/decisions.md, "Nobody is let in by accident".
set_up() {
  root=$(container_cached_root)
  CONTAINER_UNITS=$PWD/units/basic container_boot it "$root"
  container_wait it >/dev/null || { tail -20 "${container_dir[it]}/console" >&2; return 1; }
  # the stock policy would refuse most calls before svcd sees them: open it, so that svcd itself has to
  in_it sh -c 'cat >/etc/dbus-1/system.d/zz-open.conf <<X
<busconfig><policy context="default"><allow send_destination="org.freedesktop.systemd1"/></policy></busconfig>
X
dbus-send --system --type=method_call --dest=org.freedesktop.DBus / org.freedesktop.DBus.ReloadConfig'
  in_it systemctl start sleeper.service
}

as_user() { in_it setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }

refused() {
  local output
  if output=$(as_user busctl call org.freedesktop.systemd1 "$@" 2>&1); then
    echo "not refused: $*: $output" >&2
    return 1
  fi
  [[ $output == *"ccess denied"* || $output == *AccessDenied* ]] || { echo "refused otherwise: $*: $output" >&2; return 1; }
}

test_an_ordinary_user_reads() {
  expect active as_user systemctl is-active sleeper.service
  as_user busctl get-property org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager Version | grep -q '^s "252'
}

test_every_changing_method_of_the_manager_is_refused() {
  local m=(/org/freedesktop/systemd1 org.freedesktop.systemd1.Manager) method
  for method in StartUnit StopUnit RestartUnit ReloadUnit TryRestartUnit ReloadOrRestartUnit ReloadOrTryRestartUnit; do
    refused "${m[@]}" "$method" ss sleeper.service replace
  done
  refused "${m[@]}" EnqueueUnitJob sss sleeper.service start replace
  refused "${m[@]}" KillUnit ssi sleeper.service all 15
  refused "${m[@]}" ResetFailedUnit s sleeper.service
  refused "${m[@]}" ResetFailed
  refused "${m[@]}" CancelJob u 1
  refused "${m[@]}" ClearJobs
  refused "${m[@]}" RefUnit s sleeper.service
  refused "${m[@]}" EnableUnitFiles asbb 1 sleeper.service false false
  refused "${m[@]}" ReenableUnitFiles asbb 1 sleeper.service false false
  refused "${m[@]}" MaskUnitFiles asbb 1 sleeper.service false false
  refused "${m[@]}" PresetUnitFiles asbb 1 sleeper.service false false
  refused "${m[@]}" DisableUnitFiles asb 1 sleeper.service false
  refused "${m[@]}" UnmaskUnitFiles asb 1 sleeper.service false
  refused "${m[@]}" SetDefaultTarget sb rescue.target true
  refused "${m[@]}" SetEnvironment as 1 A=b
  refused "${m[@]}" UnsetEnvironment as 1 A
  refused "${m[@]}" UnsetAndSetEnvironment asas 1 A 1 A=b
  refused "${m[@]}" SetExitCode y 3
  for method in Reload PowerOff Reboot Halt KExec Exit; do refused "${m[@]}" "$method"; done
  expect active in_it systemctl is-active sleeper.service
}

test_every_write_of_a_property_is_refused() {
  local set=(org.freedesktop.DBus.Properties Set ssv)
  local m=(/org/freedesktop/systemd1 "${set[@]}" org.freedesktop.systemd1.Manager)
  refused "${m[@]}" LogLevel s debug
  refused "${m[@]}" LogTarget s null
  refused "${m[@]}" RuntimeWatchdogUSec t 1000000
  refused "${m[@]}" RebootWatchdogUSec t 1000000
  refused "${m[@]}" ServiceWatchdogs b false
  refused /org/freedesktop/LogControl1 "${set[@]}" org.freedesktop.LogControl1 LogLevel s debug
  refused /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager SetShowStatus s no
  expect 's "info"' in_it busctl get-property org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager LogLevel
}

test_every_changing_method_of_a_unit_and_of_a_job_is_refused() {
  local u=(/org/freedesktop/systemd1/unit/sleeper_2eservice org.freedesktop.systemd1.Unit) method
  for method in Start Stop Restart Reload TryRestart ReloadOrRestart ReloadOrTryRestart; do refused "${u[@]}" "$method" s replace; done
  refused "${u[@]}" Kill si all 15
  refused "${u[@]}" ResetFailed
  refused "${u[@]}" Ref
  refused "${u[@]}" EnqueueJob ss start replace
  expect active in_it systemctl is-active sleeper.service
}
