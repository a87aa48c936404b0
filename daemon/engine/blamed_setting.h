// Which directive a failed step of a child carries out. The step knows its kind; of several that share it (paths of a
// sandbox, groups, where a stream goes) the one counts that has the value which went wrong.
#pragma once

#include <string>

#include "daemon/engine/cause.h"
#include "daemon/engine/kernel.h"

namespace svcd {

struct BlamedSetting {
  const char* key = "";  // as its row spells it; "": no directive says so
  std::string value;     // the path or name that went wrong; empty: what happened says enough
};

BlamedSetting blamed_setting(const UnitConfig&, const ExecFailed&);

/// Fills in what is known of a process that could not be made.
void blame_on(Cause&, const SpawnFailed&);

}  // namespace svcd
