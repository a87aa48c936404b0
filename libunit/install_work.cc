#include "libunit/install_work.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "libunit/install_links.h"
#include "libunit/path_text.h"

namespace svcd {

namespace {

using Kind = InstallUnit::Kind;
using Change = InstallChange::Type;

void fail(InstallWork& work, int error_number, std::string_view path) {
  work.plan.changes.push_back({Change::failed, std::string(path), {}, error_number});
}

/// 0: may be enabled.
int why_not_enabled(const SearchPath& path, const InstallUnit& unit) {
  if (unit.kind == Kind::masked) return ERFKILL;
  for (const std::string& folder : {path.generator_early, path.generator, path.generator_late, path.transient})
    if (is_below(unit.path, folder)) return EADDRNOTAVAIL;
  return 0;
}

/// Whether links of the unit are to be taken away; tells why not, or what is odd about it.
bool is_to_be_disabled(InstallWork& work, InstallUnits& units, const InstallUnit& unit) {
  const auto found = units.follow(unit.name);
  const std::string& where = unit.path.empty() ? unit.name.str() : unit.path;
  if (found) {
    if (unit.kind == Kind::masked) work.plan.changes.push_back({Change::masked, unit.path, {}, 0});
    return unit.kind == Kind::regular;
  }
  // what is left of a unit that cannot be read, or that is gone, can be taken away all the same
  const int why = found.error().error_number;
  if (why == ENOLINK)
    work.plan.changes.push_back({Change::dangling, where, {}, 0});
  else if (why != ENOENT || !unit.auxiliary)
    fail(work, why, where);
  return true;
}

}  // namespace

Error plain_error(int error_number) {
  const ErrorCode code = error_number == ENOENT    ? ErrorCode::file_not_found
                         : error_number == EINVAL  ? ErrorCode::invalid_args
                         : error_number == EBADMSG ? ErrorCode::bad_message
                                                   : ErrorCode::failed;
  const char* reason = ::strerrordesc_np(error_number);
  return {code, reason != nullptr ? reason : "Unknown error", error_number};
}

const InstallUnit* discover_to_enable(InstallWork& work, InstallUnits& units, const std::string& name) {
  const auto unit = units.discover(name);
  if (!unit) {
    fail(work, unit.error().error_number, name);
    work.end_with(unit.error().error_number);
    return nullptr;
  }
  if (const int why = why_not_enabled(work.path, **unit); why != 0) {
    fail(work, why, (*unit)->path);
    work.end_with(why);
    return nullptr;
  }
  return *unit;
}

void make_links(InstallWork& work, InstallUnits& units, bool force, LinksOf what) {
  InstallLinks links(work.files, units, work.folder, work.plan);
  for (size_t i = 0; i < units.size(); ++i) {
    const InstallUnit& unit = units.at(i);
    const bool all = what == LinksOf::dependencies;
    const auto found = units.follow(unit.name, all ? InstallUnits::Links::all : InstallUnits::Links::of_vendors);
    if (!found && unit.auxiliary) {
      work.plan.changes.push_back({Change::auxiliary_unit_failed, unit.name.str(), {}, 0});
    } else if (!found) {
      fail(work, found.error().error_number, unit.name.str());
      return work.end_with(found.error().error_number);
    } else if (unit.kind == Kind::masked) {
      work.plan.changes.push_back({Change::masked, unit.path, {}, 0});
      work.plan.carries_install_info = true;
    } else if (unit.kind == Kind::regular) {
      work.end_with(links.enable(unit, force, what == LinksOf::presets));
    }
  }
  work.plan.carries_install_info |= links.asked_for() > 0;
}

void enable(InstallWork& work, const std::vector<std::string>& names, bool force) {
  InstallUnits units(work.files, work.path, work.host, work.plan.diagnostics);
  for (const std::string& name : names)
    if (discover_to_enable(work, units, name) == nullptr) return;
  make_links(work, units, force, LinksOf::units);
}

void disable(InstallWork& work, const std::vector<std::string>& names) {
  InstallUnits units(work.files, work.path, work.host, work.plan.diagnostics);
  for (const std::string& name : names) {
    const auto parsed = UnitName::parse(name);
    if (!parsed) {
      fail(work, EUCLEAN, name);
      return work.end_with(EUCLEAN);
    }
    units.add(*parsed, /*auxiliary=*/false);
  }
  disable_all(work, units);
}

void disable_all(InstallWork& work, InstallUnits& units) {
  std::set<std::string, std::less<>> marked;
  for (size_t i = 0; i < units.size(); ++i)
    if (is_to_be_disabled(work, units, units.at(i))) marked.insert(units.at(i).name.str());
  InstallLinks(work.files, units, work.folder, work.plan).remove(std::move(marked));
}

/// Links that enabling needs may be among those that go first: an alias is enabled as the unit it stands for, a linked
/// unit by its path. So it is in systemd 252, and there an instance is enabled as its template, too.
void reenable(InstallWork& work, const std::vector<std::string>& names, bool force) {
  std::vector<std::string> disabled, enabled;
  Diagnostics nobody_asks;
  InstallUnits units(work.files, work.path, work.host, nobody_asks, InstallUnits::Reads::by_name);
  for (const std::string& name : names) {
    disabled.emplace_back(base_name(name));
    const auto unit = name.starts_with('/') ? Result<const InstallUnit*>(nullptr) : units.discover(name);
    if (!unit || *unit == nullptr || (*unit)->kind != Kind::regular)
      enabled.push_back(name);
    else
      enabled.push_back((*unit)->linked ? (*unit)->path : std::string(base_name((*unit)->path)));
  }
  disable(work, disabled);
  if (work.plan.error_number == 0) enable(work, enabled, force);
}

}  // namespace svcd
