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
/// What to do about the true cause; empty where that is not obvious.
std::string next_step_text(const std::vector<CauseLink>&);

}  // namespace svcd
