// [Mount] without the shared groups; systemd.mount(5).
#include <array>

#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using M = MountSection;
using codec::Boolean;

void show_timeout(const UnitConfig& u, ValueSink& sink) {
  sink.u64(u.mount().timeout.value_or(u.defaults().timeout_start).count());
}

constexpr std::array rows{
    // clang-format off
  //      member, codec                       key               D-Bus property    summary, since
  setting<&M::where, codec::Path>            ("Where",          "Where",          "Where it is mounted; must match the unit's name."),
  setting<&M::what, codec::Text>             ("What",           "What",           "The device, file or other thing to mount."),
  setting<&M::options, codec::Text>  ("Options",        "Options",        "Mount options, separated by commas."),
  setting<&M::type, codec::Text>             ("Type",           "Type",           "The type of the file system."),
  with_show(setting<&M::timeout, codec::Timeout>("TimeoutSec",  "TimeoutUSec",    "How long the mount command may take."), show_timeout),
  setting<&M::directory_mode, codec::Mode>   ("DirectoryMode",  "DirectoryMode",  "The mode of folders made on the way."),
  setting<&M::sloppy_options, Boolean>       ("SloppyOptions",  "SloppyOptions",  "Options that the file system does not know are no error.", 215),
  setting<&M::lazy_unmount, Boolean>         ("LazyUnmount",    "LazyUnmount",    "Unmount at once, clean up when it is no longer used.", 232),
  setting<&M::force_unmount, Boolean>        ("ForceUnmount",   "ForceUnmount",   "Unmount even if a server does not answer.", 232),
  setting<&M::read_write_only, Boolean>      ("ReadWriteOnly",  "ReadWriteOnly",  "Never fall back to a read-only mount.", 246),
    // clang-format on
};
static_assert(keys_are_unique(rows));

}  // namespace

std::span<const Setting> mount_settings() {
  return rows;
}

}  // namespace svcd
