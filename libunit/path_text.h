// Paths as text: nothing here looks at a file system.
#pragma once

#include <string>
#include <string_view>

namespace svcd {

/// "//a/./b/" is "/a/b"; ".." stays. What has no component left is "/" if absolute, else "".
std::string simplify_path(std::string_view path);
/// No "..", and short enough for the kernel: components up to 255 bytes, all in all less than 4096.
bool is_safe_path(std::string_view path);
/// The part after the last '/'.
std::string_view base_name(std::string_view path);
/// The part before the last '/': "/" for "/a", "" if there is no '/'.
std::string_view folder_of(std::string_view path);
/// Whether the text says that `path` is in `folder` or deeper; in "" is nothing.
bool is_below(std::string_view path, std::string_view folder);
/// "/a/../b" is "/b": only as text, so wrong where a folder in between is a link.
std::string normalize_path(std::string_view path);

}  // namespace svcd
