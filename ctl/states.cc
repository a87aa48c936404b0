// is-active, is-failed, is-system-running: a word on stdout and an exit code for scripts.
#include <fmt/format.h>

#include <algorithm>

#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

/// Prints the ActiveState of each unit; 0 if one of them is in one of the states, else otherwise.
int check_units(Context& context, std::initializer_list<std::string_view> good, int otherwise) {
  bool found = false;
  for (const std::string& name : unit_arguments(context, context.options.arguments)) {
    std::string state;
    try {
      state = context.manager().unit_property(name, "ActiveState").text();
    } catch (const sdbus::Error& error) {
      context.complain(fmt::format("Failed to retrieve unit state: {}", message_of(error)));
      state = "unknown";
    }
    if (!context.options.quiet) context.print(state + "\n");
    found |= std::find(good.begin(), good.end(), state) != good.end();
  }
  return found ? 0 : otherwise;
}

}  // namespace

int verb_is_active(Context& context) {
  return check_units(context, {"active", "reloading"}, 3);
}

int verb_is_failed(Context& context) {
  return check_units(context, {"failed"}, 1);
}

int verb_is_system_running(Context& context) {
  try {
    (void)context.manager();
  } catch (const NoManager&) {
    if (!context.options.quiet) context.print("offline\n");
    return 1;
  }
  const auto state = [&] { return context.manager().manager_property("SystemState").text(); };
  std::string now = state();
  while (context.options.wait && (now == "initializing" || now == "starting")) {
    context.manager().wait(500);
    now = state();
  }
  if (!context.options.quiet) context.print(now + "\n");
  return now == "running" ? 0 : 1;
}

}  // namespace svcd::ctl
