// The grammar of unit files.
#include "fuzz/fuzz.h"
#include "libunit/unit_text.h"
#include "libunit/utf8.h"

FUZZ(unit_text) {
  svcd::UnitText file;
  (void)svcd::parse_unit_text("a", input, file);
  for (const svcd::Assignment& a : file.assignments)
    svcd::must(!a.key.empty() && a.line >= 1 && svcd::is_utf8(a.key) && svcd::is_utf8(a.value), "a sound assignment");
}
