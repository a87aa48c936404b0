#include "ctl/terminal.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace svcd::ctl {
namespace {

const char* sequence(Colour colour) {
  switch (colour) {
    case Colour::none: return "";
    case Colour::bold: return "\x1B[0;1;39m";
    case Colour::red: return "\x1B[0;1;31m";
    case Colour::green: return "\x1B[0;1;32m";
    case Colour::yellow: return "\x1B[0;1;38;5;185m";
    case Colour::blue: return "\x1B[0;1;34m";
    case Colour::magenta: return "\x1B[0;1;35m";
    case Colour::cyan: return "\x1B[0;1;36m";
    case Colour::grey: return "\x1B[0;38;5;245m";
    case Colour::underline: return "\x1B[0;4m";
  }
  return "";
}

unsigned terminal_columns() {
  if (const char* text = std::getenv("COLUMNS")) {
    const long n = std::strtol(text, nullptr, 10);
    if (n > 0 && n < 65536) return static_cast<unsigned>(n);
  }
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool wants_colours(bool is_terminal) {
  if (const char* choice = std::getenv("SYSTEMD_COLORS"); choice != nullptr && *choice != 0)
    return std::strcmp(choice, "0") != 0 && std::strcmp(choice, "no") != 0 && std::strcmp(choice, "false") != 0 &&
           std::strcmp(choice, "off") != 0;
  const char* term = std::getenv("TERM");
  return is_terminal && std::getenv("NO_COLOR") == nullptr && !(term != nullptr && std::strcmp(term, "dumb") == 0);
}

/// Decided without loading a locale where its name says it. "C" by default counts as UTF-8, as for systemd's tools:
/// nobody has a terminal without it any more, but many have no locale.
bool locale_is_utf8() {
  if (const char* choice = std::getenv("SYSTEMD_UTF8"); choice != nullptr && *choice != 0)
    return *choice == '1' || *choice == 'y' || *choice == 't';
  const char* name = nullptr;
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (name = std::getenv(variable); name != nullptr && *name != 0) break;
  if (name == nullptr || *name == 0) return true;
  if (std::strcmp(name, "C") == 0 || std::strcmp(name, "POSIX") == 0) return false;
  if (::strcasestr(name, ".utf-8") != nullptr || ::strcasestr(name, ".utf8") != nullptr) return true;
  return std::setlocale(LC_CTYPE, "") == nullptr || std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
}

/// Length of the escape sequence that text starts with; 0: none.
size_t escape_length(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1B' || text[1] != '[') return 0;
  size_t i = 2;
  while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
  return i < text.size() ? i + 1 : 0;
}

/// One character of UTF-8: its length in bytes (1 for a byte that is none).
size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (length > text.size()) return 1;
  for (size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 1;
  return length;
}

char32_t decode(std::string_view character) {
  static constexpr unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t code = static_cast<unsigned char>(character[0]) & masks[character.size()];
  for (size_t i = 1; i < character.size(); ++i) code = code << 6 | (static_cast<unsigned char>(character[i]) & 0x3F);
  return code;
}

size_t character_width(std::string_view character) {
  if (character.size() == 1) return 1;
  const char32_t c = decode(character);
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F)) return 0;
  // East Asian wide and emoji
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                    (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) || (c >= 0x1F900 && c <= 0x1F9FF) ||
                    (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

}  // namespace

Terminal Terminal::of_process() {
  Terminal t;
  t.is_terminal = ::isatty(STDOUT_FILENO) == 1;
  t.colours = wants_colours(t.is_terminal);
  t.links = t.colours && t.is_terminal;
  t.utf8 = locale_is_utf8();
  t.full_width = !t.is_terminal;
  t.columns = terminal_columns();
  return t;
}

std::string Terminal::paint(Colour colour, std::string_view text) const {
  if (!colours || colour == Colour::none) return std::string(text);
  std::string painted = sequence(colour);
  painted += text;
  painted += "\x1B[0m";
  return painted;
}

std::string Terminal::link(std::string_view uri, std::string_view text) const {
  if (!links) return std::string(text);
  std::string linked = "\x1B]8;;";
  linked += uri;
  linked += '\a';
  linked += text;
  linked += "\x1B]8;;\a";
  return linked;
}

const char* state_glyph(const Terminal& t, std::string_view state) {
  if (state == "inactive") return t.utf8 ? "○" : "*";
  if (state == "failed") return t.utf8 ? "×" : "x";
  if (state == "reloading") return t.utf8 ? "↻" : "@";
  return t.utf8 ? "●" : "*";
}

Colour state_colour(std::string_view state) {
  if (state == "failed") return Colour::red;
  if (state == "active" || state == "reloading") return Colour::green;
  return Colour::none;
}

std::string state_dot(const Terminal& t, std::string_view state) {
  return t.paint(state_colour(state), state_glyph(t, state));
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    if (const size_t escape = escape_length(text); escape > 0) {
      text.remove_prefix(escape);
      continue;
    }
    const size_t length = character_length(text);
    width += character_width(text.substr(0, length));
    text.remove_prefix(length);
  }
  return width;
}

std::string printable(std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string safe;
  while (!text.empty()) {
    const size_t length = character_length(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    const bool is_c1 = length == 2 && lead == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    if (lead >= 0x20 && lead != 0x7F && !is_c1 && (lead < 0x80 || length > 1)) {
      safe += text.substr(0, length);
    } else {
      for (const char c : text.substr(0, length)) {
        safe += "\\x";
        safe += hex[static_cast<unsigned char>(c) >> 4];
        safe += hex[static_cast<unsigned char>(c) & 15];
      }
    }
    text.remove_prefix(length);
  }
  return safe;
}

std::string ellipsize(const Terminal& t, std::string_view text, size_t columns, unsigned percent) {
  if (display_width(text) <= columns) return std::string(text);
  const size_t dots = t.utf8 ? 1 : 3;
  if (columns <= dots) return std::string(t.utf8 ? "…" : "...").substr(0, t.utf8 ? (columns > 0 ? 3 : 0) : columns);
  std::vector<std::string_view> characters;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t length = character_length(rest);
    characters.push_back(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  const size_t keep = columns - dots;
  const size_t head_columns = (keep * percent + 50) / 100;
  size_t head = 0, used = 0;
  while (head < characters.size() && used + character_width(characters[head]) <= head_columns)
    used += character_width(characters[head++]);
  size_t tail = characters.size();
  while (tail > head && used + character_width(characters[tail - 1]) <= keep)
    used += character_width(characters[--tail]);
  std::string result;
  for (size_t i = 0; i < head; ++i) result += characters[i];
  result += t.ellipsis();
  for (size_t i = tail; i < characters.size(); ++i) result += characters[i];
  return result;
}

}  // namespace svcd::ctl
