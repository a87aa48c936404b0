#include "libunit/install_units.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libunit/path_text.h"
#include "libunit/settings.h"
#include "libunit/specifiers.h"
#include "libunit/unit_files.h"
#include "libunit/unit_text.h"

namespace svcd {

namespace {

constexpr int most_aliases = 64;

tl::unexpected<Error> errno_error(int error_number) {
  return tl::unexpected(install_error(error_number, {}));
}

bool may_have_alias(UnitType type) {
  switch (type) {
    case UnitType::service:
    case UnitType::socket:
    case UnitType::target:
    case UnitType::device:
    case UnitType::timer:
    case UnitType::path: return true;
    case UnitType::mount:
    case UnitType::automount:
    case UnitType::swap:
    case UnitType::slice:
    case UnitType::scope: return false;
  }
  return false;
}

std::string absolute_target(FileSource& files, const std::string& path, std::string_view target) {
  return resolve_links(files,
                       target.starts_with('/') ? std::string(target) : fmt::format("{}/{}", folder_of(path), target),
                       /*follow_last=*/false);
}

}  // namespace

Error install_error(int error_number, std::string_view path, std::string_view source) {
  using enum ErrorCode;
  const auto error = [&](ErrorCode code, std::string text) { return Error{code, std::move(text), error_number}; };
  switch (error_number) {
    case EEXIST:
      return error(unit_exists, source.empty()
                                    ? fmt::format("File {} already exists.", path)
                                    : fmt::format("File {} already exists and is a symlink to {}.", path, source));
    case ERFKILL: return error(unit_masked, fmt::format("Unit file {} is masked.", path));
    case EADDRNOTAVAIL: return error(unit_generated, fmt::format("Unit {} is transient or generated.", path));
    case EBADSLT: return error(bad_unit_setting, fmt::format("Invalid specifier in {}.", path));
    case EIDRM: return error(bad_unit_setting, fmt::format("Destination unit {} is a non-template unit.", path));
    case EUCLEAN: return error(bad_unit_setting, fmt::format("\"{}\" is not a valid unit name.", path));
    case ELOOP:
      return error(unit_linked, fmt::format("Refusing to operate on alias name or linked unit file: {}", path));
    case EXDEV:
      return error(bad_unit_setting, source.empty() ? fmt::format("Invalid unit reference {}.", path)
                                                    : fmt::format("Cannot alias {} as {}.", source, path));
    case ENOENT: return error(no_such_unit, fmt::format("Unit file {} does not exist.", path));
    default: break;
  }
  const ErrorCode code = error_number == EINVAL ? invalid_args : error_number == EBADMSG ? bad_message : failed;
  const char* reason = ::strerrordesc_np(error_number);
  return error(code, fmt::format("File {}: {}", path, reason ? reason : "Unknown error"));
}

InstallUnit& InstallUnits::add(const UnitName& name, bool auxiliary) {
  const auto [at, added] = units_.try_emplace(name);
  if (added) {
    at->second.name = name;
    at->second.auxiliary = auxiliary;
    order_.push_back(name);
  }
  at->second.auxiliary &= auxiliary;
  return at->second;
}

const InstallUnit* InstallUnits::find(const UnitName& name) const {
  const auto at = units_.find(name);
  return at == units_.end() ? nullptr : &at->second;
}

bool InstallUnits::in_search_path(std::string_view path) const {
  return std::any_of(path_.folders.begin(), path_.folders.end(), [&](const std::string& folder) {
    return is_below(path, folder) || is_below(path, resolve_links(files_, folder, true));
  });
}

bool InstallUnits::has_file(const UnitName& name) {
  const auto exists = [&](const UnitName& wanted) {
    return std::any_of(path_.folders.begin(), path_.folders.end(), [&](const std::string& folder) {
      return files_.look_at_link(folder + "/" + wanted.str()).kind != FileInfo::Kind::missing;
    });
  };
  return exists(name) || (name.is_instance() && exists(name.template_name()));
}

Result<const InstallUnit*> InstallUnits::discover(std::string_view name_or_path, bool auxiliary) {
  const bool is_path = name_or_path.starts_with('/');
  const auto name = UnitName::parse(is_path ? base_name(name_or_path) : name_or_path);
  if (!name) return errno_error(EINVAL);
  InstallUnit& unit = add(*name, auxiliary);
  if (is_path && unit.kind == InstallUnit::Kind::unknown) {
    SVCD_TRY(take_file(unit, simplify_path(name_or_path)));
    SVCD_TRY(take_also(unit));
  }
  return follow(*name);
}

Result<const InstallUnit*> InstallUnits::follow(const UnitName& start) {
  InstallUnit* unit = &add(start, false);
  SVCD_TRY(search(*unit));
  for (int hops = 0; unit->kind == InstallUnit::Kind::alias; ++hops) {
    if (hops == most_aliases) return errno_error(ELOOP);
    auto next = UnitName::parse(base_name(unit->link_target));
    if (next && next->is_template() && unit->name.is_instance()) next = next->with_instance(unit->name.instance());
    if (!next) return errno_error(EINVAL);
    if (*next == unit->name) {  // further down the search path, or the template that it is an instance of
      const std::string target = unit->link_target;
      if (target == unit->path) return errno_error(ELOOP);
      SVCD_TRY(take_file(*unit, target));
      SVCD_TRY(take_also(*unit));
      continue;
    }
    unit = &add(*next, unit->auxiliary);
    if (const auto found = search(*unit); !found)
      return found.error().error_number == ENOENT ? errno_error(ENOLINK) : tl::unexpected(found.error());
  }
  return unit;
}

Result<> InstallUnits::search(InstallUnit& unit) {
  if (unit.kind != InstallUnit::Kind::unknown) return {};
  std::vector<UnitName> names{unit.name};
  if (unit.name.is_instance()) names.push_back(unit.name.template_name());
  for (const UnitName& name : names)
    for (const std::string& folder : path_.folders) {
      Result<> taken = take_file(unit, folder + "/" + name.str());
      if (taken) return take_also(unit);
      const int why = taken.error().error_number;
      if (why != ENOENT && why != ENOTDIR && why != EACCES) return taken;
    }
  return errno_error(ENOENT);
}

Result<> InstallUnits::take_file(InstallUnit& unit, const std::string& path) {
  using enum FileInfo::Kind;
  std::string file = path;
  bool linked = false;
  if (files_.look_at_link(path).kind == symlink) {
    const std::string target = absolute_target(files_, path, SVCD_TRY(files_.read_link(path)));
    if (target.empty()) return errno_error(ELOOP);
    if (!is_mask(files_.look(target)) && in_search_path(target)) {
      const auto aliased = UnitName::parse(base_name(target));
      const AliasFault fault = aliased ? alias_fault(unit.name, *aliased) : AliasFault::type;
      if (fault != AliasFault::none && fault != AliasFault::same_name) return errno_error(EXDEV);
      unit.kind = InstallUnit::Kind::alias;
      unit.path = path;
      unit.link_target = target;
      return {};
    }
    linked = true;
    if (!is_mask(files_.look(target))) file = target;
  }
  const FileInfo info = files_.look(file);
  if (info.kind == missing) return errno_error(ENOENT);
  if (info.kind == directory) return errno_error(EISDIR);
  if (is_mask(info)) {
    unit.kind = InstallUnit::Kind::masked;
    unit.path = file;
    return {};
  }
  if (info.kind != regular) return errno_error(EINVAL);
  SVCD_TRY(read_install(unit, file));
  unit.kind = InstallUnit::Kind::regular;
  unit.path = file;
  unit.linked = linked;
  read_drop_ins(unit);
  return {};
}

/// Only what the settings table has of [Install] counts here: the rest is the loader's.
Result<> InstallUnits::read_install(InstallUnit& unit, const std::string& path) {
  UnitText text;
  const std::string content = SVCD_TRY(files_.read(path));
  SVCD_TRY(parse_unit_text(path, content, text));
  std::erase_if(text.assignments, [&](const Assignment& a) {
    const Setting* row = find_setting(unit.name.type(), a.section, a.key);
    return !row || row->group != SettingGroup::install;
  });
  text.sections.clear();
  text.section_lines.clear();
  Diagnostics ignored;
  LoadContext context;
  context.unit = &unit.name;
  context.origin.path = path;
  context.diagnostics = &ignored;
  UnitConfig config;
  config.change<InstallSection>() = unit.install;
  (void)apply(text, unit.name.type(), config, context);  // a value that is bad is left out, as in systemd
  unit.install = config.install();
  if (!may_have_alias(unit.name.type())) unit.install.alias.clear();
  return {};
}

void InstallUnits::read_drop_ins(InstallUnit& unit) {
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
    if (files_.look(path).kind == FileInfo::Kind::regular) (void)read_install(unit, path);
}

Result<> InstallUnits::take_also(InstallUnit& unit) {
  if (unit.kind != InstallUnit::Kind::regular) return {};
  std::string& instance = unit.install.default_instance;
  if (!instance.empty()) {
    if (!unit.name.is_template() && !unit.name.is_instance()) {
      instance.clear();
    } else {
      const std::string text = std::exchange(instance, {});
      std::string expanded = SVCD_TRY(expand(unit, text));
      if (!unit.name.with_instance(expanded)) return errno_error(EINVAL);
      instance = std::move(expanded);
    }
  }
  std::vector<std::string> also;
  for (const std::string& text : unit.install.also) also.push_back(SVCD_TRY(expand(unit, text)));
  unit.install.also = also;
  for (const std::string& text : also)
    if (const auto name = UnitName::parse(text)) add(*name, /*auxiliary=*/true);
  return {};
}

Result<std::string> InstallUnits::expand(const InstallUnit& unit, std::string_view text) const {
  UnitName name = unit.name;
  if (name.is_template() && !unit.install.default_instance.empty())
    if (auto instance = name.with_instance(unit.install.default_instance)) name = *instance;
  auto expanded = Specifiers(host_, name, unit.path).expand(text);
  if (!expanded) return tl::unexpected(install_error(EBADSLT, text));
  return expanded;
}

}  // namespace svcd
