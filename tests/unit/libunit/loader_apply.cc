// Enough of apply() to test the loader by; weak, so that the one of the settings table takes its place.
#include "libunit/settings.h"
#include "libunit/specifiers.h"
#include "libunit/unit_text.h"

namespace svcd {

__attribute__((weak)) Result<> apply(const UnitText& text, UnitType, UnitConfig& config, const LoadContext& context) {
  for (const Assignment& a : text.assignments) {
    if (a.key == "Description") config.change<UnitSection>().description = context.specifiers->expand(a.value).value();
    if (a.key == "SourcePath") config.change<UnitSection>().source_path = a.value;
  }
  return {};
}

}  // namespace svcd
