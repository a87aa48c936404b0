// The units that a request to enable, disable … is about: their files, what their [Install] sections say, and the units
// these name in turn. As systemctl(1) sees them: links are followed to the file they stand for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libunit/changed_files.h"
#include "libunit/config.h"
#include "libunit/install.h"

namespace svcd {

struct InstallUnit {
  /// alias: a link to another name. masked: nothing to install. Else the file is `path`, in the search path or not.
  enum class Kind : uint8_t { unknown, regular, alias, masked };
  UnitName name;
  Kind kind = Kind::unknown;
  std::string path;
  std::string link_target;  // of an alias, absolute
  bool linked = false;      // through a link of its name that leads out of the search path
  bool auxiliary = false;   // named by another one's Also=
  InstallSection install;   // lists with specifiers still in them, except `also`
  bool has_rules() const {
    return !install.alias.empty() || !install.wanted_by.empty() || !install.required_by.empty();
  }
};

/// Collects units by name, and those that they name, in the order in which they were met.
class InstallUnits {
 public:
  InstallUnits(ChangedFiles& files, const SearchPath& path, const HostFacts& host)
      : files_(files), path_(path), host_(host) {}

  /// The unit that `name_or_path` stands for, aliases followed. An error has an error_number as install_error() wants
  /// it.
  Result<const InstallUnit*> discover(std::string_view name_or_path, bool auxiliary = false);
  /// Follows `start` to the unit that has the file.
  Result<const InstallUnit*> follow(const UnitName& start);
  /// All that were met so far; more may be met while one goes through them.
  size_t size() const { return order_.size(); }
  InstallUnit& at(size_t i) { return units_.at(order_[i]); }
  const InstallUnit* find(const UnitName& name) const;
  bool has_file(const UnitName& name);
  /// Specifiers of [Install]; an instance that is missing is DefaultInstance=.
  Result<std::string> expand(const InstallUnit& unit, std::string_view text) const;
  bool in_search_path(std::string_view path) const;

 private:
  InstallUnit& add(const UnitName& name, bool auxiliary);
  Result<> search(InstallUnit&);
  Result<> take_file(InstallUnit&, const std::string& path);
  Result<> read_install(InstallUnit&, const std::string& path);
  void read_drop_ins(InstallUnit&);
  Result<> take_also(InstallUnit&);

  ChangedFiles& files_;
  const SearchPath& path_;
  const HostFacts& host_;
  std::map<UnitName, InstallUnit> units_;
  std::vector<UnitName> order_;
};

/// The error that systemd's D-Bus methods answer with when work on `path` ended with that errno; `source`: what a link
/// in the way points to, or the alias's unit.
Error install_error(int error_number, std::string_view path, std::string_view source = {});

}  // namespace svcd
