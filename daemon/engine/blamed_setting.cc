#include "daemon/engine/blamed_setting.h"

#include <algorithm>
#include <cerrno>

#include "daemon/engine/cause.h"
#include "libunit/settings.h"

namespace svcd {

namespace {

using E = ExecSection;
using X = SandboxSection;

/// As far as a report has room for it.
bool is_meant(std::string_view path, std::string_view what) {
  constexpr size_t whole = 100;
  while (path.starts_with('-') || path.starts_with('+')) path.remove_prefix(1);
  return path == what || (what.size() >= whole && path.starts_with(what));
}

bool has(const std::vector<std::string>& paths, std::string_view what) {
  return std::ranges::any_of(paths, [&](const std::string& path) { return is_meant(path, what); });
}

bool has(const std::vector<BindMount>& mounts, std::string_view what) {
  return std::ranges::any_of(mounts, [&](const BindMount& mount) {
    return is_meant(mount.source, what) || is_meant(mount.destination, what);
  });
}

/// The key of a path of the mount namespace; "": it is not the unit that names it.
const char* key_of_path(const UnitConfig& config, std::string_view what) {
  const X& sandbox = config.sandbox();
  if (has(sandbox.bind_paths, what)) return key_of<&X::bind_paths>();
  if (has(sandbox.bind_read_only_paths, what)) return key_of<&X::bind_read_only_paths>();
  if (has(sandbox.read_write_paths, what)) return key_of<&X::read_write_paths>();
  if (has(sandbox.read_only_paths, what)) return key_of<&X::read_only_paths>();
  if (has(sandbox.inaccessible_paths, what)) return key_of<&X::inaccessible_paths>();
  const bool is_empty_folder = std::ranges::any_of(
      sandbox.temporary_file_system, [&](const StringPair& folder) { return is_meant(folder.first, what); });
  return is_empty_folder ? key_of<&X::temporary_file_system>() : "";
}

bool is_stream(std::string_view key) {
  return key == key_of<&E::standard_input>() || key == key_of<&E::standard_output>() ||
         key == key_of<&E::standard_error>();
}

}  // namespace

BlamedSetting blamed_setting(const UnitConfig& config, const ExecFailed& failed) {
  BlamedSetting blamed{known_key(failed.setting), {}};
  const std::string_view key = blamed.key;
  const E& exec = config.exec();
  if (key == key_of<&E::user>()) {
    blamed.value = exec.user;
  } else if (key == key_of<&E::group>()) {
    blamed.value = failed.what.empty() ? exec.group : failed.what;
    if (blamed.value != exec.group &&
        std::ranges::find(exec.supplementary_groups, blamed.value) != exec.supplementary_groups.end())
      blamed.key = key_of<&E::supplementary_groups>();
  } else if (key == key_of<&E::working_directory>()) {
    blamed.value = exec.working_directory;
  } else if (is_stream(key) && failed.what.starts_with('/')) {
    blamed.value = failed.what;
    if (failed.what == exec.tty_path) blamed.key = key_of<&E::tty_path>();
  } else if (const char* of_path = failed.what.starts_with('/') ? key_of_path(config, failed.what) : ""; *of_path) {
    const bool is_of_sandbox = failed.step == "NAMESPACE";
    if (!is_of_sandbox) return blamed;
    blamed.key = of_path;
    blamed.value = failed.what;
  }
  return blamed;
}

void blame_on(Cause& cause, const SpawnFailed& failed) {
  cause.setting = known_key(failed.setting);
  cause.detail = failed.what.empty() ? failed.error.message : fmt::format("{}: {}", failed.what, failed.error.message);
  cause.error_number = failed.error.error_number;
  cause.token = failed.token;
}

}  // namespace svcd
