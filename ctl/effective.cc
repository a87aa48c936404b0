#include "ctl/effective.h"

#include <fmt/format.h>

#include <algorithm>

#include "ctl/context.h"
#include "ctl/offline.h"
#include "ctl/property_text.h"
#include "ctl/sunk_value.h"
#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

using Source = EffectiveValue::Source;
using client::Value;

std::vector<std::string> sections_of(UnitType type) {
  return {"Unit", std::string(section_name(type)), "Install"};
}

/// The assignments of one section; all of a key stand where its first one stood.
void add_written(const std::string& section, const std::vector<WrittenValue>& written,
                 std::vector<EffectiveValue>& into) {
  std::vector<const Setting*> done;
  for (const WrittenValue& first : written) {
    if (!first.counts || first.section != section || std::find(done.begin(), done.end(), first.row) != done.end())
      continue;
    done.push_back(first.row);
    for (const WrittenValue& value : written)
      if (value.counts && value.row == first.row && value.section == section)
        into.push_back({section, value.key, value.value, Source::file, value.at});
  }
}

/// The value in the words of `show`, on one line.
std::string text_of(std::string_view property, const Value& value) {
  return fmt::format("{}", fmt::join(property_text(property, value).lines, " "));
}

/// Whether some line already says what this row sets, in this spelling or another one.
bool is_written(const Setting& row, const std::vector<WrittenValue>& written) {
  return std::any_of(written.begin(), written.end(), [&](const WrittenValue& value) {
    if (!value.counts) return false;
    return value.row == &row || (row.member != nullptr && value.row->member == row.member);
  });
}

void add_unwritten(const std::string& section, const LoadedUnit& unit, const std::vector<WrittenValue>& written,
                   const client::Properties& known, std::vector<EffectiveValue>& into) {
  UnitConfig untouched;
  untouched.set_type(unit.id.type());
  std::vector<EffectiveValue> defaults;
  for (const Setting& row : settings()) {
    if (row.key == nullptr || row.property == nullptr || row.show == nullptr || row.status == SettingStatus::legacy)
      continue;
    if (find_setting(unit.id.type(), section, row.key) != &row || is_written(row, written)) continue;
    const std::string by_default = text_of(row.property, value_of(row, untouched));
    const Value& manager_has = known[row.property];
    const std::string text = text_of(row.property, manager_has ? manager_has : value_of(row, unit.config));
    if (text == by_default)
      defaults.push_back({section, row.key, text, Source::by_default, {}});
    else
      into.push_back({section, row.key, text, Source::implied, {}});
  }
  std::move(defaults.begin(), defaults.end(), std::back_inserter(into));
}

const char* word_of(Source source) {
  switch (source) {
    case Source::file: return "file";
    case Source::implied: return "implied";
    case Source::by_default: return "default";
  }
  return "";
}

/// What the manager has in memory, if there is one and it speaks of the system that is looked at.
client::Properties known_to_manager(Context& context, const UnitName& unit) {
  if (!context.options.root.empty()) return {};
  try {
    client::Properties properties = context.manager().unit_properties(unit.str());
    return properties.text("LoadState") == "loaded" ? std::move(properties) : client::Properties();
  } catch (const NoManager&) {
    return {};
  } catch (const sdbus::Error&) {
    return {};
  }
}

}  // namespace

std::vector<EffectiveValue> effective_values(const LoadedUnit& unit, const std::vector<WrittenValue>& written,
                                             const client::Properties& known) {
  std::vector<EffectiveValue> values;
  for (const std::string& section : sections_of(unit.id.type())) {
    add_written(section, written, values);
    add_unwritten(section, unit, written, known, values);
  }
  return values;
}

std::string effective_text(const std::vector<EffectiveValue>& values) {
  std::string text, section, heading;
  for (const EffectiveValue& value : values) {
    if (value.section != section) {
      text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", value.section);
      section = value.section;
      heading.clear();
    }
    std::string above;
    switch (value.source) {
      case Source::file: above = fmt::format("# {}:{}", value.at.path, value.at.line); break;
      case Source::implied: above = "# from other settings, or the manager's configuration:"; break;
      case Source::by_default: above = "# defaults:"; break;
    }
    if (above != heading) text += above + "\n";
    heading = above;
    text += fmt::format("{}{}={}\n", value.source == Source::file ? "" : "#", value.key, value.value);
  }
  return text;
}

std::vector<JsonRow> effective_rows(const std::string& unit, const std::vector<EffectiveValue>& values) {
  std::vector<JsonRow> rows;
  rows.reserve(values.size());
  for (const EffectiveValue& value : values) {
    const bool in_file = value.source == Source::file;
    rows.push_back({{"unit", unit, std::nullopt},
                    {"section", value.section, std::nullopt},
                    {"directive", value.key, std::nullopt},
                    {"value", value.value, std::nullopt},
                    {"source", word_of(value.source), std::nullopt},
                    {"file", in_file ? std::optional(value.at.path) : std::nullopt, std::nullopt},
                    {"line", std::nullopt, in_file ? std::optional<uint64_t>(value.at.line) : std::nullopt}});
  }
  return rows;
}

int show_effective(Context& context) {
  Offline offline(context.options);
  UnitLoader loader(offline.files, offline.path, offline.host);
  const bool is_json = context.options.output.starts_with("json");
  std::vector<JsonRow> rows;
  int code = 0;
  bool first = true;
  for (const std::string& typed : context.options.arguments) {
    auto name = UnitName::parse(mangle(context, typed));
    if (name && name->is_template()) name = name->with_instance("i");
    if (!name) throw sdbus::Error("org.freedesktop.DBus.Error.InvalidArgs", name.error().message);
    const LoadedUnit unit = loader.load(*name);
    if (unit.state == LoadState::masked || unit.state == LoadState::not_found) {
      context.complain(unit.error.message);
      code = 1;
      continue;
    }
    const auto values =
        effective_values(unit, written_values(offline.files, unit, offline.host), known_to_manager(context, unit.id));
    if (is_json) {
      std::vector<JsonRow> more = effective_rows(unit.id.str(), values);
      std::move(more.begin(), more.end(), std::back_inserter(rows));
      continue;
    }
    context.print(fmt::format("{}# {}\n{}", first ? "" : "\n", unit.id.str(), effective_text(values)));
    first = false;
  }
  if (is_json) context.print(json_rows(rows, context.options.output == "json-pretty"));
  return code;
}

}  // namespace svcd::ctl
