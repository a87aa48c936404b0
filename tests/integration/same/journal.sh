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
