// Causes in words, for people: what became of a unit, and why. Pure text, made when somebody asks.
#pragma once

#include <string>
#include <vector>

#include "daemon/engine/explanation.h"

namespace svcd {

/// What became of its unit: "failed", "was not started", "is masked".
std::string outcome_text(const Cause&);
/// Why, of what the cause itself knows: "ExecStartPre=/bin/false exited with code 1"; may be empty.
std::string reason_text(const CauseLink&);
/// Both: "a.service failed: ExecStartPre=/bin/false exited with code 1".
std::string link_text(const CauseLink&);
/// The first and the last unit of a chain: "a.service was not started because b.mount failed: …".
std::string chain_text(const std::vector<CauseLink>&);
/// Why a unit is not loaded, with the line of the file if one is to blame: "Unknown … (/etc/…/a.service:3)".
std::string load_problem(const LoadedUnit&);
/// … the diagnostic that is about that line; null: there is none.
const Diagnostic* load_diagnostic(const LoadedUnit&);
/// What to do about the true cause; empty where that is not obvious.
std::string next_step_text(const std::vector<CauseLink>&);

}  // namespace svcd
