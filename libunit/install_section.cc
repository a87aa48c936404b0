// The [Install] sections of a unit's file and its drop-ins, read as enabling and disabling need them.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include "libunit/install_units.h"
#include "libunit/path_text.h"
#include "libunit/unit_text.h"
#include "libunit/unit_type_rules.h"

namespace svcd {

namespace {

/// Of any type of unit: who installs does not care for what is in them.
bool is_section_of_units(std::string_view section) {
  if (section == "Unit" || section.starts_with("X-")) return true;
  for (int type = 0; type < unit_type_count; ++type)
    if (section == section_name(static_cast<UnitType>(type))) return true;
  return false;
}

/// What is wrong with lines of other units' sections is the loader's to say.
void drop_diagnostics_of_units(Diagnostics& diagnostics, std::string_view content) {
  std::string_view section;
  int line_number = 0;
  const auto read_to = [&](int wanted) {
    while (line_number < wanted && !content.empty()) {
      const std::string_view line = content.substr(0, content.find('\n'));
      content.remove_prefix(std::min(line.size() + 1, content.size()));
      ++line_number;
      const size_t end = line.find(']');
      if (line.starts_with('[') && end != std::string_view::npos) section = line.substr(1, end - 1);
    }
  };
  std::erase_if(diagnostics, [&](const Diagnostic& diagnostic) {
    if (diagnostic.level == Diagnostic::Level::error) return false;  // for which the file is refused
    read_to(diagnostic.at.line);
    return is_section_of_units(section);
  });
}

const char* text_of(int error_number) {
  const char* text = ::strerrordesc_np(error_number);
  return text != nullptr ? text : "Unknown error";
}

tl::unexpected<Error> refused(int error_number) {
  return tl::unexpected(install_error(error_number, {}));
}

}  // namespace

Result<> InstallUnits::read_install(InstallUnit& unit, const std::string& path) {
  UnitText text;
  const std::string content = SVCD_TRY(files_.read(path));
  Result<> parsed = parse_unit_text(path, content, text);
  drop_diagnostics_of_units(text.diagnostics, content);
  LoadContext context;
  context.unit = &unit.name;
  context.origin.path = path;
  context.diagnostics = &text.diagnostics;
  for (size_t i = 0; i < text.sections.size() && i < text.section_lines.size(); ++i) {
    if (text.sections[i] == "Install" || is_section_of_units(text.sections[i])) continue;
    context.origin.line = text.section_lines[i];
    context.warn(fmt::format("Unknown section '{}'. Ignoring.", text.sections[i]));
  }
  Result<> taken;
  for (const Assignment& assignment : text.assignments) {
    if (assignment.section != "Install") continue;
    context.origin.line = assignment.line;
    taken = take_setting(unit, assignment, context);
    if (!taken) break;
  }
  std::stable_sort(text.diagnostics.begin(), text.diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.at.line < b.at.line; });
  for (Diagnostic& diagnostic : text.diagnostics)
    if (taken || diagnostic.at.line <= context.origin.line) said_.push_back(std::move(diagnostic));
  if (!taken) return taken;
  return parsed;
}

Result<> InstallUnits::take_setting(InstallUnit& unit, const Assignment& assignment, LoadContext& context) {
  const Setting* row = find_setting(unit.name.type(), assignment.section, assignment.key);
  if (row == nullptr) {
    if (!assignment.key.starts_with("X-"))
      context.warn(fmt::format("Unknown key '{}' in section [{}], ignoring.", assignment.key, assignment.section));
    return {};
  }
  context.key = row->key;
  UnitConfig config;
  config.change<InstallSection>() = unit.install;
  config.change<InstallSection>().default_instance.clear();
  if (const Result<> done = row->apply(config, assignment.value, context); !done) {
    context.warn(done.error().message);
    return {};  // a value that is bad is left out, as in systemd
  }
  InstallSection& read = config.change<InstallSection>();
  if (!read.alias.empty() && !rules_of(unit.name.type()).may_have_alias) {
    context.warn(fmt::format("{}= is not allowed for {} units, ignoring.", row->key, to_string(unit.name.type())));
    read.alias.clear();
  }
  const std::vector<std::string> also = read.also;
  const size_t known = std::min(unit.install.also.size(), also.size());
  std::string instance = std::exchange(read.default_instance, unit.install.default_instance);
  unit.install = read;
  unit.install.also.resize(known);
  if (!instance.empty()) SVCD_TRY(take_default_instance(unit, instance, context));
  for (size_t i = known; i < also.size(); ++i) SVCD_TRY(take_also(unit, also[i], assignment.value, context));
  return {};
}

Result<> InstallUnits::take_default_instance(InstallUnit& unit, const std::string& text, LoadContext& context) {
  if (unit.name.is_instance()) return {};
  if (!unit.name.is_template()) {
    context.warn(fmt::format("{}= only makes sense for template units, ignoring.", context.key));
    return {};
  }
  const auto expanded = Specifiers(host_, unit.name, unit.path).expand(text);
  if (!expanded) {
    context.warn(fmt::format("Failed to resolve instance name in {}=\"{}\": {}", context.key, text, text_of(EBADSLT)));
    return refused(EBADSLT);
  }
  if (!unit.name.with_instance(*expanded)) {
    context.warn(fmt::format("Invalid {}= value \"{}\".", context.key, *expanded));
    return refused(EINVAL);
  }
  unit.install.default_instance = *expanded;
  return {};
}

Result<> InstallUnits::take_also(InstallUnit& unit, const std::string& text, const std::string& value,
                                 LoadContext& context) {
  const auto expanded = expand(unit, text);
  if (!expanded) {
    context.warn(fmt::format("Failed to resolve unit name in {}=\"{}\": {}", context.key, value, text_of(EBADSLT)));
    return refused(EBADSLT);
  }
  const auto name = UnitName::parse(*expanded);
  if (!name) return refused(EINVAL);
  add(*name, /*auxiliary=*/true);
  unit.install.also.push_back(*expanded);
  return {};
}

Result<> InstallUnits::read_drop_ins(InstallUnit& unit) {
  std::map<std::string, std::string> by_name;
  std::vector<UnitName> names{unit.name};
  if (unit.name.is_instance()) names.push_back(unit.name.template_name());
  for (const UnitName& name : names)
    for (const std::string& folder : path_.folders) {
      const std::string drop_ins = fmt::format("{}/{}.d", folder, name.str());
      for (const DirectoryEntry& entry : files_.list(drop_ins))
        if (entry.name.ends_with(".conf") && !entry.name.starts_with('.'))
          by_name.try_emplace(entry.name, drop_ins + "/" + entry.name);
    }
  for (const auto& [name, path] : by_name)
    if (files_.look(path).kind == FileInfo::Kind::regular) SVCD_TRY(read_install(unit, path));
  return {};
}

}  // namespace svcd
