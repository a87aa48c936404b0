#include <cstdint>

#include "libunit/command_line.h"

namespace svcd {
namespace {

int digit_of(char c, int base) {
  int digit = -1;
  if (c >= '0' && c <= '9') digit = c - '0';
  if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
  if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
  return digit < base ? digit : -1;
}

bool read_digits(std::string_view text, size_t count, int base, uint32_t& into) {
  if (text.size() < count) return false;
  into = 0;
  for (char c : text.substr(0, count)) {
    const int digit = digit_of(c, base);
    if (digit < 0) return false;
    into = into * uint32_t(base) + uint32_t(digit);
  }
  return into != 0;  // a NUL would cut the string
}

bool append_utf8(uint32_t c, std::string& into) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return false;
  if (c < 0x80) return into.push_back(char(c)), true;
  if (c < 0x800) return into += {char(0xC0 | c >> 6), char(0x80 | (c & 0x3F))}, true;
  if (c < 0x10000) {
    into += {char(0xE0 | c >> 12), char(0x80 | (c >> 6 & 0x3F)), char(0x80 | (c & 0x3F))};
    return true;
  }
  into += {char(0xF0 | c >> 18), char(0x80 | (c >> 12 & 0x3F)), char(0x80 | (c >> 6 & 0x3F)), char(0x80 | (c & 0x3F))};
  return true;
}

bool contains(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

}  // namespace

size_t unescape_one(std::string_view text, std::string& into) {
  if (text.empty()) return 0;
  static constexpr std::string_view letters = "abfnrtv\\\"'s", meanings = "\a\b\f\n\r\t\v\\\"' ";
  if (const size_t at = letters.find(text[0]); at != std::string_view::npos) {
    into.push_back(meanings[at]);
    return 1;
  }
  uint32_t c = 0;
  switch (text[0]) {
    case 'x':
      if (!read_digits(text.substr(1), 2, 16, c)) return 0;
      into.push_back(char(c));
      return 3;
    case 'u': return read_digits(text.substr(1), 4, 16, c) && append_utf8(c, into) ? 5 : 0;
    case 'U': return read_digits(text.substr(1), 8, 16, c) && append_utf8(c, into) ? 9 : 0;
    default:
      if (!read_digits(text, 3, 8, c) || c > 255) return 0;
      into.push_back(char(c));
      return 3;
  }
}

void WordReader::skip_separators() {
  while (!rest_.empty() && contains(separators_, rest_[0])) rest_.remove_prefix(1);
}

WordReader::Next WordReader::next(std::string& word) {
  word.clear();
  const bool empty_words = (flags_ & word_empty_words) != 0;
  if (!empty_words) skip_separators();
  if (rest_.empty() && !(empty_words && started_)) return Next::end;
  char quote = 0;
  size_t at = 0;
  bool separator_follows = false;
  for (; at < rest_.size(); ++at) {
    const char c = rest_[at];
    if (c == '\\' && (flags_ & word_retain_escapes) == 0) {
      const std::string_view behind = rest_.substr(at + 1);
      size_t taken = (flags_ & word_unescape) != 0 ? unescape_one(behind, word) : 0;
      if (taken == 0 && !behind.empty()) {
        const bool plain = (flags_ & (word_unescape | word_unescape_separators)) == 0;
        const bool separator = (flags_ & word_unescape_separators) != 0 &&
                               (contains(separators_, behind[0]) || contains("\\\"'", behind[0]));
        if (!plain && !separator) {
          if ((flags_ & word_keep_bad_escapes) == 0) return Next::bad;
          word.push_back('\\');
        }
        word.push_back(behind[0]);
        taken = 1;
      } else if (taken == 0) {  // the last character of the text
        if ((flags_ & word_keep_bad_escapes) == 0) return Next::bad;
        word.push_back('\\');
      }
      at += taken;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word.push_back(c);
      }
    } else if ((flags_ & word_unquote) != 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (contains(separators_, c)) {
      separator_follows = true;
      break;
    } else {
      word.push_back(c);
    }
  }
  if (quote != 0 && (flags_ & word_allow_unbalanced) == 0) return Next::bad;
  started_ = separator_follows;  // "a:" has an empty word behind the colon
  rest_.remove_prefix(separator_follows ? at + 1 : rest_.size());
  if (!empty_words) skip_separators();
  return Next::word;
}

Result<std::vector<std::string>> split_words(std::string_view text, unsigned flags, std::string_view separators) {
  WordReader reader(text, flags, separators);
  std::vector<std::string> words;
  std::string word;
  for (;;) switch (reader.next(word)) {
      case WordReader::Next::word: words.push_back(std::move(word)); break;
      case WordReader::Next::end: return words;
      case WordReader::Next::bad: return fail(ErrorCode::bad_message, "Invalid syntax: {}", reader.rest());
    }
}

}  // namespace svcd
