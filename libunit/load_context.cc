#include "libunit/load_context.h"

#include <system_error>

#include "libunit/specifiers.h"

namespace svcd {

void LoadContext::warn(std::string text) {
  note(std::move(text), Diagnostic::Level::warning);
}

void LoadContext::note(std::string text, Diagnostic::Level level) {
  if (diagnostics != nullptr) diagnostics->push_back({level, origin, std::move(text)});
}

Result<std::string> LoadContext::expand(std::string_view text) const {
  if (specifiers == nullptr || text.find('%') == std::string_view::npos) return std::string(text);
  auto expanded = specifiers->expand(text);
  if (!expanded && expanded.error().error_number != 0)  // the texts of settings end in the system's word for it
    expanded.error().message = std::generic_category().message(expanded.error().error_number);
  return expanded;
}

}  // namespace svcd
