# shellcheck shell=bash
# The scenarios of compat/scenarios that need the machine for themselves, one after the other.
set_up() { :; }

test_scenarios_that_are_alone_have_the_history_that_systemd_had() {
  mapfile -t alone < <(cd ../compat/scenarios && grep -l '^alone$' -- *)
  ../compat/ask-scenarios check "${alone[@]}"
}
