// What the folders of the search path hold, listed once for all units: which file or alias a name means, which names
// mean the same file, which NAME.d, NAME.wants … folders there are.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libunit/file_source.h"
#include "libunit/loader.h"
#include "libunit/unit_name.h"

namespace svcd {

/// "/a/link/x" is "/b/x" where /a/link points to /b; what is missing stays as it is. The last component is followed
/// only if asked to. Empty: too many links.
std::string resolve_links(FileSource&, std::string_view path, bool follow_last);

/// /dev/null and empty regular files stand for "there is nothing here, and there shall be nothing".
bool is_mask(const FileInfo&);

/// Why a unit name may not be another one's alias; systemd.unit(5): of one type, a plain name only for a plain one, an
/// instance for the same instance or its template, a template for a template.
enum class AliasFault : uint8_t { none, same_name, type, instance, kind };
AliasFault alias_fault(const UnitName& alias, const UnitName& of);
/// The same as a sentence about the link `from`; "" if there is no fault.
std::string why_no_alias(const UnitName& from, std::string_view target_name);

class UnitFiles {
 public:
  UnitFiles(FileSource& files, const SearchPath& path);

  /// What `name` is loaded from.
  struct Found {
    UnitName id;                  // of the file: what aliases lead to
    std::vector<UnitName> names;  // id first, the others by name
    std::string path;             // of the file, in the search path; may be a link that leads out of it, or a mask
  };
  /// Nothing: no folder has it (or its template), or only a link that leads nowhere.
  std::optional<Found> find(const UnitName& name) const;
  /// Why a link of this name in the search path was not taken as an alias; "" if none was.
  std::string_view rejected(std::string_view name) const;

  /// The files of the NAME.d (suffix ".d"), NAME.wants … folders of all names, of their prefixes, templates and type,
  /// one a file name, sorted by file name: what comes first of unit names, search path and the chain of prefixes wins.
  struct Piece {
    std::string path;
    FileInfo::Kind kind;  // of the entry itself
  };
  std::vector<Piece> pieces(const std::vector<UnitName>& names, std::string_view folder_suffix,
                            std::string_view file_suffix);
  /// Listings of NAME.d folders are read again when next asked for.
  void forget_pieces() { listings_.clear(); }

 private:
  struct Subfolder {
    size_t place;  // of the folder it is in, in the search path
    std::string resolved;
  };
  void scan(size_t place);
  void take(size_t place, const DirectoryEntry&);
  /// Where the link leads: an absolute path (a file, or a link that leads out of the search path), another unit's name,
  /// or "" for a link that is not taken.
  std::string target_of_link(const std::string& folder, const std::string& name);
  bool in_search_path(std::string_view resolved) const;
  const std::string* follow(std::string_view name) const;
  void add_folders(std::vector<std::string>& into, const std::vector<std::string>& names,
                   std::string_view suffix) const;
  std::vector<std::string> folders_of(const std::vector<UnitName>& names, std::string_view suffix) const;
  const std::vector<DirectoryEntry>& listing(const std::string& folder);

  FileSource& files_;
  std::vector<std::string> folders_;                         // the search path
  std::vector<std::string> resolved_folders_;                // search path with links resolved
  std::map<std::string, std::string, std::less<>> targets_;  // name → absolute path, or the name it is an alias of
  std::map<std::string, std::vector<std::string>, std::less<>> aliases_;  // file's name → names that lead to it
  std::map<std::string, std::string, std::less<>> rejected_;
  std::unordered_map<std::string, std::vector<Subfolder>> subfolders_;  // "a.service.d" → those of that name
  std::unordered_map<std::string, std::vector<DirectoryEntry>> listings_;
};

}  // namespace svcd
