// system.conf, which an administrator writes.
#include "daemon/linux/manager_defaults.h"
#include "fuzz/fuzz.h"
#include "libunit/utf8.h"

FUZZ(manager_configuration) {
  svcd::Scope scope;
  svcd::ManagerDefaults defaults;
  for (const svcd::Diagnostic& said : svcd::apply_manager_configuration("system.conf", input, scope, defaults))
    svcd::must(svcd::is_utf8(said.text), "a diagnostic is text");
}
