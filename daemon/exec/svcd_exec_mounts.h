// The file system as one service sees it: a mount namespace, private folders, and paths that are read-only, writable
// or gone. mount_namespaces(7), mount_setattr(2).
#pragma once

#include <string>
#include <vector>

#include "daemon/exec/exec_plan.h"

namespace svcd {

class MountView {
 public:
  /// Does one step of the mount family: 0, or an errno and in detail() the path it is about.
  int apply(const StepView&);
  const std::string& detail() const { return detail_; }

 private:
  struct Rule {
    std::string path;
    MountRule what;
    bool missing_ok = false;
  };
  int unshare();
  int make_private_tmp(const std::string& folder, const std::string& place);
  int make_private_devices(const std::string& dev_log);
  int bind(const StepView&);
  int make_empty_folder(const StepView&);
  int add_rule(const StepView&);
  int apply_rules(const std::string& inaccessible);
  int hide(const Rule&, const std::string& inaccessible);

  std::vector<Rule> rules_;
  std::string detail_;
};

/// A network of its own, with nothing but a loopback device that is up.
int make_private_network();

}  // namespace svcd
