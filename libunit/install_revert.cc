// revert: what an administrator changed about units of a vendor is taken away: drop-ins, and files and links of the
// unit's own name.
#include <algorithm>
#include <cerrno>
#include <set>

#include "libunit/install_links.h"
#include "libunit/install_work.h"
#include "libunit/path_text.h"

namespace svcd {

namespace {

class Reversion {
 public:
  explicit Reversion(InstallWork& work) : work_(work) {}
  void consider(const std::string& name);
  void carry_out();

 private:
  bool is_of_vendor(std::string_view folder) const;
  bool is_of_administrator(std::string_view folder) const;
  bool is_control(std::string_view folder) const;

  InstallWork& work_;
  std::vector<std::string> files_, folders_;
};

bool Reversion::is_control(std::string_view folder) const {
  return folder == work_.path.persistent_control || folder == work_.path.runtime_control;
}

bool Reversion::is_of_administrator(std::string_view folder) const {
  return folder == work_.path.persistent_config || folder == work_.path.runtime_config;
}

bool Reversion::is_of_vendor(std::string_view folder) const {
  const SearchPath& path = work_.path;
  const bool own = is_control(folder) || is_of_administrator(folder) || folder == path.transient;
  const std::string_view configuration = folder_of(path.persistent_config), runtime = folder_of(path.runtime_config);
  return !own && !is_below(folder, configuration) && !is_below(folder, runtime);
}

void Reversion::consider(const std::string& name) {
  bool has_vendor = false;
  std::vector<std::string> own;
  for (const std::string& folder : work_.path.folders) {
    const std::string path = fmt::format("{}/{}", folder, name);
    const FileInfo::Kind kind = work_.files.look_at_link(path).kind;
    const bool is_file = kind == FileInfo::Kind::regular || kind == FileInfo::Kind::symlink;
    if (kind == FileInfo::Kind::regular && is_of_vendor(folder)) has_vendor = true;  // an alias or a mask is no version
    if (is_file && is_of_administrator(folder)) own.push_back(path);
    const std::string drop_ins = path + ".d";
    const bool is_own = is_control(folder) || is_of_administrator(folder) || folder == work_.path.transient;
    if (!is_own || work_.files.look_at_link(drop_ins).kind != FileInfo::Kind::directory) continue;
    for (const DirectoryEntry& entry : work_.files.list(drop_ins))
      if (entry.name.ends_with(".conf")) files_.push_back(drop_ins + "/" + entry.name);
    folders_.push_back(drop_ins);
  }
  if (has_vendor) files_.insert(files_.end(), own.begin(), own.end());
}

void Reversion::carry_out() {
  std::set<std::string> seen;
  for (const auto* list : {&files_, &folders_})
    for (const std::string& path : *list)
      if (seen.insert(path).second) work_.plan.changes.push_back({InstallChange::Type::unlink, path, {}, 0});
}

}  // namespace

void revert(InstallWork& work, const std::vector<std::string>& names) {
  Reversion reversion(work);
  for (const std::string& name : names) {
    if (!UnitName::is_valid(name)) return work.end_with(EINVAL);
    reversion.consider(name);
  }
  reversion.carry_out();
}

}  // namespace svcd
