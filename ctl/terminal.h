// What the output goes to: its width, whether it takes colours and UTF-8, and the pieces of text that depend on it.
// Printers get a Terminal value and no other knowledge of the world, so tests give them any.
#pragma once

#include <string>
#include <string_view>

namespace svcd::ctl {

enum class Colour : unsigned char { none, bold, red, green, yellow, cyan, grey, blue, magenta, underline };

struct Terminal {
  bool is_terminal = false;
  bool colours = false;
  bool links = false;
  bool utf8 = true;
  bool full_width = true;  // -l, or not a terminal: nothing is shortened
  unsigned columns = 80;

  /// What this process writes to: the terminal on stdout, $COLUMNS, $SYSTEMD_COLORS, $NO_COLOR, $TERM and the locale.
  static Terminal of_process();

  /// The text between the sequences of a colour; the bare text where there are no colours.
  std::string paint(Colour, std::string_view text) const;

  /// Text that a terminal opens on a click.
  std::string link(std::string_view uri, std::string_view text) const;

  // Tree glyphs, two columns wide.
  const char* branch() const { return utf8 ? "├─" : "|-"; }
  const char* last() const { return utf8 ? "└─" : "`-"; }
  const char* vertical() const { return utf8 ? "│ " : "| "; }
  static const char* space() { return "  "; }
  const char* arrow() const { return utf8 ? "→" : "->"; }
  const char* ellipsis() const { return utf8 ? "…" : "..."; }
};

/// The dot before a unit: filled, hollow, a cross or a circle of arrows, by ActiveState.
const char* state_glyph(const Terminal&, std::string_view active_state);
Colour state_colour(std::string_view active_state);
/// The coloured dot.
std::string state_dot(const Terminal&, std::string_view active_state);

/// Columns that UTF-8 text takes on a terminal; escape sequences take none.
size_t display_width(std::string_view text);
/// Control characters as \xNN: names and command lines of processes are chosen by whoever runs them, and must not be
/// able to drive the terminal of an administrator.
std::string printable(std::string_view text);
/// Shortened to so many columns with an ellipsis; percent: how much of what stays is before it (100: cut at the end).
std::string ellipsize(const Terminal&, std::string_view text, size_t columns, unsigned percent = 100);

}  // namespace svcd::ctl
