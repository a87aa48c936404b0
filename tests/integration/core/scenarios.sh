# shellcheck shell=bash
# The scenarios of compat/scenarios that can be played side by side, to svcd as PID 1: their histories are those that
# systemd 252 had. Those that disturb others (isolate, daemon-reload) are played by full/scenarios_alone.sh.
set_up() { :; }

test_scenarios_have_the_history_that_systemd_had() {
  mapfile -t together < <(cd ../compat/scenarios && grep -L '^alone$' -- *)
  ../compat/ask-scenarios check "${together[@]}"
}
