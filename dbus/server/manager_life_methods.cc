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

// There are no dynamic users yet: DynamicUser= refuses the unit's start.
Result<> lookup_dynamic_user_by_name(Call& call) {
  const std::string name = call.text();
  if (name.empty()) return fail(ErrorCode::invalid_args, "User name invalid: {}", name);
  return fail(ErrorCode::no_such_dynamic_user, "Dynamic user {} does not exist.", name);
}
Result<> lookup_dynamic_user_by_uid(Call& call) {
  const uint32_t uid = call.u32();
  if (uid == UINT32_MAX || uid == UINT16_MAX) return fail(ErrorCode::invalid_args, "User ID invalid: {}", uid);
  return fail(ErrorCode::no_such_dynamic_user, "Dynamic user ID {} does not exist.", uid);
}
Result<> get_dynamic_users(Call& call) {
  call.answer().open_array("(us)");
  call.answer().close_array();
  return {};
}

// clang-format off
constexpr Method life_table[] = {
    {"Subscribe",              "",     "", "", Right::subscribe, subscribe, "ListJobs"},
    {"Unsubscribe",            "",     "", "", Right::look, unsubscribe},
    {"Reload",                 "",     "", "", Right::change, reload},
    {"Exit",                   "",     "", "", Right::privileged, finish<Finish::Action::exit>},
    {"Reboot",                 "",     "", "", Right::privileged, finish<Finish::Action::reboot>},
    {"PowerOff",               "",     "", "", Right::privileged, finish<Finish::Action::poweroff>},
    {"Halt",                   "",     "", "", Right::privileged, finish<Finish::Action::halt>},
    {"KExec",                  "",     "", "", Right::privileged, finish<Finish::Action::kexec>},
    {"SetEnvironment",         "as",   "", "assignments\0", Right::change, set_environment},
    {"UnsetEnvironment",       "as",   "", "names\0", Right::change, unset_environment},
    {"UnsetAndSetEnvironment", "asas", "", "names\0assignments\0", Right::change, unset_and_set_environment},
    {"SetExitCode",            "y",    "", "number\0", Right::change, set_exit_code, "GetUnitFileLinks"},
    {"LookupDynamicUserByName", "s",   "u", "name\0uid\0", Right::look, lookup_dynamic_user_by_name},
    {"LookupDynamicUserByUID", "u",    "s", "uid\0name\0", Right::look, lookup_dynamic_user_by_uid},
    {"GetDynamicUsers",        "",     "a(us)", "users\0", Right::look, get_dynamic_users},
};
// clang-format on

}  // namespace

std::span<const Method> manager_life_methods() {
  return life_table;
}

}  // namespace svcd
