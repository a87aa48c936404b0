// Variables: names, assignments, environment files.
#include <algorithm>

#include "libunit/codecs.h"
#include "libunit/command_line.h"
#include "libunit/path_check.h"
#include "libunit/utf8.h"

namespace svcd {
namespace {

bool is_blank(char c) {
  return whitespace.find(c) != std::string_view::npos;
}
bool is_newline(char c) {
  return c == '\n' || c == '\r';
}

/// Reads an environment file; a step a character, so that quotes may go over several lines.
class FileReader {
 public:
  std::vector<std::string> read(std::string_view text, std::vector<std::string>* ignored);

 private:
  enum class State : uint8_t {
    before_key,
    key,
    before_value,
    value,
    value_escape,
    single_quoted,
    double_quoted,
    double_quoted_escape,
    comment,
    comment_escape
  };
  void step(char c);
  void step_key(char c);
  void step_value(char c);
  void finish();
  State state_ = State::before_key;
  std::string key_, value_;
  size_t key_length_ = 0, value_length_ = 0;  // without the blanks at the end
  std::vector<std::string> result_;
  std::vector<std::string>* ignored_ = nullptr;
};

void FileReader::finish() {
  key_.resize(key_length_);
  if (state_ == State::value) value_.resize(value_length_);
  std::string assignment = key_ + "=" + value_;
  if (is_assignment(assignment) && result_.size() < longest_list) {
    set_variable(result_, std::move(assignment));
  } else if (ignored_ != nullptr) {
    ignored_->push_back(std::move(assignment));
  }
  key_.clear();
  value_.clear();
  key_length_ = value_length_ = 0;
  state_ = State::before_key;
}

void FileReader::step_key(char c) {
  if (state_ == State::before_key) {
    if (c == '#' || c == ';') {
      state_ = State::comment;
    } else if (!is_blank(c)) {
      state_ = State::key;
      key_ = c;
      key_length_ = 1;
    }
  } else if (is_newline(c)) {  // a line without '='
    state_ = State::before_key;
    key_.clear();
  } else if (c == '=') {
    state_ = State::before_value;
  } else {
    key_.push_back(c);
    if (!is_blank(c)) key_length_ = key_.size();
  }
}

void FileReader::step_value(char c) {
  if (is_newline(c)) return finish();
  if (c == '\\') {
    state_ = State::value_escape;
    value_length_ = value_.size();
  } else if (state_ == State::before_value && (c == '\'' || c == '"')) {
    state_ = c == '"' ? State::double_quoted : State::single_quoted;
  } else if (state_ == State::value || !is_blank(c)) {
    state_ = State::value;
    value_.push_back(c);
    if (!is_blank(c)) value_length_ = value_.size();
  }
}

void FileReader::step(char c) {
  switch (state_) {
    case State::before_key:
    case State::key: return step_key(c);
    case State::before_value:
    case State::value: return step_value(c);
    case State::value_escape:
      state_ = State::value;
      if (!is_newline(c)) value_.push_back(c);
      value_length_ = value_.size();
      return;
    case State::single_quoted:
      if (c == '\'') {
        state_ = State::before_value;
      } else {
        value_.push_back(c);
      }
      return;
    case State::double_quoted:
      if (c == '"') {
        state_ = State::before_value;
      } else if (c == '\\') {
        state_ = State::double_quoted_escape;
      } else {
        value_.push_back(c);
      }
      return;
    case State::double_quoted_escape:
      state_ = State::double_quoted;
      if (is_newline(c)) return;
      if (std::string_view("\"\\`$").find(c) == std::string_view::npos) value_.push_back('\\');
      value_.push_back(c);
      return;
    case State::comment:
      if (c == '\\') state_ = State::comment_escape;
      if (is_newline(c)) state_ = State::before_key;
      return;
    case State::comment_escape: state_ = State::comment; return;
  }
}

std::vector<std::string> FileReader::read(std::string_view text, std::vector<std::string>* ignored) {
  ignored_ = ignored;
  for (char c : text) step(c);
  switch (state_) {
    case State::before_value:
    case State::value:
    case State::value_escape:
    case State::single_quoted:
    case State::double_quoted:
    case State::double_quoted_escape: finish(); break;
    case State::before_key:
    case State::key:
    case State::comment:
    case State::comment_escape: break;
  }
  return std::move(result_);
}

template <class Accepts>
Result<> add_words(std::string_view text, std::vector<std::string>& into, LoadContext& context, unsigned flags,
                   std::string_view complaint, Accepts accepts, bool replace) {
  WordReader words(text, flags);
  std::string word;
  for (auto next = words.next(word); next != WordReader::Next::end; next = words.next(word)) {
    if (next == WordReader::Next::bad) return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
    auto expanded = context.expand(word);
    if (!expanded) {
      context.warn(fmt::format("Failed to resolve specifiers in {}, ignoring: {}", word, expanded.error().message));
    } else if (!accepts(*expanded)) {
      context.warn(fmt::format("{}, ignoring: {}", complaint, *expanded));
    } else if (into.size() >= longest_list) {
      return fail(ErrorCode::bad_message, "More than {} entries in {}=, ignoring the others.", longest_list,
                  context.key);
    } else if (replace) {
      set_variable(into, std::move(*expanded));
    } else if (std::ranges::find(into, *expanded) == into.end()) {
      into.push_back(std::move(*expanded));
    }
  }
  return {};
}

}  // namespace

bool is_variable_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_assignment(std::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || !is_variable_name(assignment.substr(0, equals))) return false;
  const std::string_view value = assignment.substr(equals + 1);
  return value.find('\0') == std::string_view::npos && is_utf8(value);  // 252 takes control characters
}

