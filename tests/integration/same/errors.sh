try() { echo "\$ $*"; "$@"; echo "rc $?"; }
for verb in start stop restart reload try-restart status is-active is-failed is-enabled cat enable disable mask kill reset-failed show; do
  try systemctl --no-pager $verb not-there.service | head -12
done
# how often 252 had to load it again, and so complained again, depends on when it collects it
for verb in start status is-enabled; do journalctl --sync; try systemctl --no-pager $verb broken.service | awk '!/systemd\[/ || !seen[substr($0, 17)]++'; done
try systemctl start empty.service
try systemctl start needs-missing.service
try systemctl start needs-failing.service
try systemctl start cycle-a.service
try systemctl start refuse.service
try systemctl start templ@.service
try systemctl start 'bad name!.service'
try systemctl isolate simple.service
try systemctl start simple.service --job-mode=bogus
try systemctl kill simple.service
try systemctl start x.nosuchtype
systemctl mask --quiet --runtime simple.service
try systemctl start simple.service
systemctl unmask --quiet --runtime simple.service
try busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager GetUnit s nosuch.service
try busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager GetUnit s 'x'
try busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager NoSuchMethod
try busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StartUnit u 1
try busctl get-property org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager Nope
try busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager CancelJob u 99999
try busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager GetJob u 99999
