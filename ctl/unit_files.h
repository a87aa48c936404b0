// What verbs of several families say about unit files, and the jobs that --now adds to them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ctl/context.h"

namespace svcd::ctl {

void warn_files_changed(const Context&, const std::string& unit);

/// "Created symlink a → b.", 'Removed "a".' or what else was (not) done.
std::string change_text(const Terminal&, const client::UnitFileChange&);

/// Queues jobs and waits for them as the options say; jobs.cc.
int run_jobs(Context&, std::string_view verb, const std::vector<std::string>& units, const std::string& mode);

}  // namespace svcd::ctl
