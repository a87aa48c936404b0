#include "libunit/install.h"

#include <cerrno>

#include "libunit/changed_files.h"
#include "libunit/install_links.h"
#include "libunit/install_units.h"
#include "libunit/path_text.h"
#include "libunit/presets.h"
#include "libunit/unit_files.h"

namespace svcd {

namespace {

using Kind = InstallUnit::Kind;
using Change = InstallChange::Type;

/// One request in the making.
struct Work {
  Work(FileSource& below, const SearchPath& search_path, const HostFacts& host_facts, std::string folder)
      : path(search_path), host(host_facts), config(std::move(folder)), files(below) {}

  const SearchPath& path;
  const HostFacts& host;
  std::string config;  // the folder that links are made in
  ChangedFiles files;
  InstallPlan plan;
  int links = 0;  // that [Install] sections ask for

  Result<> mark(InstallUnits& units, InstallUnit& unit, std::set<std::string, std::less<>>& marked);
};

tl::unexpected<Error> named(const Error& error, std::string_view name) {
  const bool is_complete = error.error_number == EBADSLT && error.code == ErrorCode::bad_unit_setting;
  if (error.error_number == 0 || is_complete) return tl::unexpected(error);
  return tl::unexpected(install_error(error.error_number, name));
}

/// Masked, transient and generated units are not for enabling.
Result<> check_may_be_enabled(const SearchPath& path, const InstallUnit& unit) {
  if (unit.kind == Kind::masked) return tl::unexpected(install_error(ERFKILL, unit.path));
  for (const std::string& folder : {path.generator_early, path.generator, path.generator_late, path.transient})
    if (is_below(unit.path, folder)) return tl::unexpected(install_error(EADDRNOTAVAIL, unit.path));
  return {};
}

Result<> discover_all(Work& work, InstallUnits& units, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto unit = units.discover(name);
    if (!unit) return named(unit.error(), name);
    SVCD_TRY(check_may_be_enabled(work.path, **unit));
  }
  return {};
}

/// Makes the links of all units met, and of those that they name in turn.
Result<> make_links(Work& work, InstallUnits& units, bool force, bool preset) {
  InstallLinks links(work.files, units, work.config, work.plan);
  for (size_t i = 0; i < units.size(); ++i) {
    const UnitName name = units.at(i).name;
    const bool auxiliary = units.at(i).auxiliary;
    const auto found = units.follow(name);
    if (!found && !auxiliary) return named(found.error(), name.str());
    if (!found) {
      if (!preset) work.plan.changes.push_back({Change::auxiliary_unit_failed, name.str(), {}});
      continue;
    }
    const InstallUnit& unit = units.at(i);
    if (unit.kind == Kind::masked) {
      work.plan.changes.push_back({Change::masked, unit.path, {}});
      ++work.links;
    } else if (unit.kind == Kind::regular) {
      work.links += SVCD_TRY(links.enable(unit, force, preset));
    }
  }
  return {};
}

Result<> enable_in(Work& work, const std::vector<std::string>& names, bool force) {
  InstallUnits units(work.files, work.path, work.host);
  SVCD_TRY(discover_all(work, units, names));
  return make_links(work, units, force, /*preset=*/false);
}

/// A link of that name in the search path: it can be taken away even if it leads nowhere.
std::string link_named(Work& work, const UnitName& name) {
  for (const std::string& folder : work.path.folders) {
    std::string path = folder + "/" + name.str();
    if (work.files.look_at_link(path).kind == FileInfo::Kind::symlink) return path;
  }
  return {};
}

Result<> Work::mark(InstallUnits& units, InstallUnit& unit, std::set<std::string, std::less<>>& marked) {
  const UnitName name = unit.name;
  const bool auxiliary = unit.auxiliary;
  const auto found = units.follow(name);
  if (found) {
    const InstallUnit& met = *units.find(name);
    if (met.kind == Kind::masked) plan.changes.push_back({Change::masked, met.path, {}});
    if (met.kind == Kind::regular) marked.insert(name.str());
    return {};
  }
  const int why = found.error().error_number;
  const std::string link = link_named(*this, name);
  if (!link.empty() && (why == ENOENT || why == ENOLINK || why == ELOOP)) {
    if (why == ENOLINK) plan.changes.push_back({Change::dangling, link, {}});
    marked.insert(name.str());
    return {};
  }
  if (auxiliary || why == ENOENT) return {};  // what the request named itself is known to be there
  return named(found.error(), name.str());
}

Result<> disable_in(Work& work, const std::vector<std::string>& names) {
  InstallUnits units(work.files, work.path, work.host);
  std::set<std::string, std::less<>> marked;
  for (const std::string& text : names) {
    const auto name = UnitName::parse(text);
    if (!name) return tl::unexpected(install_error(EUCLEAN, text));
    if (auto found = units.discover(text); !found && link_named(work, *name).empty()) return named(found.error(), text);
  }
  for (size_t i = 0; i < units.size(); ++i) SVCD_TRY(work.mark(units, units.at(i), marked));
  InstallLinks(work.files, units, work.config, work.plan).remove(std::move(marked));
  return {};
}

Result<InstallPlan> finish(Work& work) {
  work.plan.carries_install_info = work.links > 0;
  return std::move(work.plan);
}

Result<> check_names(const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (!UnitName::is_valid(name)) return tl::unexpected(Error{ErrorCode::invalid_args, "Invalid argument", EINVAL});
  return {};
}

}  // namespace

