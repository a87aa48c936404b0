// The units that a request to enable, disable … is about: their files, what their [Install] sections say, and the units
// these name in turn. As systemctl(1) sees them: links are followed to the file they stand for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libunit/changed_files.h"
#include "libunit/config.h"
#include "libunit/install.h"
#include "libunit/load_context.h"

namespace svcd {

struct Assignment;  // libunit/unit_text.h

struct InstallUnit {
  /// alias: a link to another name. masked: nothing to install. Else the file is `path`, in the search path or not.
  enum class Kind : uint8_t { unknown, regular, alias, masked };
  UnitName name;
  Kind kind = Kind::unknown;
  std::string path;         // of an unknown one: where its link leads, and nothing is
  std::string link_target;  // of an alias, absolute
  bool linked = false;      // through a link of its name that leads out of the search path
  bool auxiliary = false;   // named by another one's Also=
  InstallSection install;   // lists with specifiers still in them, except `also`
  bool has_rules() const {
    return !install.alias.empty() || !install.wanted_by.empty() || !install.required_by.empty();
  }
};

/// Collects units by name, and those that they name, in the order in which they were met. What the authors of the files
/// should hear is added to `said`.
class InstallUnits {
 public:
  /// by_name: [Install] sections are not read, all that counts is which file or link has a name.
  enum class Reads : uint8_t { install, by_name };
  InstallUnits(ChangedFiles& files, const SearchPath& path, const HostFacts& host, Diagnostics& said,
               Reads reads = Reads::install)
      : files_(files), path_(path), host_(host), said_(said), reads_(reads) {}

  /// The unit that `name_or_path` stands for, aliases followed. An error has the error_number that install_error()
  /// wants.
  Result<const InstallUnit*> discover(std::string_view name_or_path);
  /// Follows `start` to the unit that has the file. Links that somebody made in a configuration folder are only
  /// followed if asked to: what they stand for may be looked at and taken away under their name, but not enabled.
  enum class Links : uint8_t { all, of_vendors };
  Result<const InstallUnit*> follow(const UnitName& start, Links = Links::all);
  bool is_configuration(std::string_view path) const;
  /// All that were met so far; more may be met while one goes through them.
  size_t size() const { return order_.size(); }
  InstallUnit& at(size_t i) { return units_.at(order_[i]); }
  InstallUnit& at(const UnitName& name) { return units_.at(name); }
  /// One to look at later; not auxiliary once anybody named it itself.
  InstallUnit& add(const UnitName& name, bool auxiliary);
  bool has_met(const UnitName& name) const { return units_.contains(name); }
  bool has_file(const UnitName& name);
  /// Specifiers of [Install]; an instance that is missing is DefaultInstance=.
  Result<std::string> expand(const InstallUnit& unit, std::string_view text) const;
  bool in_search_path(std::string_view path) const;

 private:
  Result<> search(InstallUnit&);
  Result<> take_file(InstallUnit&, const std::string& path);
  Result<> take_link(InstallUnit&, const std::string& path, std::string& file);
  Result<> read_install(InstallUnit&, const std::string& path);
  Result<> read_drop_ins(InstallUnit&);
  Result<> take_setting(InstallUnit&, const Assignment&, LoadContext&);
  Result<> take_default_instance(InstallUnit&, const std::string& text, LoadContext&);
  Result<> take_also(InstallUnit&, const std::string& text, const std::string& value, LoadContext&);

  ChangedFiles& files_;
  const SearchPath& path_;
  const HostFacts& host_;
  Diagnostics& said_;
  Reads reads_;
  std::map<UnitName, InstallUnit> units_;
  std::vector<UnitName> order_;
};

}  // namespace svcd
