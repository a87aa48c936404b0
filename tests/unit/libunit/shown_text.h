// How a value is shown, as text in the form of `busctl get-property`: signature, then the values.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "libunit/load_context.h"
#include "libunit/settings.h"
#include "libunit/specifiers.h"
#include "libunit/unit_text.h"
#include "libunit/verify.h"
#include "support/busctl_sink.h"

namespace svcd {

/// A unit made of one file, and what was said about it.
struct AppliedUnit {
  UnitConfig config;
  Diagnostics diagnostics;
  Result<> result;
};

/// `lines` belong to the type's own section, or start with a header of their own.
inline AppliedUnit apply_lines(std::string_view name, std::string_view lines) {
  AppliedUnit unit;
  const UnitName unit_name = UnitName::parse(name).value();
  HostFacts host;
  host.host_name = host.pretty_host_name = "vm";
  Block<ManagerDefaults> defaults;  // of the machine that the expected values come from
  defaults.change().physical_memory = 25276063744;
  defaults.change().system_tasks_max = 192728;
  unit.config.set_defaults(defaults);
  const Specifiers specifiers(host, unit_name, {});
  LoadContext context;
  context.unit = &unit_name;
  context.specifiers = &specifiers;
  context.diagnostics = &unit.diagnostics;
  std::string text(lines);
  if (!text.starts_with('[')) text = fmt::format("[{}]\n{}", section_name(unit_name.type()), lines);
  const UnitText parsed = parse_unit_text("/etc/systemd/system/" + std::string(name), text + "\n").value();
  unit.diagnostics = parsed.diagnostics;
  unit.result = apply(parsed, unit_name.type(), unit.config, context);
  complete_config(unit_name, unit.config);
  return unit;
}

inline std::string shown(const UnitConfig& config, UnitType type, std::string_view property) {
  const Setting* row = find_property(type, property);
  if (row == nullptr || row->show == nullptr) return "no such property";
  BusctlSink sink;
  row->show(config, sink);
  return row->signature + sink.text();
}

}  // namespace svcd
