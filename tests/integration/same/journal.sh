for u in simple oneshot failing simple-missing condition assert pre-fails timeout again needs-failing; do systemctl start $u 2>/dev/null; done
systemctl restart simple
systemctl kill -s KILL simple; sleep 0.3
systemctl start own.target
sleep 1
for u in simple oneshot failing simple-missing condition assert pre-fails timeout again needs-failing own.target; do
  echo "== $u"
  journalctl -q --no-pager -o cat _PID=1 UNIT=$u.service + _PID=1 UNIT=$u
done
journalctl -q --no-pager -o json _PID=1 UNIT=failing.service | python3 -c '
import json, sys
for line in sys.stdin:
    d = json.loads(line)
    print({k: v for k, v in sorted(d.items()) if not k.startswith("_") and k not in ("CODE_LINE", "CODE_FILE", "CODE_FUNC", "TID", "INVOCATION_ID", "SYSLOG_TIMESTAMP", "JOB_ID")})
' 2>/dev/null || journalctl -q --no-pager -o verbose _PID=1 UNIT=failing.service | grep -E '^ +(MESSAGE|MESSAGE_ID|PRIORITY|UNIT|JOB_TYPE|JOB_RESULT|EXIT_CODE|EXIT_STATUS|COMMAND|UNIT_RESULT|SYSLOG_IDENTIFIER|SYSLOG_FACILITY)='
