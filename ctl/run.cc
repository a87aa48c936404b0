#include <fmt/format.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "ctl/installation.h"
#include "ctl/pager.h"
#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

/// Why nobody answered, and what to do about it.
std::string explain(const NoManager& error) {
  if (::sd_booted() <= 0) {
    std::string init;
    std::ifstream("/proc/1/comm") >> init;
    return fmt::format(
        "svcctl: svcd does not run here (process 1 is {}). Boot with /usr/lib/svcd/svcd as init, then try again.",
        init.empty() ? "something else" : "'" + init + "'");
  }
  if (::geteuid() != 0)
    return fmt::format(
        "svcctl: cannot reach the service manager over the system bus ({}). As root no bus is needed: try sudo.",
        error.why);
  return fmt::format(
      "svcctl: the service manager does not answer, neither on /run/systemd/private nor on the system bus ({}). "
      "Is process 1 svcd?",
      error.why);
}

int run_verb(const Verb& verb, Context& context) {
  const int given = static_cast<int>(context.options.arguments.size());
  if (given < verb.min_arguments || (verb.max_arguments >= 0 && given > verb.max_arguments)) {
    context.complain(fmt::format("svcctl: too {} arguments. Usage: svcctl {} {}",
                                 given < verb.min_arguments ? "few" : "many", verb.name, verb.arguments));
    return 1;
  }
  try {
    return verb.run(context);
  } catch (const NoManager& error) {
    context.complain(explain(error));
    return 1;
  } catch (const sdbus::Error& error) {
    context.complain(fmt::format("svcctl {}: {}", verb.name, message_of(error)));
    return 1;
  }
}

}  // namespace

int run_svcctl(int argc, const char* const* argv) {
  if (const std::optional<int> code = run_sim(argc, argv)) return *code;
  Parsed parsed = parse_options(argc, argv);
  if (parsed.ends) {
    std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
    return parsed.exit_code;
  }
  Context context(std::move(parsed.options), Terminal::of_process());
  const Options& o = context.options;
  if (o.full) context.terminal.full_width = true;
  if (o.version) {
    context.print("svcctl " SVCD_VERSION "\n");
    return 0;
  }
  const std::string name = o.verb.empty() ? "list-units" : o.verb;
  const Verb* verb = find_verb(name);
  if (o.help && (o.verb.empty() || verb != nullptr)) {
    context.print(o.verb.empty() ? general_help() : verb_help(*verb));
    return 0;
  }
  if (verb == nullptr) {
    context.complain(fmt::format("svcctl: there is no verb '{}'. 'svcctl --help' lists the verbs.", name));
    return 1;
  }
  if (!o.root.empty() && !takes_root(name, o)) {
    context.complain(fmt::format("Verb '{}' cannot be used with --root= or --image=.", name));
    return 1;
  }
  const int code = run_verb(*verb, context);
  return close_pager() || code != 0 ? code : 1;
}

}  // namespace svcd::ctl
