# shellcheck shell=bash
# The scenarios of compat/scenarios, played to svcd as PID 1: their histories are those that systemd 252 had.
set_up() { :; }

test_scenarios_have_the_history_that_systemd_had() { ../compat/ask-scenarios check; }
