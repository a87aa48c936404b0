#include "libunit/install.h"

#include <algorithm>
#include <cerrno>

#include "libunit/changed_files.h"
#include "libunit/install_links.h"
#include "libunit/install_units.h"
#include "libunit/install_work.h"
#include "libunit/path_text.h"
#include "libunit/unit_files.h"

namespace svcd {

namespace {

using Kind = InstallUnit::Kind;
using Change = InstallChange::Type;
using Reads = InstallUnits::Reads;

void mask(InstallWork& work, const InstallRequest& request) {
  InstallUnits units(work.files, work.path, work.host, work.plan.diagnostics, Reads::by_name);
  InstallLinks links(work.files, units, work.folder, work.plan);
  for (const std::string& name : request.names) {
    const int error =
        UnitName::is_valid(name) ? links.make("/dev/null", work.folder + "/" + name, request.force) : EINVAL;
    work.end_with(error);
  }
}

void unmask(InstallWork& work, const std::vector<std::string>& names) {
  std::set<std::string, std::less<>> removed;
  for (const std::string& name : names) {
    if (!UnitName::is_valid(name)) return work.end_with(EINVAL);
    const std::string path = work.folder + "/" + name;
    if (is_mask(work.files.look(path))) removed.insert(path);
  }
  for (const std::string& path : removed) work.plan.changes.push_back({Change::unlink, path, {}, 0});
  for (const std::string& path : removed) work.files.plan_unlink(path);
  InstallUnits units(work.files, work.path, work.host, work.plan.diagnostics, Reads::by_name);
  InstallLinks(work.files, units, work.folder, work.plan).remove(removed);
}

/// 0: a unit file that may be linked.
int why_not_linked(ChangedFiles& files, const std::string& path) {
  if (!UnitName::is_valid(base_name(path))) return EUCLEAN;
  switch (files.look_at_link(path).kind) {
    case FileInfo::Kind::regular: return 0;
    case FileInfo::Kind::missing: return ENOENT;
    case FileInfo::Kind::symlink: return ELOOP;
    case FileInfo::Kind::directory: return EISDIR;
    case FileInfo::Kind::null_device:
    case FileInfo::Kind::other: break;
  }
  return ENOTTY;
}

void link(InstallWork& work, const InstallRequest& request) {
  InstallUnits units(work.files, work.path, work.host, work.plan.diagnostics, Reads::by_name);
  InstallLinks links(work.files, units, work.folder, work.plan);
  std::vector<std::string> found;
  for (const std::string& given : request.names) {
    if (!given.starts_with('/')) return work.end_with(links.fail(EINVAL, given));
    const std::string path = simplify_path(given);
    if (const int error = why_not_linked(work.files, path); error != 0)
      work.end_with(links.fail(error, path));
    else if (!units.in_search_path(path))
      found.push_back(path);
  }
  if (work.plan.error_number != 0) return;
  for (const std::string& path : found)
    work.end_with(links.make(path, fmt::format("{}/{}", work.folder, base_name(path)), request.force));
}

void set_default(InstallWork& work, const InstallRequest& request) {
  const std::string name = request.names.empty() ? std::string() : request.names.front();
  const auto target = UnitName::parse(name);
  if (!target || target->type() != UnitType::target || name == default_target_name) return work.end_with(EINVAL);
  InstallUnits units(work.files, work.path, work.host, work.plan.diagnostics, Reads::by_name);
  if (!discover_to_enable(work, units, name)) return;
  InstallLinks links(work.files, units, work.folder, work.plan);
  const auto unit = units.follow(*target, InstallUnits::Links::of_vendors);
  if (!unit) return work.end_with(links.fail(unit.error().error_number, name));
  work.end_with(links.make((*unit)->path, fmt::format("{}/{}", work.folder, default_target_name), request.force));
}

/// As if [Install] of each unit named the target, and nothing else.
void add_dependency(InstallWork& work, const InstallRequest& request) {
  InstallUnits targets(work.files, work.path, work.host, work.plan.diagnostics, Reads::by_name);
  if (!UnitName::is_valid(request.target))
    return work.end_with(InstallLinks(work.files, targets, work.folder, work.plan).fail(EUCLEAN, request.target));
  const InstallUnit* target = discover_to_enable(work, targets, request.target);
  if (target == nullptr) return;
  InstallUnits units(work.files, work.path, work.host, work.plan.diagnostics, Reads::by_name);
  for (const std::string& name : request.names) {
    const InstallUnit* unit = discover_to_enable(work, units, name);
    if (unit == nullptr) return;
    InstallSection& install = units.at(unit->name).install;
    (request.verb == InstallVerb::add_wants ? install.wanted_by : install.required_by) = {target->name.str()};
  }
  make_links(work, units, request.force, LinksOf::dependencies);
}

}  // namespace

std::string_view to_string(InstallChange::Type type) {
  switch (type) {
    case Change::symlink: return "symlink";
    case Change::unlink: return "unlink";
    case Change::masked: return "masked";
    case Change::dangling: return "dangling";
    case Change::destination_not_present: return "destination not present";
    case Change::auxiliary_unit_failed: return "auxiliary unit failed";
    case Change::failed: return "failed";
  }
  return "";
}

std::string_view to_string(PresetMode mode) {
  switch (mode) {
    case PresetMode::full: return "full";
    case PresetMode::enable_only: return "enable-only";
    case PresetMode::disable_only: return "disable-only";
  }
  return "";
}

bool parse_preset_mode(std::string_view text, PresetMode& into) {
  for (const PresetMode mode : {PresetMode::full, PresetMode::enable_only, PresetMode::disable_only}) {
    if (text != to_string(mode)) continue;
    into = mode;
    return true;
  }
  return false;
}

std::optional<Error> InstallPlan::error() const {
  const auto is_failure = [](const InstallChange& change) { return change.type == Change::failed; };
  if (error_number == 0 && (changes.empty() || !std::all_of(changes.begin(), changes.end(), is_failure))) return {};
  const auto first = std::find_if(changes.begin(), changes.end(), is_failure);
  if (first != changes.end()) return install_error(first->error_number, first->path, first->target);
  return plain_error(error_number);
}

InstallPlan Installer::plan(const InstallRequest& request) {
  InstallWork work(files_, path_, host_, request.runtime && request.verb != InstallVerb::set_default);
  switch (request.verb) {
    case InstallVerb::enable: enable(work, request.names, request.force); break;
    case InstallVerb::disable: disable(work, request.names); break;
    case InstallVerb::reenable: reenable(work, request.names, request.force); break;
    case InstallVerb::preset: preset(work, request); break;
    case InstallVerb::preset_all: preset_all(work, request); break;
    case InstallVerb::mask: mask(work, request); break;
    case InstallVerb::unmask: unmask(work, request.names); break;
    case InstallVerb::link: link(work, request); break;
    case InstallVerb::revert: revert(work, request.names); break;
    case InstallVerb::add_wants:
    case InstallVerb::add_requires: add_dependency(work, request); break;
    case InstallVerb::set_default: set_default(work, request); break;
  }
  return std::move(work.plan);
}

Result<std::vector<std::string>> Installer::links_of(const std::string& name, bool runtime) {
  if (!UnitName::is_valid(name)) return tl::unexpected(plain_error(EUCLEAN));
  InstallWork work(files_, path_, host_, runtime);
  disable(work, {name});
  std::vector<std::string> links;
  for (const InstallChange& change : work.plan.changes)
    if (change.type == Change::unlink) links.push_back(change.path);
  return links;
}

Result<bool> Installer::has_unit_file(const std::string& name, Diagnostics* said) {
  const UnitName parsed = SVCD_TRY(UnitName::parse(name));
  ChangedFiles files(files_);
  Diagnostics nobody_asks;
  InstallUnits units(files, path_, host_, said != nullptr ? *said : nobody_asks, Reads::by_name);
  const auto found = units.follow(parsed, InstallUnits::Links::of_vendors);
  if (!found && found.error().error_number == ENOENT) return false;
  if (!found) return tl::unexpected(found.error());
  return true;
}

Result<std::string> Installer::default_target() {
  ChangedFiles files(files_);
  Diagnostics said;
  InstallUnits units(files, path_, host_, said, Reads::by_name);
  const auto unit = units.discover(default_target_name);
  if (!unit) return tl::unexpected(install_error(unit.error().error_number, default_target_name));
  return (*unit)->name.str();
}

}  // namespace svcd
