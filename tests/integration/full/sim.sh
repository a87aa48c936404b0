# shellcheck shell=bash
# svcctl sim on a whole Debian system, as installed and as anybody; its chart is drawn by a program of others.
packages=(nginx-light redis-server cron openssh-server postgresql rsyslog)
svcctl=$SVCD_BUILD/ctl/svcctl

set_up() { root=$(container_cached_root "${packages[@]}"); }

test_a_debian_system_boots_and_goes_down_whatever_the_times() {
  local said unit
  said=$("$svcctl" sim --root="$root" --shutdown --seeds=50)
  [[ $said == "default.target: 50 seeds, 1 to 50, reached in 50: after "*"; all is well."* ]]
  said=$("$svcctl" sim --root="$root")
  for unit in nginx redis-server cron ssh postgresql rsyslog; do grep -qE " done +$unit\.service( |$)" <<<"$said"; done
}

test_what_does_not_stop_takes_its_ninety_seconds() {
  local said code=0
  said=$("$svcctl" sim --root="$root" --stubborn=cron --shutdown=5min) || code=$?
  expect 3 echo "$code"
  grep -qE '^  cron.service from 300.000s, 90.000s long: TimeoutStopSec=1min 30s' <<<"$said"
}

test_it_is_installed_and_needs_neither_root_nor_a_manager_of_its_own() {
  container_boot it "$root"
  container_wait it 90 >/dev/null
  in_it setpriv --reuid=65534 --regid=65534 --clear-groups svcctl sim | grep -q '^default.target .* is reached after '
  expect 0 in_it sh -c 'svcctl sim --help | grep -qF -- --seeds=N; echo $?'
}

# Pixels of each kind of bar, in the colours that a light screen gets.
test_the_chart_can_be_drawn() {
  local folder
  folder=$(mktemp -d)
  "$svcctl" sim --root="$root" --stubborn=cron --shutdown=5min -o svg --output="$folder/boot.svg" || [[ $? == 3 ]]
  rsvg-convert "$folder/boot.svg" --output="$folder/boot.png"
  python3 - "$folder/boot.png" <<'END'
import struct, sys, zlib
data = open(sys.argv[1], 'rb').read()
chunks, at = {}, 8
while at < len(data):
    size, kind = struct.unpack('>I4s', data[at:at + 8])
    chunks[kind] = chunks.get(kind, b'') + data[at + 8:at + 8 + size]
    at += size + 12
width, height, depth, colour = struct.unpack('>IIBB', chunks[b'IHDR'][:10])
assert depth == 8 and colour == 6 and width > 1000 and height > 1000, (width, height, depth, colour)
raw, line, seen = zlib.decompress(chunks[b'IDAT']), bytearray(width * 4), set()
for y in range(height):
    start = y * (width * 4 + 1)
    how, new = raw[start], bytearray(raw[start + 1:start + 1 + width * 4])
    for i in range(width * 4):
        left, up, corner = (new[i - 4] if i > 3 else 0), line[i], (line[i - 4] if i > 3 else 0)
        guess = left + up - corner
        paeth = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
        new[i] = (new[i] + (0, left, up, (left + up) // 2, paeth)[how]) & 255
    line = new
    seen.update(struct.unpack('<%dI' % width, bytes(line)))
colours = {(p & 255, p >> 8 & 255, p >> 16 & 255) for p in seen if p >> 24 == 255}
for name, pixel in {'starts': (0xe0, 0x8a, 0), 'is up': (0xa8, 0xd5, 0xb5), 'stops': (0x7a, 0x6f, 0xd0)}.items():
    assert pixel in colours, name
END
  rm -rf "$folder"
}
