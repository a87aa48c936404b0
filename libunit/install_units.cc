#include "libunit/install_units.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libunit/path_text.h"
#include "libunit/specifiers.h"
#include "libunit/unit_files.h"

namespace svcd {

namespace {

constexpr int most_aliases = 64;

tl::unexpected<Error> errno_error(int error_number) {
  return tl::unexpected(install_error(error_number, {}));
}

Result<std::string> absolute_target(FileSource& files, const std::string& path) {
  const std::string target = SVCD_TRY(files.read_link(path));
  std::string resolved =
      resolve_links(files, target.starts_with('/') ? target : fmt::format("{}/{}", folder_of(path), target),
                    /*follow_last=*/false);
  if (resolved.empty()) return errno_error(ELOOP);
  return resolved;
}

/// The link itself says so, whether or not the device is there (in a tree of files it often is not).
bool leads_to_mask(FileSource& files, const std::string& path, const std::string& target) {
  return is_mask(files.look(target)) && files.look_at_link(target).kind != FileInfo::Kind::symlink &&
         is_mask(files.look(path));
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

bool InstallUnits::is_configuration(std::string_view path) const {
  const std::string_view folder = folder_of(path);
  return folder == path_.persistent_config || folder == path_.runtime_config;
}

Result<const InstallUnit*> InstallUnits::discover(std::string_view name_or_path) {
  const bool is_path = name_or_path.starts_with('/');
  const auto name = UnitName::parse(is_path ? base_name(name_or_path) : name_or_path);
  if (!name) return errno_error(EINVAL);
  InstallUnit& unit = add(*name, /*auxiliary=*/false);
  if (is_path && unit.kind == InstallUnit::Kind::unknown) SVCD_TRY(take_file(unit, simplify_path(name_or_path)));
  return follow(*name);
}

Result<const InstallUnit*> InstallUnits::follow(const UnitName& start, Links links) {
  InstallUnit* unit = &add(start, true);
  SVCD_TRY(search(*unit));
  for (int hops = 0; unit->kind == InstallUnit::Kind::alias; ++hops) {
    if (hops == most_aliases || (links == Links::of_vendors && is_configuration(unit->path))) return errno_error(ELOOP);
    auto next = UnitName::parse(base_name(unit->link_target));
    if (next && next->is_template() && unit->name.is_instance()) next = next->with_instance(unit->name.instance());
    if (!next) return errno_error(EINVAL);
    if (*next == unit->name) {  // the template that it is an instance of
      SVCD_TRY(take_file(*unit, std::string(unit->link_target)));
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
      if (taken) return {};
      const int why = taken.error().error_number;
      if (why != ENOENT && why != ENOTDIR && why != EACCES) return taken;
    }
  return errno_error(ENOENT);
}

/// Sets what the unit is an alias of, or that it is masked; else `file` is where a link out of the search path ends.
Result<> InstallUnits::take_link(InstallUnit& unit, const std::string& path, std::string& file) {
  for (int hops = 0; files_.look_at_link(file).kind == FileInfo::Kind::symlink; ++hops) {
    const std::string target = SVCD_TRY(absolute_target(files_, file));
    if (hops == most_aliases) return errno_error(ELOOP);
    if (leads_to_mask(files_, file, target)) {
      unit.kind = InstallUnit::Kind::masked;
      unit.path = file;
      return {};
    }
    if (hops == 0 && in_search_path(target)) {
      const auto aliased = UnitName::parse(base_name(target));
      const UnitName name = UnitName::parse(base_name(path)).value_or(unit.name);
      const AliasFault fault = aliased ? alias_fault(name, *aliased) : AliasFault::type;
      if (fault == AliasFault::same_name) return errno_error(ELOOP);
      if (fault != AliasFault::none) {
        said_.push_back({Diagnostic::Level::notice, {}, why_no_alias(name, base_name(target))});
        return errno_error(EXDEV);
      }
      unit.kind = InstallUnit::Kind::alias;
      unit.path = path;
      unit.link_target = target;
      return {};
    }
    file = target;
  }
  return {};
}

Result<> InstallUnits::take_file(InstallUnit& unit, const std::string& path) {
  using enum FileInfo::Kind;
  unit.kind = InstallUnit::Kind::unknown;
  std::string file = path;
  SVCD_TRY(take_link(unit, path, file));
  if (unit.kind != InstallUnit::Kind::unknown) return {};
  const FileInfo info = files_.look_at_link(file);
  if (info.kind == missing) {
    if (file != path) unit.path = file;
    return errno_error(ENOENT);
  }
  if (info.kind == directory) return errno_error(EISDIR);
  if (is_mask(info)) {
    unit.kind = InstallUnit::Kind::masked;
    unit.path = file;
    return {};
  }
  if (info.kind != regular) return errno_error(ENOTTY);
  if (reads_ == Reads::install) {
    SVCD_TRY(read_install(unit, file));
    SVCD_TRY(read_drop_ins(unit));
  }
  unit.kind = InstallUnit::Kind::regular;
  unit.path = file;
  unit.linked = file != path;
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
