#include "libunit/install_links.h"

#include <algorithm>
#include <cerrno>

#include "libunit/path_text.h"
#include "libunit/unit_files.h"

namespace svcd {

namespace {

/// "multi-user.target.wants", where Alias= took links before there was WantedBy=.
bool is_folder_of_units(std::string_view folder) {
  const bool known = folder.ends_with(".wants") || folder.ends_with(".requires");
  return known && UnitName::is_valid(folder.substr(0, folder.rfind('.')));
}

}  // namespace

bool InstallLinks::same_target(const std::string& path, const std::string& a, const std::string& b) {
  const auto absolute = [&](const std::string& target) {
    return target.starts_with('/') ? target : fmt::format("{}/{}", folder_of(path), target);
  };
  return normalize_path(absolute(a)) == normalize_path(absolute(b)) ||
         resolve_links(files_, absolute(a), false) == resolve_links(files_, absolute(b), false);
}

int InstallLinks::fail(int error_number, std::string_view path, std::string_view source) {
  plan_.changes.push_back({InstallChange::Type::failed, std::string(path), std::string(source), error_number});
  return error_number;
}

/// The folder of a link is made if it is missing; not where something else has its name.
int InstallLinks::check_folder(const std::string& path) {
  const std::string folder(folder_of(path));
  if (files_.look_at_link(folder).kind == FileInfo::Kind::missing) return 0;
  const FileInfo::Kind kind = files_.look(folder).kind;
  if (kind == FileInfo::Kind::directory) return 0;
  return kind == FileInfo::Kind::missing ? ENOENT : ENOTDIR;
}

int InstallLinks::make(const std::string& target, const std::string& path, bool force) {
  if (const int error = check_folder(path); error != 0) return fail(error, path);
  const FileInfo there = files_.look_at_link(path);
  if (there.kind == FileInfo::Kind::symlink) {
    const auto points_to = files_.read_link(path);
    if (!points_to) return fail(points_to.error().error_number, path);
    if (same_target(path, *points_to, target)) return 0;
    if (!force) return fail(EEXIST, path, *points_to);
    plan_.changes.push_back({InstallChange::Type::unlink, path, {}});
  } else if (there.kind != FileInfo::Kind::missing) {
    return fail(EEXIST, path);
  }
  plan_.changes.push_back({InstallChange::Type::symlink, path, target});
  files_.plan_link(path, target);
  return 0;
}

int InstallLinks::enable(const InstallUnit& unit, bool force, bool preset) {
  int first = 0;
  const auto note = [&](int error) { first = first != 0 ? first : error; };
  if (!units_.in_search_path(unit.path)) note(make(unit.path, folder_ + "/" + unit.name.str(), force));
  note(make_aliases(unit, force));
  note(make_wants(unit, unit.install.wanted_by, ".wants/", preset));
  note(make_wants(unit, unit.install.required_by, ".requires/", preset));
  return first;
}

int InstallLinks::make_aliases(const InstallUnit& unit, bool force) {
  int first = 0;
  for (const std::string& text : unit.install.alias) {
    auto alias = units_.expand(unit, text);
    if (!alias) return fail(alias.error().error_number, text);
    const int error = make_alias(unit, std::move(*alias), force);
    if (first == 0) first = error;
  }
  return first;
}

int InstallLinks::make_alias(const InstallUnit& unit, std::string alias, bool force) {
  if (alias.find('/') != std::string::npos) {
    if (!is_folder_of_units(folder_of(alias))) return fail(EXDEV, alias);
    if (base_name(alias) != unit.name.str()) return fail(EXDEV, alias, unit.name.str());
  } else {
    auto name = UnitName::parse(alias);
    if (name && name->is_template() && unit.name.is_instance()) name = name->with_instance(unit.name.instance());
    const AliasFault fault = name ? alias_fault(*name, unit.name) : AliasFault::type;
    if (fault == AliasFault::same_name) return 0;
    if (name) alias = name->str();
    if (fault != AliasFault::none) return fail(EXDEV, alias, unit.name.str());
  }
  const int error = make(unit.path, folder_ + "/" + alias, force);
  asked_for_ += error == 0;
  return error;
}

/// A template without an instance can only be wanted by templates: their instances hand theirs on.
int InstallLinks::make_wants(const InstallUnit& unit, const std::vector<std::string>& targets, std::string_view suffix,
                             bool preset) {
  UnitName name = unit.name;
  if (name.is_template() && !unit.install.default_instance.empty())
    if (const auto instance = name.with_instance(unit.install.default_instance)) name = *instance;
  int first = 0;
  const auto note = [&](int error) { first = first != 0 ? first : error; };
  for (const std::string& text : targets) {
    const auto target = units_.expand(unit, text);
    if (!target) return fail(target.error().error_number, text);
    const auto target_name = UnitName::parse(*target);
    const bool too_plain = target_name && name.is_template() && !target_name->is_template();
    if (!target_name || too_plain) {
      if (!preset) note(too_plain ? fail(EIDRM, *target, name.str()) : fail(EUCLEAN, *target));
      continue;
    }
    const int error = make(unit.path, fmt::format("{}/{}{}{}", folder_, *target, suffix, name.str()), /*force=*/true);
    asked_for_ += error == 0;
    note(error);
    if (!units_.has_file(*target_name))
      plan_.changes.push_back({InstallChange::Type::destination_not_present, *target, unit.path});
  }
  return first;
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
    const UnitName name = UnitName::parse(entry.name).value_or(UnitName());
    const bool is_marked = marked.contains(entry.name) || marked.contains(name.template_name().str());
    if (!is_marked && !leads_to_marked(false) && !leads_to_marked(true)) continue;
    plan_.changes.push_back({InstallChange::Type::unlink, path, {}});
    files_.plan_unlink(path);
    marked.insert(path);
    removed = true;
  }
  return removed;
}

}  // namespace svcd
