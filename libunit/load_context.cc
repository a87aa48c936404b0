#include "libunit/load_context.h"

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
  return specifiers->expand(text);
}

}  // namespace svcd
