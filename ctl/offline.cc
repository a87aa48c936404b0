#include "ctl/offline.h"

#include <cstdlib>
#include <filesystem>

#include "libunit/host/host_facts.h"

namespace svcd::ctl {

namespace {

std::string absolute(const std::string& root) {
  if (root.empty() || root[0] == '/') return root;
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(root, error);
  return error ? root : path.lexically_normal().string();
}

}  // namespace

/// $SYSTEMD_UNIT_PATH is of the system that we run on, and says nothing about another one.
Offline::Offline(const Options& options) : files(absolute(options.root)), host(detect_host(files.root())) {
  if (options.global) {
    path = SearchPath::global(host.configuration_root, host.runtime_root);
    return;
  }
  const char* folders = files.root().empty() ? std::getenv("SYSTEMD_UNIT_PATH") : nullptr;
  path = SearchPath::system(host.configuration_root, host.runtime_root, folders == nullptr ? "" : folders);
}

}  // namespace svcd::ctl
