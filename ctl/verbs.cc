#include "ctl/verbs.h"

#include <CLI/CLI.hpp>

namespace svcd {

int run_svcctl(int argc, char** argv) {
  CLI::App app{"Controls svcd, the service manager.", "svcctl"};
  CLI11_PARSE(app, argc, argv);
  return 0;
}

}  // namespace svcd
