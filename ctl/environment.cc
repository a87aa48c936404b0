// The environment that the manager gives to processes: show, set, unset, import; systemctl(1), "Environment Commands".
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "ctl/environment_text.h"
#include "ctl/verbs.h"
#include "libunit/command_line.h"

namespace svcd::ctl {
namespace {

int fail_to(const Context& context, std::string_view what, const sdbus::Error& error) {
  context.complain(fmt::format("Failed to {} environment: {}", what, message_of(error)));
  return 1;
}

/// The variables named, as they are here.
bool variables_of(const Context& context, const std::vector<std::string>& names, std::vector<std::string>& into) {
  for (const std::string& name : names) {
    if (!is_variable_name(name)) {
      context.complain("Not a valid environment variable name: " + name);
      return false;
    }
    if (const char* value = getenv(name.c_str()); value != nullptr)
      into.push_back(fmt::format("{}={}", name, value));
    else
      context.warn(fmt::format("Environment variable ${} not set, ignoring.", name));
  }
  return true;
}

std::vector<std::string> all_variables() {
  std::vector<std::string> all;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at)
    if (is_assignment(*at)) all.emplace_back(*at);
  return all;
}

}  // namespace

/// "A=x y" as a shell reads it: A=$'x y'.
std::string shell_assignment(std::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) return std::string(assignment);
  const std::string_view value = assignment.substr(equals + 1);
  const auto needs_quotes = [](char c) {
    return (c >= 0 && c < ' ') || c == 0x7f ||
           std::string_view(" \"\\`$*?['()<>|&;!").find(c) != std::string_view::npos;
  };
  if (std::ranges::none_of(value, needs_quotes)) return std::string(assignment);
  std::string text(assignment.substr(0, equals + 1));
  text += "$'";
  for (const char c : value) {
    static constexpr std::string_view plain = "\a\b\f\n\r\t\v", letters = "abfnrtv";
    const size_t at = plain.find(c);
    if (at != std::string_view::npos)
      (text += '\\') += letters[at];
    else if (c == '\\' || c == '\'')
      (text += '\\') += c;
    else if ((c >= 0 && c < ' ') || c == 0x7f)
      text += fmt::format("\\{:03o}", static_cast<unsigned>(c));
    else
      text += c;
  }
  return text + "'";
}

int verb_show_environment(Context& context) {
  try {
    for (const std::string& entry : context.manager().environment()) context.print(shell_assignment(entry) + "\n");
  } catch (const sdbus::Error& error) {
    return fail_to(context, "get", error);
  }
  return 0;
}

int verb_set_environment(Context& context) {
  const Options& o = context.options;
  try {
    if (o.verb == "set-environment")
      context.manager().set_environment(o.arguments);
    else
      context.manager().unset_environment(o.arguments);
  } catch (const sdbus::Error& error) {
    return fail_to(context, "set", error);
  }
  return 0;
}

int verb_import_environment(Context& context) {
  const Options& o = context.options;
  std::vector<std::string> variables;
  if (o.arguments.empty()) {
    context.warn("Calling import-environment without a list of variable names is deprecated.");
    variables = all_variables();
  } else if (!variables_of(context, o.arguments, variables)) {
    return 1;
  }
  try {
    context.manager().set_environment(variables);
  } catch (const sdbus::Error& error) {
    return fail_to(context, "import", error);
  }
  return 0;
}

}  // namespace svcd::ctl
