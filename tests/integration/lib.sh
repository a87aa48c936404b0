# shellcheck shell=bash
# What the integration cases are written in. A case is a file with functions named test_…; each runs with the
# container `it` already booted by the case's own set_up, and fails at the first command that fails.
#
#   in_it COMMAND…           runs it in the container
#   expect TEXT COMMAND…     the command's output (stdout and stderr) is exactly TEXT
#   expect_code N COMMAND…   it exits with N
#   eventually COMMAND…      it succeeds within 20 s (for what happens asynchronously in a real system)
#   normalise                makes two runs comparable: times, pids, sizes, ids become words

source "$(dirname "${BASH_SOURCE[0]}")/../../packaging/container.sh"
export SVCD_BUILD=${SVCD_BUILD:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build}

in_it() { container_run it "$@"; }

expect() {
  local want=$1 got
  shift
  got=$("$@" 2>&1) || true
  [[ $got == "$want" ]] || { printf 'of: %s\nwanted: %s\ngot:    %s\n' "$*" "$want" "$got" >&2; return 1; }
}

expect_code() {
  local want=$1 code=0 output
  shift
  output=$(mktemp)
  "$@" >"$output" 2>&1 || code=$?  # in this shell: container_power waits for its child
  [[ $code == "$want" ]] || printf 'of: %s\nwanted exit code %s, got %s: %s\n' "$*" "$want" "$code" "$(cat "$output")" >&2
  rm -f "$output"
  [[ $code == "$want" ]]
}

eventually() {
  local end=$((SECONDS + 20))
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || { echo "never: $*" >&2; return 1; }
    sleep 0.1
  done
}

normalise() {
  sed -E \
    -e 's/(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} [A-Z]+/TIME/g' \
    -e 's/^[A-Z][a-z]{2} [0-9]{2} [0-9:]{8} [^ ]+ /LOG /' \
    -e 's/; [0-9a-z ]+ ago/; AGE ago/g' \
    -e 's/(Main PID|Process|Control PID|Control|Process): [0-9]+/\1: PID/g' \
    -e 's/(├─|└─|│ +)[0-9]+ /\1PID /g' -e 's/([├└]─) +[0-9]+ /\1PID /g' \
    -e 's/\[[0-9]+\]:/[PID]:/g' -e 's/process [0-9]+ \(/process PID (/g' -e 's/(PID|pid|MainPID=|ExecMainPID=)[= ]?[0-9]+/\1N/g' \
    -e 's/CPU: [0-9a-z. ]+/CPU: T/' -e 's/Memory: [0-9.]+[BKMG]/Memory: M/' -e 's/Tasks: [0-9]+/Tasks: N/' \
    -e 's/[0-9a-f]{32}/ID128/g'
}

# Runs the case files named, prints one line a test, what failed once more, and the sum; 0 if all passed.
run_cases() {
  local file t passed=0 failed=0 output code again=()
  for file in "$@"; do
    while read -r t; do
      printf '%s: %s ... ' "$(basename "$file" .sh)" "${t#test_}"
      code=0
      # a shell of its own: in the context of || or if, bash would go on after a command that failed
      output=$(bash -euo pipefail -c 'source ./lib.sh; trap container_stop_all EXIT; source "$1"; set_up; "$2"' \
        "$file" "$file" "$t" 2>&1) || code=$?
      if ((code == 0)); then
        echo ok
        passed=$((passed + 1))
      else
        echo FAILED
        printf '%s\n' "$output" | tail -400
        failed=$((failed + 1))
        again+=("$(printf -- '-- %s: %s\n' "$(basename "$file" .sh)" "${t#test_}"; tail -n 20 <<<"$output")")
      fi
    done < <(sed -nE 's/^(test_[a-z0-9_]+)\(\).*/\1/p' "$file")
  done
  ((failed == 0)) || printf '%s\n' "${again[@]}"
  echo "$passed passed, $failed failed"
  ((failed == 0 && passed > 0))
}