std::optional<std::string_view> find_variable(std::span<const std::string> environment, std::string_view name) {
  for (size_t i = environment.size(); i-- > 0;) {
    const std::string_view entry = environment[i];
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name))
      return entry.substr(name.size() + 1);
  }
  return std::nullopt;
}

void set_variable(std::vector<std::string>& environment, std::string assignment) {
  const std::string_view name = std::string_view(assignment).substr(0, assignment.find('=') + 1);
  const auto same = std::ranges::find_if(environment, [&](const std::string& e) { return e.starts_with(name); });
  if (same == environment.end()) {
    environment.push_back(std::move(assignment));
  } else {
    *same = std::move(assignment);
  }
}

std::vector<std::string> parse_environment_file(std::string_view text, std::vector<std::string>* ignored) {
  return FileReader().read(text, ignored);
}

namespace codec {

Result<> Variables::parse(std::string_view text, Environment& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  return add_words(text, into, context, word_unquote | word_unescape, "Invalid environment assignment", is_assignment,
                   true);
}

Result<> VariableNames::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  return add_words(text, into, context, word_unquote, fmt::format("Invalid environment name for {}", context.key),
                   is_variable_name, false);
}

Result<> VariableNamesOrAssignments::parse(std::string_view text, std::vector<std::string>& into,
                                           LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  return add_words(
      text, into, context, word_unquote | word_unescape,
      fmt::format("Invalid environment name or assignment {}", context.key),
      [](std::string_view word) { return is_variable_name(word) || is_assignment(word); }, false);
}

Result<> EnvironmentFiles::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  std::string_view path = expanded;
  const bool optional = path.starts_with('-');
  if (optional) path.remove_prefix(1);
  into.push_back((optional ? "-" : "") + SVCD_TRY(check_path(path, path_absolute, context)));
  return {};
}

void EnvironmentFiles::show(const std::vector<std::string>& files, ValueSink& sink) {
  sink.open_array("(sb)");
  for (const std::string& file : files) {
    const bool optional = file.starts_with('-');
    sink.open_struct("sb");
    sink.string(std::string_view(file).substr(optional));
    sink.boolean(optional);
    sink.close_struct();
  }
  sink.close_array();
}

}  // namespace codec
}  // namespace svcd
