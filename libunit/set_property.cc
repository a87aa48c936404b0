#include "libunit/set_property.h"

#include "libunit/graph.h"
#include "libunit/property_writers.h"

namespace svcd {
namespace {

/// A property that is set by a setting's key although it is another view of it: the rest of its name, the way the
/// setting itself is written, and the way this one is.
struct Variant {
  std::string_view suffix;
  WriteValue of, set;
};
constexpr Variant variants[] = {
    {"Soft", write::limit, write::soft_limit},
    {"Ex", write::commands, write::extended_commands},
    {"Scale", write::reserve, write::share},
    {"Scale", write::limit_above_zero, write::share_above_zero},
    {"Symlink", write::directories, write::directory_symlinks},
    {"Controllers", write::delegation, write::delegate},
    {"FromNUMA", write::numbers, write::from_numa},
    {"Path", write::hash, write::text},
    {"Path", write::signature, write::text},
    {"FileDescriptorName", write::stream, write::stream_descriptor},
    {"FileToAppend", write::stream, write::stream_append},
    {"FileToTruncate", write::stream, write::stream_truncate},
    {"File", write::stream, write::stream_file},
};

/// Properties of conditions: the key is in the value.
struct Test {
  std::string_view property;
  WriteValue set;
};
constexpr Test tests[] = {{"Conditions", write::conditions}, {"Asserts", write::asserts}};

struct Found {
  const Setting* row = nullptr;  // null: the value names the key
  SettingGroup group = SettingGroup::unit;
  WriteValue set = nullptr;  // null: not to be set
};

/// The row by its property, or, without one of its own, by its key.
const Setting* row_of(UnitType type, std::string_view name) {
  const Setting* by_property = find_property(type, name);
  if (by_property != nullptr && by_property->set != nullptr) return by_property;
  for (const std::string_view section : {std::string_view("Unit"), section_name(type)}) {
    const Setting* row = find_setting(type, section, name);
    if (row != nullptr && row->property == nullptr) return row;
  }
  return by_property;
}

Found find(UnitType type, std::string_view name) {
  const Setting* row = row_of(type, name);
  if (row != nullptr && row->set != nullptr) return {row, row->group, row->set};
  for (const Variant& variant : variants) {
    if (!name.ends_with(variant.suffix)) continue;
    const Setting* of = row_of(type, name.substr(0, name.size() - variant.suffix.size()));
    if (of != nullptr && of->key != nullptr && of->set == variant.of) return {of, of->group, variant.set};
  }
  for (const Test& test : tests)
    if (name == test.property) return {nullptr, SettingGroup::unit, test.set};
  return {};
}

bool is_live(const Found& found) {
  const bool is_place = found.set == write::slice || found.set == write::delegation || found.set == write::delegate;
  return (found.group == SettingGroup::resource && !is_place) || found.set == write::description;
}

}  // namespace

Result<> set_property(Settable what, std::string_view property, ValueSource& value, UnitConfig& config,
                      const LoadContext& context, std::vector<Assignment>& lines) {
  for (int kind = 0; kind < dependency_count; ++kind)  // systemd has a word of its own for those that others bring
    if (property == to_string(Dependency(kind)) && find(config.type(), property).set == nullptr)
      return fail(ErrorCode::invalid_args, "Dependency type {} may not be created transiently.", property);
  const Found found = find(config.type(), property);
  if (found.set == nullptr || (what == Settable::live && !is_live(found)))
    return fail(ErrorCode::property_read_only, "Cannot set property {}, or unknown property.", property);
  const std::string_view section = found.group == SettingGroup::unit ? "Unit" : section_name(config.type());
  const Setting* named = found.row != nullptr && found.row->key != nullptr ? found.row : nullptr;
  const size_t before = lines.size();
  PropertyLines into(config.type(), section, named, property, lines);
  SVCD_TRY(found.set(value, into));
  if (const auto applied = apply_lines(std::span(lines).subspan(before), config, context); !applied) {
    const std::string text = lines.size() > before ? lines.back().value : std::string();
    return fail(ErrorCode::invalid_args, "Invalid {} setting: {}", property, text);
  }
  return {};
}

Result<> apply_lines(std::span<const Assignment> lines, UnitConfig& config, const LoadContext& given) {
  UnitText text;
  text.path = given.origin.path;
  text.assignments.assign(lines.begin(), lines.end());
  LoadContext context = given;
  Diagnostics diagnostics;
  context.diagnostics = &diagnostics;
  const Result<> applied = apply(text, config.type(), config, context);
  for (const Diagnostic& diagnostic : diagnostics) {
    // what is not taken, even in part, says so; but a system call may be one of another kernel
    const auto says = [&](std::string_view words) { return diagnostic.text.find(words) != std::string::npos; };
    if (diagnostic.level == Diagnostic::Level::error ||
        (says("ignoring") && !says("parse system call,") && !says("system call group")))
      return fail(ErrorCode::invalid_args, "{}", diagnostic.text);
  }
  if (!applied) return fail(ErrorCode::invalid_args, "{}", applied.error().message);
  return {};
}

std::string unit_file_text(std::string_view header, std::span<const Assignment> lines) {
  std::string text(header);
  std::string_view section;
  for (const Assignment& line : lines) {
    if (line.section != section) text += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", line.section);
    section = line.section;
    text += fmt::format("{}={}\n", line.key, line.value);
  }
  return text;
}

}  // namespace svcd
