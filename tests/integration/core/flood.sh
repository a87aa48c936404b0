# shellcheck shell=bash
# Clients that ask without end: everybody else goes on. More of that is in full/hostile.sh.
set_up() {
  root=$(container_cached_root)
  CONTAINER_UNITS=$PWD/units/hostile container_boot it "$root"
  container_wait it >/dev/null || { tail -20 "${container_dir[it]}/console" >&2; return 1; }
  cp "$SVCD_BUILD/tests/hostile" "${container_dir[it]}/share/"
  in_it systemctl start sleeper@before.service
}

test_a_flood_of_calls_does_not_hold_up_jobs() {
  local i calls=(/share/hostile calls /run/systemd/private 6)
  local manager=(/org/freedesktop/systemd1 org.freedesktop.systemd1.Manager)
  in_it "${calls[@]}" 1 reads "${manager[@]}" ListUnits >/dev/null &
  local flood=$!
  in_it "${calls[@]}" 8 reads "${manager[@]}" GetUnit nonsense >/dev/null &
  flood+=" $!"
  for i in 1 2 3 4 5; do in_it timeout 3 systemctl restart sleeper@before.service; done
  # shellcheck disable=SC2086
  wait $flood
}

test_a_flood_of_calls_does_not_keep_it_off_a_bus_that_starts_again() {
  local manager=(/org/freedesktop/systemd1 org.freedesktop.systemd1.Manager)
  in_it /share/hostile calls /run/systemd/private 30 1 reads "${manager[@]}" ListUnits >/dev/null &
  in_it /share/hostile calls /run/systemd/private 30 8 reads "${manager[@]}" GetUnit nonsense >/dev/null &
  in_it sh -c 'kill -9 $(systemctl show -P MainPID dbus)'
  in_it timeout 15 systemctl restart dbus.socket dbus.service
  in_it timeout 15 busctl --system call org.freedesktop.systemd1 "${manager[0]}" org.freedesktop.DBus.Peer Ping
}
