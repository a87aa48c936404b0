// The codecs: each line of the input is assigned to every row of the settings table, then the row is shown: as
// text that D-Bus takes.
#include <string>

#include "fuzz/fuzz.h"
#include "libunit/settings.h"
#include "libunit/specifiers.h"
#include "libunit/utf8.h"
#include "support/text_sink.h"

namespace svcd {
namespace {

constexpr size_t most_lines = 8;  // some 450 rows get each

UnitType type_of(SettingGroup group) {
  switch (group) {
    case SettingGroup::socket: return UnitType::socket;
    case SettingGroup::mount: return UnitType::mount;
    case SettingGroup::timer: return UnitType::timer;
    case SettingGroup::path: return UnitType::path;
    case SettingGroup::automount: return UnitType::automount;
    case SettingGroup::swap: return UnitType::swap;
    case SettingGroup::scope: return UnitType::scope;
    case SettingGroup::unit:
    case SettingGroup::install:
    case SettingGroup::service:
    case SettingGroup::exec:
    case SettingGroup::kill:
    case SettingGroup::resource: return UnitType::service;
  }
  return UnitType::service;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < most_lines) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string shown(const Setting& row, const UnitConfig& unit) {
  TextSink sink;
  if (row.show) row.show(unit, sink);
  must(is_utf8(sink.text) && sink.text.find('\0') == std::string::npos, "what is shown is text");
  return std::move(sink.text);
}

}  // namespace
}  // namespace svcd

FUZZ(settings) {
  using namespace svcd;
  if (!is_utf8(input) || input.find('\0') != std::string_view::npos) return;  // the grammar refused it before
  const std::vector<std::string_view> lines = lines_of(input);
  static const HostFacts host;
  for (const Setting& row : settings()) {
    if (!row.apply) continue;
    const UnitType type = type_of(row.group);
    const UnitName name = UnitName::parse("a-b@i." + std::string(to_string(type))).value();
    const Specifiers specifiers(host, name, "/etc/systemd/system/a-b@.service");
    UnitConfig unit;
    unit.set_type(type);
    Diagnostics said;
    LoadContext context;
    context.unit = &name;
    context.specifiers = &specifiers;
    context.diagnostics = &said;
    context.key = row.key;
    for (const std::string_view line : lines) {
      const auto applied = row.apply(unit, line, context);
      (void)shown(row, unit);
      must(applied || is_utf8(applied.error().message), "an error is text");
    }
    for (const Diagnostic& diagnostic : said) must(is_utf8(diagnostic.text), "a diagnostic is text");
  }
}
