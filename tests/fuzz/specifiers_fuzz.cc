// Specifiers: a text with them, for units whose names have all parts. The input is "UNIT\nTEXT".
#include "fuzz/fuzz.h"
#include "libunit/specifiers.h"

FUZZ(specifiers) {
  using namespace svcd;
  const size_t end = std::min(input.find('\n'), input.size());
  auto name = UnitName::parse(input.substr(0, end));
  if (!name) name = UnitName::parse("a-b\\x2dc@d-e\\x2df.service");
  const std::string_view text = input.substr(std::min(end + 1, input.size()));
  HostFacts host;
  host.host_name = "host.example";
  const auto expanded = Specifiers(host, *name, "/etc/systemd/system/a@.service").expand(text);
  if (expanded && text.find('%') == std::string_view::npos) must(*expanded == text, "a text without them stays");
  if (expanded) must(expanded->size() <= text.size() * 300 + 300, "what they stand for is bounded");
}
