// The links in a configuration folder that a request to enable, disable … makes and takes away. Failures become changes
// of the plan, and an errno for who asked (0: none).
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
  int make(const std::string& target, const std::string& path, bool force);
  /// All links that [Install] asks for. For presets, what a template without an instance asks for in vain is left out.
  int enable(const InstallUnit& unit, bool force, bool preset);
  /// How many links enable() was asked for: those that are there already included, those to unit files not.
  int asked_for() const { return asked_for_; }
  /// Takes away every link of one of these names, or that leads to one of these names or paths, and what leads there.
  void remove(std::set<std::string, std::less<>> marked);
  int fail(int error_number, std::string_view path, std::string_view source = {});

 private:
  int make_aliases(const InstallUnit&, bool force);
  int make_alias(const InstallUnit&, std::string alias, bool force);
  int make_wants(const InstallUnit&, const std::vector<std::string>& targets, std::string_view suffix, bool preset);
  int check_folder(const std::string& path);
  bool same_target(const std::string& path, const std::string& a, const std::string& b);
  bool remove_in(const std::string& folder, std::set<std::string, std::less<>>& marked);

  ChangedFiles& files_;
  InstallUnits& units_;
  std::string folder_;
  InstallPlan& plan_;
  int asked_for_ = 0;
};

}  // namespace svcd
