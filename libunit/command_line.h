// systemd's command lines: words with quotes and escapes, the prefixes of ExecStart=, $VARIABLES, environment files.
// systemd.syntax(7) "QUOTING", systemd.service(5) "COMMAND LINES", systemd.exec(5) "EnvironmentFile=".
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libunit/load_context.h"
#include "libunit/values.h"

namespace svcd {

inline constexpr std::string_view whitespace = " \t\n\r";

/// Where a command without '/' is looked for; systemd.service(5), "COMMAND LINES".
inline constexpr std::array command_folders{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
                                            "/usr/bin",        "/sbin",          "/bin"};

/// How words are taken apart; a bit set.
enum WordFlags : unsigned {
  word_plain = 0,
  word_unquote = 1,              // '…' and "…" group, and are removed
  word_unescape = 2,             // C escapes: \n \t \s \x41 \101 \u00e9 …
  word_keep_bad_escapes = 4,     // what is no escape stays as it is; otherwise it is an error
  word_retain_escapes = 8,       // a backslash is a character like any other
  word_empty_words = 16,         // each separator ends a word: "a::b" has an empty one
  word_allow_unbalanced = 32,    // a quote may stay open
  word_unescape_separators = 64  // "\:" is a colon that does not separate
};

/// Hands out the words of a text, one by one. Text with an error hands out the words before it.
class WordReader {
 public:
  enum class Next : uint8_t { word, end, bad };  // bad: unbalanced quotes or a bad escape
  explicit WordReader(std::string_view text, unsigned flags = word_plain, std::string_view separators = whitespace)
      : rest_(text), separators_(separators), flags_(flags) {}
  Next next(std::string& word);
  /// What has not been handed out; after `bad` it still starts with the bad word.
  std::string_view rest() const { return rest_; }
  void set_flags(unsigned flags) { flags_ = flags; }
  void skip_separators();
  void skip(size_t bytes) { rest_.remove_prefix(bytes < rest_.size() ? bytes : rest_.size()); }

 private:
  std::string_view rest_, separators_;
  unsigned flags_;
  bool started_ = false;
};

/// All words; bad_message if one is bad.
Result<std::vector<std::string>> split_words(std::string_view text, unsigned flags = word_plain,
                                             std::string_view separators = whitespace);
/// Unescapes one C escape at the start of `text` (behind the backslash), appends it, and returns its length; 0: none.
size_t unescape_one(std::string_view text, std::string& into);

/// ExecStart= and its family: appends the commands of one assignment; an empty one resets the list.
/// bad_unit_setting where systemd refuses the unit.
Result<> parse_exec_commands(std::string_view text, ExecCommands& into, LoadContext& context);

/// Longest list whose entries are looked up one by one (variables, names of a filter, folders): what is beyond it is
/// left out, so that a hostile file cannot keep the manager busy. execve(2) would not take as many variables either.
inline constexpr size_t longest_list = 8192;

/// "NAME" of a variable: letters, digits and '_', not starting with a digit.
bool is_variable_name(std::string_view name);
/// "NAME=value" with a valid name and a value without control characters other than tab and newline.
bool is_assignment(std::string_view assignment);
/// Value of a variable in an environment (the last assignment wins).
std::optional<std::string_view> find_variable(std::span<const std::string> environment, std::string_view name);
/// Sets or replaces a variable.
void set_variable(std::vector<std::string>& environment, std::string assignment);

/// "$FOO" as a word of its own becomes the words of its value (none if it is not set), "${FOO}" within a word its
/// value, "$$" a dollar sign. What a command without ':' gets at spawn time.
std::vector<std::string> expand_arguments(std::span<const std::string> arguments,
                                          std::span<const std::string> environment);

/// The assignments of an EnvironmentFile=, in order; what is not a valid assignment is left out and named in `ignored`.
std::vector<std::string> parse_environment_file(std::string_view text, std::vector<std::string>* ignored = nullptr);

}  // namespace svcd
