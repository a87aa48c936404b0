// The folders of the unit search path; systemd.unit(5), "UNIT FILE LOAD PATH".
#include <algorithm>

#include "libunit/loader.h"
#include "libunit/path_text.h"

namespace svcd {

namespace {

void add(std::vector<std::string>& folders, std::string_view folder) {
  std::string simplified = simplify_path(folder);
  if (simplified.empty() || std::find(folders.begin(), folders.end(), simplified) != folders.end()) return;
  folders.push_back(std::move(simplified));
}

}  // namespace

SearchPath SearchPath::system(const std::string& configuration_root, const std::string& runtime_root,
                              std::string_view environment) {
  const std::string config = configuration_root + "/systemd/", runtime = runtime_root + "/systemd/";
  SearchPath path;
  path.persistent_config = config + "system";
  path.runtime_config = runtime + "system";
  path.persistent_control = config + "system.control";
  path.runtime_control = runtime + "system.control";
  path.transient = runtime + "transient";
  path.generator = runtime + "generator";
  path.generator_early = runtime + "generator.early";
  path.generator_late = runtime + "generator.late";

  bool defaults = environment.empty();
  while (!environment.empty()) {
    const size_t colon = environment.find(':');
    add(path.folders, environment.substr(0, colon));
    defaults = environment.size() == colon + 1;
    environment.remove_prefix(colon == std::string_view::npos ? environment.size() : colon + 1);
  }
  if (!defaults) return path;
  for (const std::string& folder :
       {path.persistent_control, path.runtime_control, path.transient, path.generator_early, path.persistent_config,
        config + "system.attached", path.runtime_config, runtime + "system.attached", path.generator,
        std::string("/usr/local/lib/systemd/system"), std::string("/lib/systemd/system"),
        std::string("/usr/lib/systemd/system"), path.generator_late, std::string("/usr/lib/svcd/system")})
    add(path.folders, folder);
  return path;
}

SearchPath SearchPath::global(const std::string& configuration_root, const std::string& runtime_root) {
  SearchPath path;
  path.persistent_config = configuration_root + "/systemd/user";
  path.runtime_config = runtime_root + "/systemd/user";
  for (const std::string& folder :
       {path.persistent_config, path.runtime_config, std::string("/usr/local/share/systemd/user"),
        std::string("/usr/share/systemd/user"), std::string("/usr/local/lib/systemd/user"),
        std::string("/usr/lib/systemd/user")})
    add(path.folders, folder);
  return path;
}

}  // namespace svcd
