#include "libunit/unit_files.h"

#include <algorithm>

#include "libunit/path_text.h"

namespace svcd {

namespace {

constexpr int most_links = 32;  // of one path
constexpr int most_hops = 8;    // from alias to alias

bool names_a_folder_of_units(std::string_view name) {
  return name.ends_with(".d") || name.ends_with(".wants") || name.ends_with(".requires");
}

bool is_hidden(std::string_view name) {
  return name.starts_with('.') || name.ends_with('~');
}

/// "foo-bar-baz" is within "foo-bar-" is within "foo-"; "" has no more.
std::string_view chop_prefix(std::string_view prefix) {
  if (prefix.ends_with('-')) prefix.remove_suffix(1);
  const size_t dash = prefix.rfind('-');
  return dash == std::string_view::npos || dash == 0 ? std::string_view() : prefix.substr(0, dash + 1);
}

}  // namespace

std::string resolve_links(FileSource& files, std::string_view path, bool follow_last) {
  std::string done = "/";
  std::string rest = simplify_path(path);
  for (int links = 0; !rest.empty();) {
    const size_t start = rest.find_first_not_of('/');
    if (start == std::string::npos) break;
    const size_t end = rest.find('/', start);
    const std::string part = rest.substr(start, end == std::string::npos ? end : end - start);
    rest = end == std::string::npos ? "" : rest.substr(end);
    if (part == ".." || part == ".") {
      if (part == "..") done = std::string(folder_of(done));
      continue;
    }
    const std::string next = fmt::format("{}/{}", done == "/" ? "" : done, part);
    const bool last = rest.find_first_not_of('/') == std::string::npos;
    if ((last && !follow_last) || files.look_at_link(next).kind != FileInfo::Kind::symlink) {
      done = next;
      continue;
    }
    const auto target = files.read_link(next);
    if (!target || target->empty() || ++links > most_links) return {};
    if (target->starts_with('/')) done.assign(1, '/');
    rest.insert(0, *target);
  }
  return done;
}

std::string why_no_alias(const UnitName& from, std::string_view target_name) {
  const auto to = UnitName::parse(target_name);
  if (!to)
    return fmt::format("{}: symlink target \"{}\" is not a valid unit name, rejecting.", from.str(), target_name);
  switch (alias_fault(from, *to)) {
    case AliasFault::none:
    case AliasFault::same_name: break;
    case AliasFault::type:
      return fmt::format("{}: symlink target \"{}\" has incompatible suffix, rejecting.", from.str(), target_name);
    case AliasFault::instance:
      return fmt::format("{}: unit symlink target \"{}\" instance name doesn't match, rejecting.", from.str(),
                         target_name);
    case AliasFault::kind:
      return fmt::format("{}: symlink target name type \"{}\" does not match source, rejecting.", from.str(),
                         target_name);
  }
  return {};
}

AliasFault alias_fault(const UnitName& alias, const UnitName& of) {
  if (alias == of) return AliasFault::same_name;
  if (alias.type() != of.type()) return AliasFault::type;
  if (alias.is_instance() && of.is_instance() && alias.instance() != of.instance()) return AliasFault::instance;
  const bool same_kind = alias.is_instance() == of.is_instance() && alias.is_template() == of.is_template();
  return same_kind || (alias.is_instance() && of.is_template()) ? AliasFault::none : AliasFault::kind;
}

bool is_mask(const FileInfo& info) {
  return info.kind == FileInfo::Kind::null_device || (info.kind == FileInfo::Kind::regular && info.identity.size == 0);
}

UnitFiles::UnitFiles(FileSource& files, const SearchPath& path) : files_(files), folders_(path.folders) {
  for (const std::string& folder : path.folders) resolved_folders_.push_back(resolve_links(files, folder, true));
  for (size_t place = 0; place < folders_.size(); ++place) scan(place);
  for (const auto& [name, target] : targets_) {
    const std::string* file = follow(name);
    if (file && base_name(*file) != name) aliases_[std::string(base_name(*file))].push_back(name);
  }
}

void UnitFiles::scan(size_t place) {
  std::vector<DirectoryEntry> entries = files_.list(folders_[place]);
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const DirectoryEntry& entry : entries) take(place, entry);
}

void UnitFiles::take(size_t place, const DirectoryEntry& entry) {
  const std::string& folder = folders_[place];
  using enum FileInfo::Kind;
  if (entry.kind != regular && entry.kind != directory && entry.kind != symlink) return;
  const std::string path = folder + "/" + entry.name;
  if (entry.kind != regular && names_a_folder_of_units(entry.name)) {
    const std::string resolved = resolve_links(files_, path, true);
    if (!resolved.empty()) subfolders_[entry.name].push_back({place, resolved});
    return;
  }
  if (entry.kind == directory || !UnitName::is_valid(entry.name) || targets_.contains(entry.name)) return;
  std::string target = entry.kind == regular ? path : target_of_link(folder, entry.name);
  if (!target.empty()) targets_.emplace(entry.name, std::move(target));
}

std::string UnitFiles::target_of_link(const std::string& folder, const std::string& name) {
  std::string path = folder + "/" + name;
  const auto target = files_.read_link(path);
  if (!target) return {};
  const std::string resolved =
      resolve_links(files_, target->starts_with('/') ? *target : folder + "/" + *target, /*follow_last=*/false);
  if (resolved.empty()) return {};
  if (!in_search_path(resolved)) return path;
  const std::string_view aliased = base_name(resolved);
  if (aliased == name) return {};  // leads to a folder further down the path, or to itself
  std::string why = why_no_alias(UnitName::parse(name).value(), aliased);
  if (why.empty()) return std::string(aliased);
  rejected_.emplace(name, std::move(why));
  return {};
}

