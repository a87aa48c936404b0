# shellcheck shell=bash
# The same units and the same questions, to svcd and to the real systemd in the same root: the answers are the same.
# A question is a shell script in same/; times, pids and ids are made words before the answers are compared.
set_up() { root=$(container_cached_root); }

same() {
  local question=$1 who init
  for who in svcd systemd; do
    init=/usr/lib/svcd/svcd
    [[ $who == svcd ]] || init=/lib/systemd/systemd
    CONTAINER_UNITS=$PWD/units/same container_boot it "$root" "$init"
    container_wait it >/dev/null || { echo "$who did not boot" >&2; tail -20 "${container_dir[it]}/console" >&2; return 1; }
    cp "same/$question.sh" "${container_dir[it]}/share/question"
    cp same/ask "$SVCD_BUILD/tests/notify-talk" "${container_dir[it]}/share/"
    container_run it timeout 60 bash /share/question 2>&1 | normalise >"/tmp/svcd-same-$$.$who" || true
    container_stop it
  done
  local code=0
  diff -u --label systemd --label svcd "/tmp/svcd-same-$$.systemd" "/tmp/svcd-same-$$.svcd" || code=1
  [[ -s /tmp/svcd-same-$$.systemd ]] || { echo "no answer at all" >&2; code=1; }
  rm -f "/tmp/svcd-same-$$."*
  return "$code"
}

test_every_type_of_service_goes_through_the_same_states() { same types; }
test_errors_have_the_same_texts_and_exit_codes() { same errors; }
test_what_the_manager_is_told_while_it_runs_has_the_same_effect() { same controls; }
test_dependencies_are_the_same_ones() { same dependencies; }
test_unit_files_are_enabled_and_masked_alike() { same unit_files; }
test_restarts_and_limits_work_alike() { same restart; }
test_what_services_tell_and_leave_behind_is_dealt_with_alike() { same leftovers; }
test_the_journal_reads_the_same() { same journal; }
test_units_made_and_properties_set_over_dbus_are_alike() { same transient; }
test_processes_find_the_same_world() { same exec; }
test_folders_and_protections_are_the_same() { same sandbox; }
