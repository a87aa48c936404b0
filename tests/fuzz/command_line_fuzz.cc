// Words, quotes, escapes, commands, variables, specifiers, environment files. The first byte picks the rules of words.
#include "fuzz/fuzz.h"
#include "libunit/command_line.h"
#include "libunit/specifiers.h"
#include "libunit/unit_name.h"

FUZZ(command_line) {
  using namespace svcd;
  if (input.empty()) return;
  const auto flags = static_cast<unsigned>(static_cast<uint8_t>(input[0])) & 0x7f;
  const std::string_view text = input.substr(1);
  (void)split_words(text, flags);
  (void)split_words(text, flags, ":");

  static const HostFacts host;
  static const UnitName name = UnitName::parse("a-b@i\\x2dj\\xff.service").value();
  const Specifiers specifiers(host, name, "/etc/systemd/system/a-b@.service");
  (void)specifiers.expand(text);

  std::vector<std::string> ignored;
  const std::vector<std::string> environment = parse_environment_file(text, &ignored);
  for (const std::string& variable : environment) must(is_assignment(variable), "an environment has assignments");

  LoadContext context;
  context.unit = &name;
  context.specifiers = &specifiers;
  Diagnostics said;
  context.diagnostics = &said;
  context.key = "ExecStart";
  ExecCommands commands;
  if (parse_exec_commands(text, commands, context))
    for (const ExecCommand& command : commands) {
      must(!command.path.empty(), "a command has a program");
      (void)expand_arguments(command.argv, environment);
    }
}
