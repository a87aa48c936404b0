// The verbs of svcctl.
#pragma once

namespace svcd {

/// Runs the command line; the exit code of systemctl.
int run_svcctl(int argc, char** argv);

}  // namespace svcd
