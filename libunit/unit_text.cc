#include "libunit/unit_text.h"

#include <ini.h>

#include "libunit/logical_lines.h"

namespace svcd {

namespace {

struct Parse {
  UnitText& text;
  LogicalLines& lines;
};

int take(void* parse, const char*, const char* key, const char* value) {
  auto& [text, lines] = *static_cast<Parse*>(parse);
  text.assignments.push_back({lines.section(), key, value ? value : "", lines.first_line()});
  return 1;
}

/// libinih keeps these in global variables: set once, before its first use.
bool set_up_inih() {
  ini_allow_inline_comments = false;  // "a ; b" is a value
  ini_allow_multiline = false;        // an indented line is a line of its own
  ini_allow_bom = false;              // the reader knows where systemd allows one
  ini_use_stack = false;
  ini_allow_realloc = true;
  ini_allow_no_value = true;
  ini_max_line = static_cast<int>(2 * longest_line);  // a line over it would spill its tail as a new assignment
  return true;
}

}  // namespace

Result<> parse_unit_text(std::string path, std::string_view text, UnitText& into) {
  static const bool ready = set_up_inih();
  into = UnitText();
  into.path = std::move(path);
  into.assignments.reserve(16);
  LogicalLines lines(text, into);
  Parse parse{into, lines};
  if (ready && ini_parse_stream(&LogicalLines::read, &lines, take, &parse) == -2)
    return fail(ErrorCode::no_memory, "{}: Not enough memory for its lines.", into.path);
  return lines.refused();
}

Result<UnitText> parse_unit_text(std::string path, std::string_view text) {
  UnitText made;
  SVCD_TRY(parse_unit_text(std::move(path), text, made));
  return made;
}

}  // namespace svcd
