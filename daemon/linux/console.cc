#include "daemon/linux/console.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "libunit/host/host_files.h"
#include "libunit/unit_name.h"

namespace svcd {
namespace {

struct Mark {
  const char *text, *colour;
};

Mark mark_of(StatusLine::Kind kind) {
  switch (kind) {
    case StatusLine::Kind::none: return {"", ""};
    case StatusLine::Kind::ok: return {"  OK  ", "0;32"};
    case StatusLine::Kind::failed: return {"FAILED", "0;1;31"};
    case StatusLine::Kind::depend: return {"DEPEND", "0;1;38;5;185"};
    case StatusLine::Kind::assert_: return {"ASSERT", "0;1;38;5;185"};
    case StatusLine::Kind::unsupported: return {"UNSUPP", "0;1;38;5;185"};
    case StatusLine::Kind::time: return {" TIME ", "0;1;31"};
    case StatusLine::Kind::skip: return {" SKIP ", "0;38;5;245"};
    case StatusLine::Kind::info: break;
  }
  return {"", ""};
}

/// The unit's name stands out: the first word that is one.
std::string with_unit_name_bold(const std::string& text) {
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    std::string_view word = std::string_view(text).substr(begin, end - begin);
    while (word.ends_with('.')) word.remove_suffix(1);
    if (word.find('.') != std::string_view::npos && UnitName::is_valid(word))
      return fmt::format("{}\x1b[0;1;39m{}\x1b[0m{}", text.substr(0, begin), word, text.substr(begin + word.size()));
    begin = end + 1;
  }
  return text;
}

/// At most so many characters, half of them from the beginning and half from the end.
std::string shortened(const std::string& text, size_t columns) {
  std::vector<size_t> begins;  // of characters
  for (size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) begins.push_back(i);
  if (begins.size() <= columns || columns < 3) return text;
  const size_t head = columns / 2, tail = columns - head - 1;
  return text.substr(0, begins[head]) + "…" + text.substr(begins[begins.size() - tail]);
}

}  // namespace

std::string Console::format(const StatusLine& line, bool with_colours, size_t columns) {
  constexpr size_t margin = 9;                                                // "[  OK  ] "
  const size_t taken = line.kind == StatusLine::Kind::info ? 1 : margin + 1;  // the last column stays free
  const std::string words = shortened(line.text, columns > taken ? columns - taken : 0);
  const Mark mark = mark_of(line.kind);
  const std::string text = with_colours ? with_unit_name_bold(words) : words;
  if (line.kind == StatusLine::Kind::info) return text + "\r\n";
  if (*mark.text == 0) return fmt::format("         {}\r\n", text);
  if (!with_colours) return fmt::format("[{}] {}\r\n", mark.text, text);
  return fmt::format("[\x1b[{}m{}\x1b[0m] {}\r\n", mark.colour, mark.text, text);
}

void Console::show(const StatusLine& line) const {
  if (!shows_status(status_) && (status_ == ShowStatus::no || !is_trouble(line.kind))) return;
  const UniqueFd fd = open_console();
  winsize size{};
  const bool known = fd && ::ioctl(fd.get(), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  const std::string text = format(line, true, known ? size.ws_col : 80);
  if (fd) (void)!::write(fd.get(), text.data(), text.size());
}

void Console::welcome() const {
  if (!shows_status(status_)) return;
  std::string name = "Linux", colour = "1";
  auto text = read_regular_file(scope_.configuration_root + "/os-release", 64 * 1024);
  for (std::string_view rest = text ? std::string_view(*text) : std::string_view(); !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    std::string_view value = line.substr(equals + 1);
    if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'')) value = value.substr(1, value.size() - 2);
    const bool is_plain = value.find_first_not_of("0123456789;") == std::string_view::npos;
    if (line.starts_with("PRETTY_NAME=") && !value.empty()) name = value;
    if (line.starts_with("ANSI_COLOR=") && !value.empty() && is_plain) colour = value;
  }
  write(fmt::format("\r\nWelcome to \x1b[{}m{}\x1b[0m!\r\n\r\n", colour, name));
}

// Opened each time: a console that hung up, or a login on it, must not keep svcd's lines for itself.
UniqueFd Console::open_console() const {
  if (scope_.console.empty()) return UniqueFd();
  return UniqueFd(open(scope_.console.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

void Console::write(const std::string& text) const {
  const UniqueFd fd = open_console();
  if (fd) (void)!::write(fd.get(), text.data(), text.size());
}

}  // namespace svcd
