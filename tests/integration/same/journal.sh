for u in simple oneshot failing simple-missing condition assert pre-fails timeout again needs-failing; do systemctl start $u 2>/dev/null; done
systemctl restart simple
systemctl kill -s KILL simple; sleep 0.3
systemctl start own.target
sleep 1
for u in simple oneshot failing simple-missing condition assert pre-fails timeout again needs-failing own.target; do
  echo "== $u"
  # why a child failed before its program ran is told by the manager here and by the child there: below
  journalctl -q --no-pager -o cat _PID=1 UNIT=$u.service + _PID=1 UNIT=$u | grep -vE ': Failed (to|at step) '
done
# the fields of each message; their order in an entry is nobody's business
journalctl -q --no-pager -o verbose _PID=1 UNIT=failing.service |
  awk '/^[^ ]/ {n++} / +(MESSAGE|MESSAGE_ID|PRIORITY|UNIT|JOB_TYPE|JOB_RESULT|EXIT_CODE|EXIT_STATUS|COMMAND|UNIT_RESULT|SYSLOG_IDENTIFIER|SYSLOG_FACILITY)=/ {print n, $0}' | sort
echo "== children"
journalctl -q --no-pager -o cat SYSLOG_FACILITY=3 UNIT=simple-missing.service | grep -E ': Failed (to|at step) ' | sort
echo "== what a unit says of its lines"
printf '[Service]\nType=oneshot\nRemainAfterExit=yes\nLogLevelMax=warning\nLogExtraFields=FOO=bar "BAZ=%%n x"\nLogRateLimitIntervalSec=7s\nLogRateLimitBurst=33\nExecStart=/bin/sh -c "echo quiet; echo \\\\<3\\\\>loud >&2; sleep 0.3"\n' >/run/systemd/system/lines.service
systemctl start lines
cd /run/systemd/units; for f in *:lines.service; do echo "$f $(if [ -L "$f" ]; then readlink "$f"; else od -An -c "$f"; fi)"; done | sed -E 's/[0-9a-f]{32}/ID/'
journalctl --sync; journalctl -q --no-pager -o verbose _SYSTEMD_UNIT=lines.service + UNIT=lines.service | grep -E ' (MESSAGE|FOO|BAZ)=' | sort
systemctl stop lines; sleep 0.2; ls | grep lines | grep -v extra
