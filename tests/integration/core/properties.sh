# shellcheck shell=bash
# All properties of Debian's own units and of units with every directive, asked of both in the same root.
set_up() { :; }

test_all_properties_of_debians_own_units_are_systemds() { SMALL=1 ../compat/ask-properties again; }
