// Files and links that the daemon and svcctl write: those of enable and mask, drop-ins. All atomic: a reader sees the
// old file or the new one.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "libunit/install.h"
#include "libunit/result.h"

namespace svcd {

/// Makes the folder and those above it; fine if it exists.
Result<> make_folders(const std::string& path, mode_t mode = 0755);
/// Writes beside the file and renames; makes missing folders.
Result<> write_file_atomically(const std::string& path, std::string_view content, mode_t mode = 0644);
/// Replaces whatever link is there.
Result<> write_link_atomically(const std::string& path, const std::string& target);
/// One change of Installer, in the system below `root` ("": this one). unlink also removes the folder above when it
/// became empty (a .wants/ folder).
Result<> apply_install_change(const InstallChange&, const std::string& root = {});
/// Removes what is in a folder, without following links or crossing into other file systems; bounded. The folder stays.
Result<> empty_folder(const std::string& path);

}  // namespace svcd
