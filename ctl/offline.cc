#include "ctl/offline.h"

#include <cstdlib>

#include "libunit/host/host_facts.h"

namespace svcd::ctl {

/// $SYSTEMD_UNIT_PATH is of the system that we run on, and says nothing about another one.
Offline::Offline(const Options& options) : files(options.root), host(detect_host(files.root())) {
  const char* folders = files.root().empty() ? std::getenv("SYSTEMD_UNIT_PATH") : nullptr;
  path = SearchPath::system(host.configuration_root, host.runtime_root, folders == nullptr ? "" : folders);
}

}  // namespace svcd::ctl