bool UnitFiles::in_search_path(std::string_view resolved) const {
  const auto within = [&](std::string_view folder) { return is_below(resolved, folder); };
  return std::any_of(folders_.begin(), folders_.end(), within) ||
         std::any_of(resolved_folders_.begin(), resolved_folders_.end(), within);
}

const std::string* UnitFiles::follow(std::string_view name) const {
  for (int hop = 0; hop < most_hops; ++hop) {
    const auto at = targets_.find(name);
    if (at == targets_.end()) return nullptr;
    if (at->second.starts_with('/')) return &at->second;
    name = at->second;
  }
  return nullptr;
}

std::optional<UnitFiles::Found> UnitFiles::find(const UnitName& name) const {
  Found found;
  found.id = name;
  const std::string* path = nullptr;
  // Twice: an alias of a template's instance may have a file of its own.
  for (int round = 0; round < 2; ++round) {
    path = follow(found.id.str());
    if (!path && found.id.is_instance()) path = follow(found.id.template_name().str());
    if (!path) return std::nullopt;
    auto file = UnitName::parse(base_name(*path));
    if (!file) return std::nullopt;
    if (file->is_template() && name.is_instance()) file = file->with_instance(name.instance());
    if (!file || *file == found.id) break;
    found.id = *file;
  }
  found.path = *path;
  found.names.push_back(found.id);
  const auto add = [&](const UnitName& alias) {
    if (alias.instance() == found.id.instance() &&
        std::find(found.names.begin(), found.names.end(), alias) == found.names.end())
      found.names.push_back(alias);
  };
  const auto aliases = aliases_.find(base_name(found.path));
  if (aliases != aliases_.end())
    for (const std::string& text : aliases->second) {
      const UnitName alias = UnitName::parse(text).value();
      if (!alias.is_template() || !found.id.is_instance()) {
        add(alias);
      } else if (const auto instance = alias.with_instance(found.id.instance())) {
        const auto own = targets_.contains(instance->str()) ? follow(instance->str()) : path;
        if (own && base_name(*own) == base_name(*path)) add(*instance);
      }
    }
  add(name);
  return found;
}

std::string_view UnitFiles::rejected(std::string_view name) const {
  const auto at = rejected_.find(name);
  return at == rejected_.end() ? std::string_view() : at->second;
}

namespace {

/// Names whose NAME.d, NAME.wants … count for a unit, the nearest first. For tp-l@x.service: its own, tp-l@.service,
/// tp-.service, then tp-@x.service, tp-@.service: so systemd looks.
std::vector<std::string> names_of_folders(const UnitName& name) {
  std::vector<std::string> names;
  const std::string_view instance = name.instance(), type = to_string(name.type());
  const bool has_instance = name.is_instance();
  const auto add = [&](std::string_view prefix, std::string_view rest) {
    names.emplace_back(prefix).append(rest).append(1, '.').append(type);
  };
  std::string_view prefix = name.prefix();
  for (bool first = true; !prefix.empty(); prefix = chop_prefix(prefix), first = false) {
    if (!has_instance) {
      add(prefix, "");
      continue;
    }
    add(prefix, "@" + std::string(instance));
    add(prefix, "@");
    if (first)
      for (std::string_view plain = chop_prefix(prefix); !plain.empty(); plain = chop_prefix(plain)) add(plain, "");
  }
  return names;
}

}  // namespace

/// The folders of these names, in the order of the search path, then of the names.
void UnitFiles::add_folders(std::vector<std::string>& into, const std::vector<std::string>& names,
                            std::string_view suffix) const {
  std::vector<std::pair<size_t, const std::string*>> found;
  for (const std::string& name : names)
    if (const auto at = subfolders_.find(name + std::string(suffix)); at != subfolders_.end())
      for (const Subfolder& folder : at->second) found.emplace_back(folder.place, &folder.resolved);
  std::ranges::stable_sort(found, {}, &std::pair<size_t, const std::string*>::first);
  for (const auto& [place, resolved] : found) into.push_back(*resolved);
}

std::vector<std::string> UnitFiles::folders_of(const std::vector<UnitName>& names, std::string_view suffix) const {
  std::vector<std::string> folders;
  for (const UnitName& name : names) add_folders(folders, names_of_folders(name), suffix);
  if (!names.empty()) add_folders(folders, {std::string(to_string(names.front().type()))}, suffix);
  return folders;
}

const std::vector<DirectoryEntry>& UnitFiles::listing(const std::string& folder) {
  const auto [at, added] = listings_.try_emplace(folder);
  if (added) at->second = files_.list(folder);
  return at->second;
}

std::vector<UnitFiles::Piece> UnitFiles::pieces(const std::vector<UnitName>& names, std::string_view folder_suffix,
                                                std::string_view file_suffix) {
  std::map<std::string_view, Piece> by_name;
  for (const std::string& folder : folders_of(names, folder_suffix))
    for (const DirectoryEntry& entry : listing(folder))
      if (!is_hidden(entry.name) && std::string_view(entry.name).ends_with(file_suffix))
        by_name.try_emplace(entry.name, Piece{folder + "/" + entry.name, entry.kind});
  std::vector<Piece> sorted;
  sorted.reserve(by_name.size());
  for (auto& [name, piece] : by_name) sorted.push_back(std::move(piece));
  return sorted;
}

}  // namespace svcd
