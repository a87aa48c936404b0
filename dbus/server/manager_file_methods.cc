// Methods of the interface Manager about unit files on disk.
#include <fnmatch.h>

#include <algorithm>

#include "dbus/server/call.h"
#include "libunit/graph.h"

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

Result<> get_unit_file_links(Call& call) {
  const std::string name = call.text();
  const std::vector<std::string> links = SVCD_TRY(call.api().unit_file_links(name, call.flag()));
  BusSink& sink = call.answer();
  sink.open_array("s");
  for (const std::string& link : links) sink.string(link);
  sink.close_array();
  return {};
}

void show_changes(const InstallReply& reply, ValueSink& sink) {
  sink.open_array("(sss)");
  for (const InstallChange& change : reply.changes) {
    sink.open_struct("sss");
    sink.string(to_string(change.type));
    sink.string(change.path);
    sink.string(change.target);
    sink.close_struct();
  }
  sink.close_array();
}

Result<> install(Call& call, const InstallRequest& request, bool tells_info) {
  const InstallReply reply = SVCD_TRY(call.api().install(request));
  if (tells_info) call.answer().boolean(reply.carries_install_info);
  show_changes(reply, call.answer());
  return {};
}

tl::unexpected<Error> invalid_argument() {
  return fail(ErrorCode::invalid_args, "Invalid argument");
}

/// Names, --runtime and, for some verbs, --force, each as a boolean.
template <InstallVerb verb, bool takes_force, bool tells_info>
Result<> with_booleans(Call& call) {
  InstallRequest request{verb, call.texts(), call.flag(), false, {}, {}};
  request.force = takes_force && call.flag();
  return install(call, request, tells_info);
}

/// The same in one number: 1 is --runtime, 2 is --force, 4 is for portable services.
template <InstallVerb verb, bool tells_info>
Result<> with_flags(Call& call) {
  InstallRequest request{verb, call.texts(), false, false, {}, {}};
  const uint64_t flags = call.u64();
  if (flags > 7) return invalid_argument();
  request.runtime = (flags & 1) != 0;
  request.force = (flags & 2) != 0;
  return install(call, request, tells_info);
}

/// "" is the mode "full".
Result<PresetMode> preset_mode(Call& call) {
  const std::string text = call.text();
  PresetMode mode = PresetMode::full;
  if (!text.empty() && !parse_preset_mode(text, mode)) return invalid_argument();
  return mode;
}

template <InstallVerb verb>
Result<> with_preset_mode(Call& call) {
  InstallRequest request{verb, {}, false, false, {}, {}};
  if (verb == InstallVerb::preset) request.names = call.texts();
  request.mode = SVCD_TRY(preset_mode(call));
  request.runtime = call.flag();
  request.force = call.flag();
  return install(call, request, verb == InstallVerb::preset);
}

Result<> add_dependency_unit_files(Call& call) {
  InstallRequest request{InstallVerb::add_wants, call.texts(), false, false, {}, call.text()};
  const std::string type = call.text();
  if (type == to_string(Dependency::requires_))
    request.verb = InstallVerb::add_requires;
  else if (type != to_string(Dependency::wants))
    return invalid_argument();
  request.runtime = call.flag();
  request.force = call.flag();
  return install(call, request, false);
}

Result<> revert_unit_files(Call& call) {
  return install(call, {InstallVerb::revert, call.texts(), false, false, {}, {}}, false);
}

Result<> set_default_target(Call& call) {
  return install(call, {InstallVerb::set_default, {call.text()}, false, call.flag(), {}, {}}, false);
}

// clang-format off
constexpr Method file_table[] = {
    {"ListUnitFiles",            "",     "a(ss)",   "unit_files\0", Right::look, list_unit_files, "UnsetAndSetEnvironment"},
    {"ListUnitFilesByPatterns",  "asas", "a(ss)",   "states\0patterns\0unit_files\0", Right::look, list_unit_files_by_patterns},
    {"GetUnitFileState",         "s",    "s",       "file\0state\0", Right::look, get_unit_file_state},
    {"EnableUnitFiles",          "asbb", "ba(sss)", "files\0runtime\0force\0carries_install_info\0changes\0", Right::change, with_booleans<InstallVerb::enable, true, true>},
    {"DisableUnitFiles",         "asb",  "a(sss)",  "files\0runtime\0changes\0", Right::change, with_booleans<InstallVerb::disable, false, false>},
    {"EnableUnitFilesWithFlags", "ast",  "ba(sss)", "files\0flags\0carries_install_info\0changes\0", Right::change, with_flags<InstallVerb::enable, true>},
    {"DisableUnitFilesWithFlags","ast",  "a(sss)",  "files\0flags\0changes\0", Right::change, with_flags<InstallVerb::disable, false>},
    {"ReenableUnitFiles",        "asbb", "ba(sss)", "files\0runtime\0force\0carries_install_info\0changes\0", Right::change, with_booleans<InstallVerb::reenable, true, true>},
    {"LinkUnitFiles",            "asbb", "a(sss)",  "files\0runtime\0force\0changes\0", Right::change, with_booleans<InstallVerb::link, true, false>},
    {"PresetUnitFiles",          "asbb", "ba(sss)", "files\0runtime\0force\0carries_install_info\0changes\0", Right::change, with_booleans<InstallVerb::preset, true, true>},
    {"PresetUnitFilesWithMode",  "assbb", "ba(sss)", "files\0mode\0runtime\0force\0carries_install_info\0changes\0", Right::change, with_preset_mode<InstallVerb::preset>},
    {"MaskUnitFiles",            "asbb", "a(sss)",  "files\0runtime\0force\0changes\0", Right::change, with_booleans<InstallVerb::mask, true, false>},
    {"UnmaskUnitFiles",          "asb",  "a(sss)",  "files\0runtime\0changes\0", Right::change, with_booleans<InstallVerb::unmask, false, false>},
    {"RevertUnitFiles",          "as",   "a(sss)",  "files\0changes\0", Right::change, revert_unit_files},
    {"SetDefaultTarget",         "sb",   "a(sss)",  "name\0force\0changes\0", Right::change, set_default_target},
    {"GetDefaultTarget",         "",     "s",       "name\0", Right::look, get_default_target},
    {"PresetAllUnitFiles",       "sbb",  "a(sss)",  "mode\0runtime\0force\0changes\0", Right::change, with_preset_mode<InstallVerb::preset_all>},
    {"AddDependencyUnitFiles",   "asssbb", "a(sss)", "files\0target\0type\0runtime\0force\0changes\0", Right::change, add_dependency_unit_files},
    {"GetUnitFileLinks",         "sb",   "as",      "name\0runtime\0links\0", Right::look, get_unit_file_links},
};
// clang-format on

}  // namespace

std::span<const Method> manager_file_methods() {
  return file_table;
}

}  // namespace svcd
