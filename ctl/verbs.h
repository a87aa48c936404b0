// The verbs of svcctl: one row each, and one function each in the file of its family.
#pragma once

#include <optional>
#include <string_view>

#include "ctl/context.h"

namespace svcd::ctl {

struct Verb {
  const char* name;
  int min_arguments, max_arguments;  // -1: any number
  int (*run)(Context&);              // the exit code
  const char* arguments;             // as help shows them
  const char* summary;               // one line
  const char* more;                  // what else help says; may be ""
};

/// nullptr: there is no such verb.
const Verb* find_verb(std::string_view name);
/// The whole help, or that of one verb.
std::string general_help();
std::string verb_help(const Verb&);

/// Runs the command line; the exit code of systemctl.
int run_svcctl(int argc, const char* const* argv);

// status.cc
int verb_status(Context&);
// jobs.cc
int verb_job(Context&);
int verb_isolate(Context&);
// states.cc
int verb_is_active(Context&);
int verb_is_failed(Context&);
int verb_is_system_running(Context&);
// lists.cc
int verb_list_units(Context&);
int verb_list_jobs(Context&);
int verb_list_sockets(Context&);
// dependencies.cc
int verb_list_dependencies(Context&);
// show.cc
int verb_show(Context&);
// cat.cc
int verb_cat(Context&);
// effective.cc
int show_effective(Context&);
// verify.cc
int verb_verify(Context&);
// sim.cc
int verb_sim(Context&);
/// `svcctl sim …` becomes svcd-sim; nothing: it is another verb. The exit code if that is not possible.
std::optional<int> run_sim(int argc, const char* const* argv);
// unit_files.cc
int verb_enable(Context&);
int verb_mask(Context&);
int verb_revert(Context&);
int verb_preset_all(Context&);
int verb_add_dependency(Context&);
int verb_set_default(Context&);
int verb_get_default(Context&);
int verb_is_enabled(Context&);
// unit_file_list.cc
int verb_list_unit_files(Context&);
// edit.cc
int verb_edit(Context&);
// control.cc
int verb_daemon_reload(Context&);
int verb_kill(Context&);
int verb_reset_failed(Context&);
int verb_cancel(Context&);
int verb_shut_down(Context&);
// environment.cc
int verb_show_environment(Context&);
int verb_set_environment(Context&);
int verb_import_environment(Context&);
// why.cc
int verb_why(Context&);
// plan.cc
int verb_plan(Context&);
// logs.cc
int verb_logs(Context&);

}  // namespace svcd::ctl
