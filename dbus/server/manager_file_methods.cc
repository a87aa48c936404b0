// Methods of the interface Manager about unit files on disk.
#include <fnmatch.h>

#include <algorithm>

#include "dbus/server/call.h"

namespace svcd {
namespace {

Result<> answer_files(Call& call, const std::vector<std::string>& states, const std::vector<std::string>& patterns) {
  BusSink& sink = call.answer();
  sink.open_array("(ss)");
  for (const Installer::ListedFile& file : call.api().unit_files()) {
    const std::string_view state = to_string(file.state);
    const std::string name = file.path.substr(file.path.rfind('/') + 1);
    const auto matches = [&](const std::string& p) { return ::fnmatch(p.c_str(), name.c_str(), FNM_NOESCAPE) == 0; };
    if (!states.empty() && std::ranges::find(states, state) == states.end()) continue;
    if (!patterns.empty() && std::ranges::none_of(patterns, matches)) continue;
    sink.open_struct("ss");
    sink.string(file.path);
    sink.string(state);
    sink.close_struct();
  }
  sink.close_array();
  return {};
}

Result<> list_unit_files(Call& call) {
  return answer_files(call, {}, {});
}
Result<> list_unit_files_by_patterns(Call& call) {
  const std::vector<std::string> states = call.texts();
  return answer_files(call, states, call.texts());
}

Result<> get_unit_file_state(Call& call) {
  const UnitFileState state = SVCD_TRY(call.api().unit_file_state(call.text()));
  call.answer().string(to_string(state));
  return {};
}

Result<> get_default_target(Call& call) {
  const std::string target = SVCD_TRY(call.api().default_target());
  call.answer().string(target);
  return {};
}

void show_changes(const InstallReply& reply, ValueSink& sink) {
  sink.open_array("(sss)");
  for (const InstallChange& change : reply.changes) {
    if (change.type == InstallChange::Type::mkdir) continue;  // clients know links only
    sink.open_struct("sss");
    sink.string(change.type == InstallChange::Type::symlink ? "symlink" : "unlink");
    sink.string(change.path);
    sink.string(change.target);
    sink.close_struct();
  }
  sink.close_array();
}

Result<> install(Call& call, InstallVerb verb, const std::vector<std::string>& names, bool runtime, bool force,
                 bool tells_info) {
  const InstallReply reply = SVCD_TRY(call.api().install(verb, names, runtime, force));
  if (tells_info) call.answer().boolean(reply.carries_install_info);
  show_changes(reply, call.answer());
  return {};
}

/// Names, --runtime and, for some verbs, --force, each as a boolean.
template <InstallVerb verb, bool takes_force, bool tells_info>
Result<> with_booleans(Call& call) {
  const std::vector<std::string> names = call.texts();
  const bool runtime = call.flag();
  const bool force = takes_force && call.flag();
  return install(call, verb, names, runtime, force, tells_info);
}

/// The same in one number: 1 is --runtime, 2 is --force, 4 is for portable services.
template <InstallVerb verb, bool tells_info>
Result<> with_flags(Call& call) {
  const std::vector<std::string> names = call.texts();
  const uint64_t flags = call.u64();
  if (flags > 7) return fail(ErrorCode::invalid_args, "Invalid argument");
  return install(call, verb, names, (flags & 1) != 0, (flags & 2) != 0, tells_info);
}

Result<> set_default_target(Call& call) {
  const std::string name = call.text();
  return install(call, InstallVerb::set_default, {name}, false, call.flag(), false);
}

// clang-format off
constexpr Method methods[] = {
    {"ListUnitFiles",            "",     "a(ss)",   "unit_files\0", Right::look, list_unit_files, "UnsetAndSetEnvironment"},
    {"ListUnitFilesByPatterns",  "asas", "a(ss)",   "states\0patterns\0unit_files\0", Right::look, list_unit_files_by_patterns},
    {"GetUnitFileState",         "s",    "s",       "file\0state\0", Right::look, get_unit_file_state},
    {"EnableUnitFiles",          "asbb", "ba(sss)", "files\0runtime\0force\0carries_install_info\0changes\0", Right::change, with_booleans<InstallVerb::enable, true, true>},
    {"DisableUnitFiles",         "asb",  "a(sss)",  "files\0runtime\0changes\0", Right::change, with_booleans<InstallVerb::disable, false, false>},
    {"EnableUnitFilesWithFlags", "ast",  "ba(sss)", "files\0flags\0carries_install_info\0changes\0", Right::change, with_flags<InstallVerb::enable, true>},
    {"DisableUnitFilesWithFlags","ast",  "a(sss)",  "files\0flags\0changes\0", Right::change, with_flags<InstallVerb::disable, false>},
    {"ReenableUnitFiles",        "asbb", "ba(sss)", "files\0runtime\0force\0carries_install_info\0changes\0", Right::change, with_booleans<InstallVerb::reenable, true, true>},
    {"PresetUnitFiles",          "asbb", "ba(sss)", "files\0runtime\0force\0carries_install_info\0changes\0", Right::change, with_booleans<InstallVerb::preset, true, true>},
    {"MaskUnitFiles",            "asbb", "a(sss)",  "files\0runtime\0force\0changes\0", Right::change, with_booleans<InstallVerb::mask, true, false>},
    {"UnmaskUnitFiles",          "asb",  "a(sss)",  "files\0runtime\0changes\0", Right::change, with_booleans<InstallVerb::unmask, false, false>},
    {"SetDefaultTarget",         "sb",   "a(sss)",  "name\0force\0changes\0", Right::change, set_default_target},
    {"GetDefaultTarget",         "",     "s",       "name\0", Right::look, get_default_target},
};
// clang-format on

}  // namespace

std::span<const Method> manager_file_methods() {
  return methods;
}

}  // namespace svcd
