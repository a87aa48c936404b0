// Who a process becomes: names from the unit are looked up by NSS, which PID 1 must never do.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "daemon/exec/exec_plan.h"

namespace svcd {

struct Identity {
  bool has_user = false, has_group = false;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name, home, shell;  // home and shell "": not to be used, as in systemd 252 ("/" and nologin)
  std::vector<gid_t> groups;      // supplementary ones
  bool sets_groups = false;
  std::string asked_for;  // the name that was looked up last: the one that is not there

  /// Looks the names of an identity step up: 0, or an errno and in `exit_code` whose fault it was.
  int look_up(const StepView&, int& exit_code);
  /// `supplementary_only`: the process keeps its own user and group.
  int apply_groups(bool supplementary_only) const;
  int apply_user() const;
  /// HOME, LOGNAME, USER, SHELL.
  void add_variables(std::vector<std::string>& environment) const;
};

}  // namespace svcd
