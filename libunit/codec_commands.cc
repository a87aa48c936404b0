// Commands, conditions: what is a list with a status of its own at run time.
#include "libunit/codecs.h"
#include "libunit/command_line.h"
#include "libunit/path_check.h"

namespace svcd {
namespace {

constexpr std::string_view condition_names[] = {
    // clang-format off
  "Architecture", "Firmware", "Virtualization", "Host", "KernelCommandLine", "KernelVersion", "Security", "Capability",
  "ACPower", "NeedsUpdate", "FirstBoot", "PathExists", "PathExistsGlob", "PathIsDirectory", "PathIsSymbolicLink",
  "PathIsMountPoint", "PathIsReadWrite", "PathIsEncrypted", "DirectoryNotEmpty", "FileNotEmpty", "FileIsExecutable",
  "User", "Group", "ControlGroupController", "CPUs", "Memory", "Environment", "CPUFeature", "OSRelease",
  "MemoryPressure", "CPUPressure", "IOPressure", "Credential",
    // clang-format on
};

bool takes_path(Condition::Type type) {
  using enum Condition::Type;
  return type == needs_update || (type >= path_exists && type <= file_is_executable);
}

void show_command(const ExecCommand& command, bool extended, const ExecStatus& status, ValueSink& sink) {
  sink.open_struct(extended ? "sasasttttuii" : "sasbttttuii");
  sink.string(command.path);
  codec::Words::show(command.argv, sink);
  if (extended) {
    using Privileges = ExecCommand::Privileges;
    sink.open_array("s");
    if (command.ignore_failure) sink.string("ignore-failure");
    if (command.privileges == Privileges::full) sink.string("privileged");
    if (command.privileges == Privileges::no_setuid) sink.string("no-setuid");
    if (command.privileges == Privileges::ambient_magic) sink.string("ambient");
    if (command.no_env_expand) sink.string("no-env-expand");
    sink.close_array();
  } else {
    sink.boolean(command.ignore_failure);
  }
  sink.u64(status.start.realtime.count());
  sink.u64(status.start.monotonic.count());
  sink.u64(status.exit.realtime.count());
  sink.u64(status.exit.monotonic.count());
  sink.u32(status.pid);
  sink.i32(status.code);
  sink.i32(status.status);
  sink.close_struct();
}

}  // namespace

std::string_view to_string(Condition::Type type) {
  return condition_names[size_t(type)];
}

bool parse_condition_type(std::string_view text, Condition::Type& into) {
  for (size_t i = 0; i < std::size(condition_names); ++i)
    if (text == condition_names[i]) return into = Condition::Type(i), true;
  return false;
}

void show_commands(const ExecCommands& commands, std::span<const ExecStatus> statuses, bool extended, ValueSink& sink) {
  sink.open_array(extended ? "(sasasttttuii)" : "(sasbttttuii)");
  for (size_t i = 0; i < commands.size(); ++i)
    show_command(commands[i], extended, i < statuses.size() ? statuses[i] : ExecStatus{}, sink);
  sink.close_array();
}

void show_conditions(const Conditions& conditions, const char* prefix, std::span<const int> results, ValueSink& sink) {
  sink.open_array("(sbbsi)");
  for (size_t i = conditions.size(); i-- > 0;) {
    sink.open_struct("sbbsi");
    sink.string(std::string(prefix).append(to_string(conditions[i].type)));
    sink.boolean(conditions[i].trigger);
    sink.boolean(conditions[i].negate);
    sink.string(conditions[i].parameter);
    sink.i32(i < results.size() ? results[i] : 0);
    sink.close_struct();
  }
  sink.close_array();
}

namespace codec {

Result<> Commands::parse(std::string_view text, ExecCommands& into, LoadContext& context) {
  return parse_exec_commands(text, into, context);
}

void Commands::show(const ExecCommands& commands, ValueSink& sink) {
  show_commands(commands, {}, false, sink);
}
void CommandsEx::show(const ExecCommands& commands, ValueSink& sink) {
  show_commands(commands, {}, true, sink);
}

Result<> parse_condition(Condition::Type type, std::string_view text, Conditions& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  Condition condition;
  condition.type = type;
  if ((condition.trigger = text.starts_with('|'))) text.remove_prefix(1);
  if ((condition.negate = text.starts_with('!'))) text.remove_prefix(1);
  SVCD_TRY(Text::parse(text, condition.parameter, context));
  if (takes_path(type)) condition.parameter = SVCD_TRY(check_path(condition.parameter, path_absolute, context));
  into.push_back(std::move(condition));
  return {};
}

}  // namespace codec
}  // namespace svcd
