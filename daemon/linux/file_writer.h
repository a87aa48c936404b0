// Files that the daemon writes for the engine: links of enable and mask, drop-ins. All atomic: a reader sees the old
// file or the new one.
#pragma once

#include <string>
#include <string_view>

#include "daemon/engine/ids.h"
#include "libunit/install.h"
#include "libunit/result.h"

namespace svcd {

/// Makes the folder and those above it; fine if it exists.
Result<> make_folders(const std::string& path, mode_t mode = 0755);
/// The folder that a path is in; "" for a name alone.
std::string folder_of(const std::string& path);
/// Writes beside the file and renames; makes missing folders.
Result<> write_file_atomically(const std::string& path, std::string_view content, mode_t mode = 0644);
/// Replaces whatever link is there.
Result<> write_link_atomically(const std::string& path, const std::string& target);
/// One change of Installer. unlink also removes the folder above when it became empty (a .wants/ folder).
Result<> apply_install_change(const InstallChange&);
/// Removes what is in a folder, without following links or crossing into other file systems; bounded. The folder stays.
Result<> empty_folder(const std::string& path);

/// 32 hexadecimal digits.
std::string to_hex(const Id128&);

}  // namespace svcd
