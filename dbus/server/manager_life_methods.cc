// Methods of the interface Manager about the manager itself: who listens, its environment, reload, the end.
#include <algorithm>

#include "dbus/server/call.h"

namespace svcd {
namespace {

Result<> subscribe(Call& call) {
  if (!call.client || call.client->is_private()) return {};  // they get every signal anyway
  if (call.client->subscribed) return fail(ErrorCode::already_subscribed, "Client is already subscribed.");
  call.context.clients.subscribe(*call.client, true);
  return {};
}
Result<> unsubscribe(Call& call) {
  if (call.client && call.client->is_private()) return {};
  if (!call.client || !call.client->subscribed) return fail(ErrorCode::not_subscribed, "Client is not subscribed.");
  call.context.clients.subscribe(*call.client, false);
  return {};
}

Result<> reload(Call& call) {
  const RequestId request = call.context.replies.when_done(keep(call.message));
  call.answered_later();
  call.api().reload(request);
  return {};
}

template <Finish::Action action>
Result<> finish(Call& call) {
  Finish last;
  last.action = action;
  return call.api().finish(last);
}
Result<> set_exit_code(Call& call) {
  return call.api().set_exit_code(call.byte());
}

bool is_variable_name(std::string_view name) {
  const auto fits = [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && !digit(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return c == '_' || fits(c) || digit(c); });
}
bool is_assignment(std::string_view text) {
  const size_t equals = text.find('=');
  return equals != std::string_view::npos && is_variable_name(text.substr(0, equals));
}
bool is_name_or_assignment(std::string_view text) {
  return is_variable_name(text) || is_assignment(text);
}

Result<> change_environment(Call& call, const std::vector<std::string>& unset, const std::vector<std::string>& set) {
  if (!std::ranges::all_of(unset, is_name_or_assignment))
    return fail(ErrorCode::invalid_args, "Invalid environment variable names or assignments");
  if (!std::ranges::all_of(set, is_assignment)) return fail(ErrorCode::invalid_args, "Invalid environment assignments");
  return call.api().set_environment(set, unset);
}
Result<> set_environment(Call& call) {
  return change_environment(call, {}, call.texts());
}
Result<> unset_environment(Call& call) {
  return change_environment(call, call.texts(), {});
}
Result<> unset_and_set_environment(Call& call) {
  const std::vector<std::string> unset = call.texts();
  return change_environment(call, unset, call.texts());
}

// clang-format off
constexpr Method methods[] = {
    {"Subscribe",              "",     "", "", Right::subscribe, subscribe},
    {"Unsubscribe",            "",     "", "", Right::look, unsubscribe},
    {"Reload",                 "",     "", "", Right::change, reload},
    {"Exit",                   "",     "", "", Right::change, finish<Finish::Action::exit>},
    {"Reboot",                 "",     "", "", Right::change, finish<Finish::Action::reboot>},
    {"PowerOff",               "",     "", "", Right::change, finish<Finish::Action::poweroff>},
    {"Halt",                   "",     "", "", Right::change, finish<Finish::Action::halt>},
    {"KExec",                  "",     "", "", Right::change, finish<Finish::Action::kexec>},
    {"SetEnvironment",         "as",   "", "assignments\0", Right::change, set_environment},
    {"UnsetEnvironment",       "as",   "", "names\0", Right::change, unset_environment},
    {"UnsetAndSetEnvironment", "asas", "", "names\0assignments\0", Right::change, unset_and_set_environment},
    {"SetExitCode",            "y",    "", "number\0", Right::change, set_exit_code},
};
// clang-format on

}  // namespace

std::span<const Method> manager_life_methods() {
  return methods;
}

}  // namespace svcd
