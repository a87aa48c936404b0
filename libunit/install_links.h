// The links in a configuration folder that a request to enable, disable … makes and takes away.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "libunit/changed_files.h"
#include "libunit/install.h"
#include "libunit/install_units.h"

namespace svcd {

class InstallLinks {
 public:
  InstallLinks(ChangedFiles& files, InstallUnits& units, std::string folder, InstallPlan& plan)
      : files_(files), units_(units), folder_(std::move(folder)), plan_(plan) {}

  /// A link `path` to `target`; one that is there already is left alone, another one replaced if forced.
  Result<> make(const std::string& target, const std::string& path, bool force);
  /// All links that [Install] asks for; the number that there should be, those that are there already included.
  Result<int> enable(const InstallUnit& unit, bool force, bool skip_impossible);
  /// Takes away every link of one of these names, or that leads to one of these names or paths, and what leads there.
  void remove(std::set<std::string, std::less<>> marked);

 private:
  Result<int> make_aliases(const InstallUnit&, bool force);
  Result<int> make_wants(const InstallUnit&, const std::vector<std::string>& targets, std::string_view suffix,
                         bool skip_impossible);
  bool same_target(const std::string& path, const std::string& a, const std::string& b);
  bool remove_in(const std::string& folder, std::set<std::string, std::less<>>& marked);

  ChangedFiles& files_;
  InstallUnits& units_;
  std::string folder_;
  InstallPlan& plan_;
};

}  // namespace svcd
