#include "libunit/logical_lines.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libunit/utf8.h"

namespace svcd {

namespace {

constexpr std::string_view blanks = " \t\n\r";

std::string_view strip(std::string_view text) {
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// systemd.syntax(7) does not say: "\n", "\r\n" and a lone "\r" each end a line.
std::string_view cut_line(std::string_view& rest) {
  const auto ends = [](char c) { return c == '\n' || c == '\r'; };  // find_first_of() makes a call a character
  const size_t end = size_t(std::find_if(rest.begin(), rest.end(), ends) - rest.begin());
  const std::string_view line = rest.substr(0, end);
  size_t used = line.size();
  if (end < rest.size()) {
    const bool pair =
        end + 1 < rest.size() && (rest[end + 1] == '\r' || rest[end + 1] == '\n') && rest[end + 1] != rest[end];
    used += pair ? 2 : 1;
  }
  rest.remove_prefix(used);
  return line;
}

bool ends_in_open_backslash(std::string_view text) {
  const size_t last = text.find_last_not_of('\\');
  const size_t backslashes = text.size() - (last == std::string_view::npos ? 0 : last + 1);
  return backslashes % 2 == 1;
}

bool has_bad_characters(std::string_view section) {
  return std::any_of(section.begin(), section.end(),
                     [](char c) { return (c > 0 && c < ' ') || c == '"' || c == '\'' || c == '\\' || c == '\x7f'; });
}

}  // namespace

char* LogicalLines::next(char* into, int room) {
  if (room < 2) return nullptr;
  if (handed_out_ >= logical_.size() && !join()) return nullptr;
  const size_t piece = std::min(logical_.size() - handed_out_, size_t(room) - 1);
  std::memcpy(into, logical_.data() + handed_out_, piece);
  into[piece] = '\0';
  handed_out_ += piece;
  return into;
}

bool LogicalLines::join() {
  handed_out_ = 0;
  for (;;) {
    logical_.clear();
    continued_ = false;
    bool complete = false;
    while (!complete && !rest_.empty() && refused_) {
      ++line_;
      complete = take_line(cut_line(rest_));
    }
    if (!refused_ || (!complete && !continued_)) return logical_.clear(), false;
    if (check()) break;
    if (!refused_) return logical_.clear(), false;
  }
  logical_ += '\n';
  return true;
}

bool LogicalLines::take_line(std::string_view line) {
  if (line.find('\0') != std::string_view::npos)
    return refuse(ErrorCode::bad_message, EBADMSG, line_, "Line has a NUL byte.");
  const size_t first = line.find_first_not_of(blanks);
  if (first != std::string_view::npos && (line[first] == '#' || line[first] == ';')) return false;
  if (!seen_mark_ && line.starts_with("\xef\xbb\xbf")) {
    line.remove_prefix(3);
    seen_mark_ = true;
  }
  if (line.size() + logical_.size() > longest_line)
    return refuse(ErrorCode::limits_exceeded, ENOBUFS, line_,
                  continued_ ? "Continuation line too long" : "Line too long");
  if (!continued_) first_line_ = line_;
  logical_ += line;
  continued_ = ends_in_open_backslash(line);
  if (continued_) logical_.back() = ' ';
  return !continued_;
}

/// What inih would take wrongly is settled here, so that it sees nothing but KEY=VALUE lines without traps and headers
/// that are sound.
bool LogicalLines::check() {
  const std::string_view line = strip(logical_);
  if (line.empty()) return false;
  if (!is_utf8(line))
    return refuse(ErrorCode::invalid_args, EINVAL, first_line_,
                  fmt::format("String is not UTF-8 clean, ignoring assignment: {}", replace_invalid_utf8(line)));
  if (line.front() == '[') {
    check_header(line);
    return false;  // inih would cut the name at 49 bytes
  }
  if (!has_section_) return warn("Assignment outside of section. Ignoring."), false;
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) return warn("Missing '=', ignoring line."), false;
  if (equals == 0) return warn("Missing key name before '=', ignoring line."), false;
  // inih would take a ':' for the '=', and strips more than systemd does
  if (line.substr(0, equals).find(':') == std::string_view::npos && line.find('\v') == std::string_view::npos &&
      line.find('\f') == std::string_view::npos)
    return true;
  into_.assignments.push_back(
      {section_, std::string(strip(line.substr(0, equals))), std::string(strip(line.substr(equals + 1))), first_line_});
  return false;
}

void LogicalLines::check_header(std::string_view header) {
  if (header.back() != ']' || header.size() < 2) {
    refuse(ErrorCode::bad_message, EBADMSG, first_line_, fmt::format("Invalid section header '{}'", header));
    return;
  }
  const std::string_view name = header.substr(1, header.size() - 2);
  if (has_bad_characters(name)) {
    refuse(ErrorCode::bad_message, EBADMSG, first_line_, fmt::format("Bad characters in section header '{}'", header));
    return;
  }
  section_ = name;
  has_section_ = true;
  if (std::find(into_.sections.begin(), into_.sections.end(), section_) != into_.sections.end()) return;
  into_.sections.push_back(section_);
  into_.section_lines.push_back(first_line_);
}

bool LogicalLines::refuse(ErrorCode code, int error_number, int line, std::string text) {
  refused_ = tl::unexpected(Error{code, fmt::format("{}:{}: {}", into_.path, line, text), error_number});
  const auto level = code == ErrorCode::invalid_args ? Diagnostic::Level::warning : Diagnostic::Level::error;
  into_.diagnostics.push_back({level, {into_.path, line}, std::move(text)});
  return false;
}

void LogicalLines::warn(std::string text) {
  into_.diagnostics.push_back({Diagnostic::Level::warning, {into_.path, first_line_}, std::move(text)});
}

}  // namespace svcd
