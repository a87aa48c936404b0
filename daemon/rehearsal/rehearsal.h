// One boot of a tree of unit files in virtual time: the production engine on a machine in memory. What is asked for
// happens at its time; the run is over when nothing is left to happen, or at `until`. Same request, tree and seed: same
// run, on every machine.
#pragma once

#include "daemon/rehearsal/request.h"
#include "daemon/rehearsal/run.h"
#include "daemon/rehearsal/unit_tree.h"
#include "libunit/result.h"

namespace svcd::rehearsal {

/// An error says why the request means nothing in this tree: there is no such target, a unit cannot fail.
Result<Run> rehearse(const Request&, UnitTree&, uint64_t seed);

}  // namespace svcd::rehearsal
