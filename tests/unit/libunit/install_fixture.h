// Unit files in memory, and what the install operations would change about them.
#pragma once

#include <gmock/gmock.h>

#include "libunit/install.h"
#include "libunit/memory_files.h"

namespace svcd {

using Lines = std::vector<std::string>;

inline const std::string etc = "/etc/systemd/system/", run = "/run/systemd/system/", lib = "/usr/lib/systemd/system/",
                         vendor = "/lib/systemd/system/";
inline const std::string service = "[Service]\nExecStart=/bin/true\n";

class InstallTest : public testing::Test {
 protected:
  InstallTest() {
    files.link("/lib", "usr/lib");
    for (const char* name : {"multi-user.target", "graphical.target"})
      files.write(lib + name, "[Unit]\nDescription=x\n");
  }

  /// Writes a vendor's unit with this [Install] section.
  void unit(const std::string& name, const std::string& install) {
    files.write(lib + name, service + "[Install]\n" + install);
  }

  /// "symlink PATH -> TARGET", "unlink PATH" …, or the error; makes the changes.
  Lines made(const InstallPlan& plan) {
    carries_install_info = plan.carries_install_info;
    Lines lines;
    if (const auto error = plan.error()) lines.push_back(fmt::format("error {}: {}", int(error->code), error->message));
    for (const InstallChange& change : plan.changes) {
      if (change.type == InstallChange::Type::failed) continue;
      lines.push_back(fmt::format("{} {}{}{}", to_string(change.type), change.path, change.target.empty() ? "" : " -> ",
                                  change.target));
      if (change.type == InstallChange::Type::symlink) files.link(change.path, change.target);
      if (change.type == InstallChange::Type::unlink) files.remove(change.path);
    }
    return lines;
  }
  Lines ask(InstallVerb verb, std::vector<std::string> names, bool runtime = false, bool force = false) {
    return made(installer.plan({verb, std::move(names), runtime, force, PresetMode::full, {}}));
  }
  Lines enable(const std::string& name, bool runtime = false, bool force = false) {
    return ask(InstallVerb::enable, {name}, runtime, force);
  }
  Lines disable(const std::string& name, bool runtime = false) { return ask(InstallVerb::disable, {name}, runtime); }
  Lines error(ErrorCode code, const std::string& text) { return {fmt::format("error {}: {}", int(code), text)}; }
  std::string state(const std::string& name) {
    const auto found = installer.state(name);
    return found ? std::string(to_string(*found)) : "error: " + found.error().message;
  }
  std::string symlink(const std::string& path, const std::string& target) {
    return "symlink " + path + " -> " + target;
  }

  MemoryFiles files;
  HostFacts host;
  SearchPath search_path = SearchPath::system("/etc", "/run", "");
  Installer installer{files, search_path, host};
  bool carries_install_info = false;
};

}  // namespace svcd
