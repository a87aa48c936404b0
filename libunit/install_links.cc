#include "libunit/install_links.h"

#include <algorithm>
#include <cerrno>

#include "libunit/path_text.h"
#include "libunit/unit_files.h"

namespace svcd {

namespace {

tl::unexpected<Error> failed(int error_number, std::string_view path, std::string_view source = {}) {
  return tl::unexpected(install_error(error_number, path, source));
}

/// "multi-user.target.wants/a.service", which Alias= took before there was WantedBy=.
bool is_link_in_folder(std::string_view alias, const UnitName& unit) {
  std::string_view folder = folder_of(alias);
  const bool known = folder.ends_with(".wants") || folder.ends_with(".requires");
  return known && UnitName::is_valid(folder.substr(0, folder.rfind('.'))) && base_name(alias) == unit.str();
}

}  // namespace

bool InstallLinks::same_target(const std::string& path, const std::string& a, const std::string& b) {
  const auto absolute = [&](const std::string& target) {
    return target.starts_with('/') ? target : fmt::format("{}/{}", folder_of(path), target);
  };
  return normalize_path(absolute(a)) == normalize_path(absolute(b)) ||
         resolve_links(files_, absolute(a), false) == resolve_links(files_, absolute(b), false);
}

Result<> InstallLinks::make(const std::string& target, const std::string& path, bool force) {
  const FileInfo there = files_.look_at_link(path);
  if (there.kind == FileInfo::Kind::symlink) {
    const std::string points_to = SVCD_TRY(files_.read_link(path));
    if (same_target(path, points_to, target)) return {};
    if (!force) return failed(EEXIST, path, points_to);
    plan_.changes.push_back({InstallChange::Type::unlink, path, {}});
  } else if (there.kind != FileInfo::Kind::missing) {
    return failed(EEXIST, path);
  }
  plan_.changes.push_back({InstallChange::Type::symlink, path, target});
  files_.plan_link(path, target);
  return {};
}

Result<int> InstallLinks::enable(const InstallUnit& unit, bool force, bool skip_impossible) {
  if (!units_.in_search_path(unit.path)) SVCD_TRY(make(unit.path, folder_ + "/" + unit.name.str(), force));
  int links = SVCD_TRY(make_aliases(unit, force));
  links += SVCD_TRY(make_wants(unit, unit.install.wanted_by, ".wants/", skip_impossible));
  links += SVCD_TRY(make_wants(unit, unit.install.required_by, ".requires/", skip_impossible));
  return links;
}

Result<int> InstallLinks::make_aliases(const InstallUnit& unit, bool force) {
  int links = 0;
  for (const std::string& text : unit.install.alias) {
    std::string alias = SVCD_TRY(units_.expand(unit, text));
    if (!is_link_in_folder(alias, unit.name)) {
      auto name = UnitName::parse(alias);
      if (name && name->is_template() && unit.name.is_instance()) name = name->with_instance(unit.name.instance());
      if (!name) return failed(EXDEV, alias, unit.name.str());
      const AliasFault fault = alias_fault(*name, unit.name);
      if (fault == AliasFault::same_name) continue;
      if (fault != AliasFault::none) return failed(EXDEV, name->str(), unit.name.str());
      alias = name->str();
    }
    SVCD_TRY(make(unit.path, folder_ + "/" + alias, force));
    ++links;
  }
  return links;
}

/// A template without an instance can only be wanted by templates: their instances hand theirs on.
Result<int> InstallLinks::make_wants(const InstallUnit& unit, const std::vector<std::string>& targets,
                                     std::string_view suffix, bool skip_impossible) {
  UnitName name = unit.name;
  if (name.is_template() && !unit.install.default_instance.empty())
    name = SVCD_TRY(name.with_instance(unit.install.default_instance));
  int links = 0;
  for (const std::string& text : targets) {
    const std::string target = SVCD_TRY(units_.expand(unit, text));
    const auto target_name = UnitName::parse(target);
    if (!target_name || (name.is_template() && !target_name->is_template())) {
      if (skip_impossible) continue;
      return failed(target_name ? EIDRM : EUCLEAN, target);
    }
    SVCD_TRY(make(unit.path, fmt::format("{}/{}{}{}", folder_, target, suffix, name.str()), /*force=*/true));
    ++links;
    if (!units_.has_file(*target_name))
      plan_.changes.push_back({InstallChange::Type::destination_not_present, target, unit.path});
  }
  return links;
}

void InstallLinks::remove(std::set<std::string, std::less<>> marked) {
  for (bool again = !marked.empty(); again;) {  // ends: each round takes a link away
    again = remove_in(folder_, marked);
    for (const DirectoryEntry& entry : files_.list(folder_))
      if (entry.kind == FileInfo::Kind::directory) again |= remove_in(folder_ + "/" + entry.name, marked);
  }
}

bool InstallLinks::remove_in(const std::string& folder, std::set<std::string, std::less<>>& marked) {
  bool removed = false;
  for (const DirectoryEntry& entry : files_.list(folder)) {
    if (entry.kind != FileInfo::Kind::symlink || !UnitName::is_valid(entry.name)) continue;
    const std::string path = folder + "/" + entry.name;
    const auto leads_to_marked = [&](bool follow_last) {
      const auto target = files_.read_link(path);
      if (!target) return false;
      const std::string absolute = target->starts_with('/') ? *target : folder + "/" + *target;
      const std::string resolved = resolve_links(files_, absolute, follow_last);
      return marked.contains(normalize_path(absolute)) || marked.contains(resolved) ||
             marked.contains(base_name(resolved));
    };
    if (!marked.contains(entry.name) && !leads_to_marked(false) && !leads_to_marked(true)) continue;
    plan_.changes.push_back({InstallChange::Type::unlink, path, {}});
    files_.plan_unlink(path);
    marked.insert(path);
    removed = true;
  }
  return removed;
}

}  // namespace svcd
