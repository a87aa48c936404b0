// The lines of a unit file as its grammar sees them: continuations joined, comments gone, every line checked for what
// inih would let pass or spoil silently. Feeds ini_parse_stream.
#pragma once

#include <string>
#include <string_view>

#include "libunit/unit_text.h"

namespace svcd {

class LogicalLines {
 public:
  /// Section headers and lines that are ignored are noted in `into`.
  LogicalLines(std::string_view text, UnitText& into) : rest_(text), into_(into) {}

  /// An ini_reader, as fgets: hands out the next piece of what is left, a logical line always ends in '\n'.
  static char* read(char* into, int room, void* self) { return static_cast<LogicalLines*>(self)->next(into, room); }

  int first_line() const { return first_line_; }           // of the logical line handed out last
  const std::string& section() const { return section_; }  // that it is in
  const Result<>& refused() const { return refused_; }     // why the file is not taken

 private:
  char* next(char* into, int room);
  bool join();                            // makes the next logical line; false: end of file, or refused
  bool take_line(std::string_view line);  // whether `logical_` is complete with it
  bool check();                           // whether inih is to see `logical_`
  void check_header(std::string_view header);
  bool refuse(ErrorCode code, int error_number, int line, std::string text);
  void warn(std::string text);

  std::string_view rest_;
  UnitText& into_;
  std::string logical_;
  std::string section_;
  size_t handed_out_ = 0;
  int line_ = 0, first_line_ = 0;
  bool continued_ = false, seen_mark_ = false, has_section_ = false;
  Result<> refused_;
};

}  // namespace svcd
