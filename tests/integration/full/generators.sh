# shellcheck shell=bash
# The same of the root with some hundred packages: their generators, and what they make of the packages' init scripts.
mapfile -t packages < <(grep -v '^#' ../compat/properties/packages)
source core/generators.sh

test_those_of_a_hundred_packages_write_the_same_files() { test_they_write_the_same_files_as_under_systemd; }
