#include "daemon/linux/process_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "libunit/host/host_files.h"
#include "libunit/utf8.h"

namespace svcd {
namespace {

constexpr std::string_view quoted_characters = "\"\\`$*?['()<>|&;!";
constexpr std::string_view escaped_characters = "\"\\`$";
/// Longer command lines are cut: they are for looking at.
constexpr size_t longest_command = 4096;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == 127;
}

/// The length of the character at the front; 0: what stands there is no UTF-8.
size_t character_length(std::string_view text) {
  for (size_t length = 1; length <= 4 && length <= text.size(); ++length)
    if (is_utf8(text.substr(0, length))) return length;
  return 0;
}

void add_escaped(char c, std::string& text) {
  constexpr std::string_view letters = "abtnvfr";  // \a is 7
  const auto value = static_cast<unsigned char>(c);
  if (value >= 7 && value < 7 + letters.size())
    text += {'\\', letters[value - 7u]};
  else
    text += fmt::format("\\{:03o}", value);
}

void add_argument(std::string_view argument, std::string& text) {
  bool plain = !argument.empty() && is_utf8(argument);
  for (const char c : argument)
    plain = plain && !is_control(c) && c != ' ' && quoted_characters.find(c) == std::string_view::npos;
  if (plain) {
    text += argument;
    return;
  }
  text += '"';
  while (!argument.empty()) {
    const size_t length = character_length(argument);
    if (length == 0 || is_control(argument[0])) {
      add_escaped(argument[0], text);
    } else {
      if (escaped_characters.find(argument[0]) != std::string_view::npos) text += '\\';
      text += argument.substr(0, length);
    }
    argument.remove_prefix(std::max(length, size_t{1}));
  }
  text += '"';
}

}  // namespace

std::string quote_command_line(std::string_view arguments) {
  while (arguments.ends_with('\0')) arguments.remove_suffix(1);
  std::string text;
  while (!arguments.empty()) {
    const size_t end = arguments.find('\0');
    if (!text.empty()) text += ' ';
    add_argument(arguments.substr(0, end), text);
    arguments.remove_prefix(end == std::string_view::npos ? arguments.size() : end + 1);
  }
  return text;
}

std::string process_command_line(pid_t pid) {
  const std::string folder = fmt::format("/proc/{}", pid);
  const auto arguments = read_virtual_file(folder + "/cmdline", longest_command);
  std::string text = arguments ? quote_command_line(*arguments) : std::string();
  if (!text.empty()) return text;
  const auto name = read_virtual_file(folder + "/comm");
  if (!name || name->empty()) return "n/a";
  return fmt::format("[{}]", name->substr(0, name->find('\n')));
}

}  // namespace svcd
