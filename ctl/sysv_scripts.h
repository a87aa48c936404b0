// Scripts in /etc/init.d: enabling and disabling a service of the same name also asks the distribution's own program
// for them, /lib/systemd/systemd-sysv-install, as systemctl does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ctl/context.h"

namespace svcd::ctl {

struct SysvScripts {
  bool failed = false;       // why was printed
  bool any_enabled = false;  // is-enabled found one that is
};
/// For enable, disable and is-enabled: what is only a script is done and taken out of `names`.
SysvScripts handle_scripts(Context&, std::string_view verb, std::vector<std::string>& names);

}  // namespace svcd::ctl