std::string_view to_string(InstallChange::Type type) {
  switch (type) {
    case Change::symlink: return "symlink";
    case Change::unlink: return "unlink";
    case Change::mkdir: return "mkdir";
    case Change::masked: return "masked";
    case Change::dangling: return "dangling";
    case Change::destination_not_present: return "destination not present";
    case Change::auxiliary_unit_failed: return "auxiliary unit failed";
  }
  return "";
}

Result<InstallPlan> Installer::enable(const std::vector<std::string>& names, bool runtime, bool force) {
  Work work(files_, path_, host_, config_folder(runtime));
  SVCD_TRY(enable_in(work, names, force));
  return finish(work);
}

Result<InstallPlan> Installer::disable(const std::vector<std::string>& names, bool runtime) {
  Work work(files_, path_, host_, config_folder(runtime));
  SVCD_TRY(disable_in(work, names));
  return finish(work);
}

Result<InstallPlan> Installer::reenable(const std::vector<std::string>& names, bool runtime, bool force) {
  Work work(files_, path_, host_, config_folder(runtime));
  std::vector<std::string> plain;
  plain.reserve(names.size());
  for (const std::string& name : names) plain.emplace_back(base_name(name));
  SVCD_TRY(disable_in(work, plain));
  SVCD_TRY(enable_in(work, names, force));
  return finish(work);
}

Result<InstallPlan> Installer::mask(const std::vector<std::string>& names, bool runtime, bool force) {
  Work work(files_, path_, host_, config_folder(runtime));
  SVCD_TRY(check_names(names));
  InstallUnits units(work.files, path_, host_);
  InstallLinks links(work.files, units, work.config, work.plan);
  for (const std::string& name : names) SVCD_TRY(links.make("/dev/null", work.config + "/" + name, force));
  return finish(work);
}

Result<InstallPlan> Installer::unmask(const std::vector<std::string>& names, bool runtime) {
  Work work(files_, path_, host_, config_folder(runtime));
  SVCD_TRY(check_names(names));
  std::set<std::string, std::less<>> removed;
  for (const std::string& name : names) {
    const std::string path = work.config + "/" + name;
    if (!is_mask(work.files.look(path)) || !removed.insert(path).second) continue;
    work.plan.changes.push_back({Change::unlink, path, {}});
  }
  for (const std::string& path : removed) work.files.plan_unlink(path);
  InstallUnits units(work.files, path_, host_);
  InstallLinks(work.files, units, work.config, work.plan).remove(removed);
  return finish(work);
}

Result<InstallPlan> Installer::preset(const std::vector<std::string>& names, bool runtime, bool force) {
  Work work(files_, path_, host_, config_folder(runtime));
  const Presets presets(files_, path_);
  work.plan.diagnostics = presets.diagnostics();
  std::vector<std::string> plus, minus;
  for (const std::string& name : names) {
    InstallUnits units(work.files, path_, host_);
    const auto unit = units.discover(name);
    if (!unit) return named(unit.error(), name);
    if ((*unit)->name.str() != name) continue;  // an alias: what it stands for decides for itself
    std::vector<std::string> instances;
    if (!presets.enables((*unit)->name, &instances))
      minus.push_back(name);
    else if (instances.empty())
      plus.push_back(name);
    else
      plus.insert(plus.end(), instances.begin(), instances.end());
  }
  SVCD_TRY(disable_in(work, minus));
  InstallUnits units(work.files, path_, host_);
  SVCD_TRY(discover_all(work, units, plus));
  SVCD_TRY(make_links(work, units, force, /*preset=*/true));
  return finish(work);
}

Result<InstallPlan> Installer::link(const std::vector<std::string>& paths, bool runtime, bool force) {
  Work work(files_, path_, host_, config_folder(runtime));
  InstallUnits units(work.files, path_, host_);
  InstallLinks links(work.files, units, work.config, work.plan);
  for (const std::string& path : paths) {
    if (!path.starts_with('/') || !UnitName::is_valid(base_name(path)))
      return tl::unexpected(install_error(EINVAL, path));
    const FileInfo info = work.files.look_at_link(path);
    if (info.kind == FileInfo::Kind::missing) return tl::unexpected(install_error(ENOENT, path));
    if (info.kind == FileInfo::Kind::symlink) return tl::unexpected(install_error(ELOOP, path));
    if (info.kind != FileInfo::Kind::regular)
      return tl::unexpected(install_error(info.kind == FileInfo::Kind::directory ? EISDIR : EINVAL, path));
    if (!units.in_search_path(path))
      SVCD_TRY(links.make(path, fmt::format("{}/{}", work.config, base_name(path)), force));
  }
  return finish(work);
}

Result<InstallPlan> Installer::set_default(const std::string& name, bool force) {
  Work work(files_, path_, host_, config_folder(false));
  const auto target = UnitName::parse(name);
  if (!target || target->type() != UnitType::target || name == default_target_name)
    return tl::unexpected(Error{ErrorCode::invalid_args, "Invalid argument", EINVAL});
  InstallUnits units(work.files, path_, host_);
  const auto unit = units.discover(name);
  if (!unit) return named(unit.error(), name);
  SVCD_TRY(check_may_be_enabled(path_, **unit));
  InstallLinks links(work.files, units, work.config, work.plan);
  SVCD_TRY(links.make((*unit)->path, fmt::format("{}/{}", work.config, default_target_name), force));
  return finish(work);
}

Result<std::string> Installer::default_target() {
  ChangedFiles files(files_);
  InstallUnits units(files, path_, host_);
  const auto unit = units.discover(default_target_name);
  if (!unit) return named(unit.error(), default_target_name);
  return (*unit)->name.str();
}

bool Installer::preset_enables(const std::string& name) {
  const auto unit = UnitName::parse(name);
  return unit && Presets(files_, path_).enables(*unit);
}

}  // namespace svcd
