// One request about unit files in the making: what is changed so far, and the parts that several verbs share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libunit/changed_files.h"
#include "libunit/install.h"
#include "libunit/install_units.h"

namespace svcd {

struct InstallWork {
  InstallWork(FileSource& below, const SearchPath& search_path, const HostFacts& host_facts, bool runtime)
      : path(search_path),
        host(host_facts),
        folder(runtime ? search_path.runtime_config : search_path.persistent_config),
        files(below) {}

  /// 0 is no error; the first one counts.
  void end_with(int error_number) {
    if (plan.error_number == 0) plan.error_number = error_number;
  }

  const SearchPath& path;
  const HostFacts& host;
  std::string folder;  // that links are made in
  ChangedFiles files;
  InstallPlan plan;
};

/// The error of an errno alone.
Error plain_error(int error_number);

/// The unit to enable; null, with the plan's failure, if there is none or if it is masked, transient or generated.
const InstallUnit* discover_to_enable(InstallWork&, InstallUnits&, const std::string& name);

/// Makes the links of all units met, and of those that they name in turn.
enum class LinksOf : uint8_t { units, presets, dependencies };
void make_links(InstallWork&, InstallUnits&, bool force, LinksOf);

void enable(InstallWork&, const std::vector<std::string>& names, bool force);
void disable(InstallWork&, const std::vector<std::string>& names);
/// By what the units are known for so far: units whose [Install] was not read take nothing along.
void disable_all(InstallWork&, InstallUnits&);
void reenable(InstallWork&, const std::vector<std::string>& names, bool force);
void preset(InstallWork&, const InstallRequest&);
void preset_all(InstallWork&, const InstallRequest&);
void revert(InstallWork&, const std::vector<std::string>& names);

}  // namespace svcd
