// libFuzzer: the grammar of unit files. Configure with clang and -DSVCD_FUZZ=ON.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libunit/unit_text.h"
#include "libunit/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  svcd::UnitText file;
  (void)svcd::parse_unit_text("a", std::string_view(reinterpret_cast<const char*>(data), size), file);
  for (const svcd::Assignment& a : file.assignments)
    if (a.key.empty() || a.line < 1 || !svcd::is_utf8(a.key) || !svcd::is_utf8(a.value)) std::abort();
  return 0;
}
