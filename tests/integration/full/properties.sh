# shellcheck shell=bash
# All properties of all units of some hundred Debian packages, compared with what systemd 252 answered.
set_up() { :; }

test_all_properties_of_all_units_are_systemds() { ../compat/ask-properties compare; }
