// Why a unit is as it is, for people: the manager's explanation with the last words of the program, which only the
// journal knows.
#pragma once

#include <string>
#include <vector>

#include "ctl/context.h"
#include "ctl/log_text.h"

namespace svcd::ctl {

/// The lines that a program wrote in the run that the explanation ends with, the last ones of it; none if it is not a
/// program that failed. `just_now`: the journal may not have them yet, so they are waited for a moment.
std::vector<LogEntry> last_words(Context&, const client::Explanation&, bool just_now = false);

/// With one full stop at its end: what the manager quotes may have one already.
std::string with_full_stop(std::string sentence);

/// The true cause in one line; empty if there is nothing to explain.
std::string first_line(const client::Explanation&, const std::vector<LogEntry>& words);

/// The same of a unit that a job just failed for; empty also if the manager is systemd.
std::string first_line_of(Context&, const std::string& unit, bool just_now);

/// The chain, each link with the line of the file that says so.
std::string chain_text(const client::Explanation&);

}  // namespace svcd::ctl
