#include "libunit/command_line.h"

#include "libunit/path_check.h"

namespace svcd {
namespace {

/// The next word; one that has an unknown escape is taken as it is, with a warning.
Result<bool> next_argument(WordReader& words, LoadContext& context, std::string_view line, std::string& word) {
  words.set_flags(word_unquote | word_unescape);
  switch (words.next(word)) {
    case WordReader::Next::word: return true;
    case WordReader::Next::end: return false;
    case WordReader::Next::bad: break;
  }
  const std::string from(words.rest());
  words.set_flags(word_unquote | word_unescape | word_keep_bad_escapes);
  if (words.next(word) == WordReader::Next::word) {
    context.warn(fmt::format("Ignoring unknown escape sequences: \"{}\"", from));
    return true;
  }
  return fail(ErrorCode::bad_unit_setting, "Unbalanced quoting, ignoring: \"{}\"", line);
}

/// Takes the prefixes off; each at most once, and only one of + ! !!.
std::string_view take_prefixes(std::string_view word, ExecCommand& command, bool& own_argv0) {
  using Privileges = ExecCommand::Privileges;
  for (; !word.empty(); word.remove_prefix(1)) {
    if (word[0] == '-' && !command.ignore_failure) {
      command.ignore_failure = true;
    } else if (word[0] == '@' && !own_argv0) {
      own_argv0 = true;
    } else if (word[0] == ':' && !command.no_env_expand) {
      command.no_env_expand = true;
    } else if (word[0] == '+' && command.privileges == Privileges::restricted) {
      command.privileges = Privileges::full;
    } else if (word[0] == '!' && command.privileges == Privileges::restricted) {
      command.privileges = Privileges::no_setuid;
    } else if (word[0] == '!' && command.privileges == Privileges::no_setuid) {
      command.privileges = Privileges::ambient_magic;
    } else {
      break;
    }
  }
  return word;
}

/// A command with '-' that does not parse is left out; one without it spoils the unit.
Result<> refuse(const ExecCommand& command, std::string_view what, std::string_view text) {
  if (command.ignore_failure) return fail(ErrorCode::bad_message, "{}, ignoring: {}", what, text);
  return fail(ErrorCode::bad_unit_setting, "{}: {}", what, text);
}

Result<> refuse_specifiers(const ExecCommand& command, std::string_view text, const Error& why) {
  return fail(command.ignore_failure ? ErrorCode::bad_message : ErrorCode::bad_unit_setting,
              "Failed to resolve unit specifiers in {}{}: {}", text, command.ignore_failure ? ", ignoring" : "",
              why.message);
}

bool is_safe(std::string_view path) {
  for (char c : path)
    if ((c > 0 && c < ' ') || c == '"' || c == '\'' || c == '\\' || c == 0x7f) return false;
  return true;
}

Result<> check_path(const ExecCommand& command, std::string_view path) {
  if (!is_safe(path)) return refuse(command, "Executable name contains special characters", path);
  const bool is_name = path.find('/') == std::string_view::npos && path != "." && path != ".." && path.size() <= 255;
  if (path[0] != '/' && !is_name) return refuse(command, "Neither a valid executable name nor an absolute path", path);
  if (path.back() == '/') return refuse(command, "Executable path specifies a directory", path);
  return {};
}

/// Whether the words go on with `token` as a word of its own, without quotes.
bool at_token(const WordReader& words, std::string_view token) {
  const std::string_view rest = words.rest();
  return rest.starts_with(token) &&
         (rest.size() == token.size() || whitespace.find(rest[token.size()]) != std::string_view::npos);
}

}  // namespace

Result<> parse_exec_commands(std::string_view text, ExecCommands& into, LoadContext& context) {
  WordReader words(text);
  words.skip_separators();
  if (words.rest().empty()) {
    into.clear();
    return {};
  }
  for (std::string word; SVCD_TRY(next_argument(words, context, text, word));) {
    if (word == ";") continue;
    ExecCommand command;
    bool own_argv0 = false;
    const std::string first = word;
    auto path = context.expand(take_prefixes(first, command, own_argv0));
    if (!path) return refuse_specifiers(command, first, path.error());
    if (path->empty()) {
      if (command.ignore_failure)
        return fail(ErrorCode::bad_message, "Empty path in command line, ignoring: '{}'", text);
      return fail(ErrorCode::bad_unit_setting, "Empty path in command line: '{}'", text);
    }
    SVCD_TRY(check_path(command, *path));
    if (!own_argv0) command.argv.push_back(*path);
    for (bool more = true; more && !words.rest().empty();) {
      if (at_token(words, ";")) {
        words.skip(1);
        words.skip_separators();
        more = false;
      } else if (at_token(words, "\\;")) {
        words.skip(2);
        words.skip_separators();
        command.argv.emplace_back(";");
      } else if (SVCD_TRY(next_argument(words, context, text, word))) {
        auto argument = context.expand(word);
        if (!argument) return refuse_specifiers(command, word, argument.error());
        command.argv.push_back(std::move(*argument));
      }
    }
    if (command.argv.empty()) return refuse(command, "Empty executable name or zeroeth argument", first);
    command.path = simplify_path(*path);
    into.push_back(std::move(command));
    if (words.rest().empty()) break;
  }
  return {};
}

std::vector<std::string> expand_arguments(std::span<const std::string> arguments,
                                          std::span<const std::string> environment) {
  std::vector<std::string> result;
  for (const std::string& argument : arguments) {
    if (argument.starts_with('$') && !argument.starts_with("$$") && !argument.starts_with("${")) {
      const auto value = find_variable(environment, std::string_view(argument).substr(1));
      if (!value) continue;
      WordReader words(*value, word_unquote | word_allow_unbalanced | word_keep_bad_escapes);
      for (std::string word; words.next(word) == WordReader::Next::word;) result.push_back(std::move(word));
      continue;
    }
    std::string text;
    for (size_t at = 0; at < argument.size(); ++at) {
      if (argument[at] != '$' || at + 1 == argument.size()) {
        text.push_back(argument[at]);
      } else if (argument[at + 1] == '$') {
        text.push_back(argument[++at]);
      } else if (const size_t end = argument.find_first_of("}:", at);
                 argument[at + 1] == '{' && end != std::string::npos && argument[end] == '}') {  // no ${VAR:-default}
        text += find_variable(environment, std::string_view(argument).substr(at + 2, end - at - 2)).value_or("");
        at = end;
      } else {
        text.push_back(argument[at]);
      }
    }
    result.push_back(std::move(text));
  }
  return result;
}

}  // namespace svcd
