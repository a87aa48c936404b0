// [Path]; systemd.path(5).
#include <array>

#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using P = PathSection;

template <P::Kind kind>
Result<> apply_watch(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return codec::parse_watched_path(kind, text, unit.change<P>(), context);
}
/// The last that was written comes first, as in systemd 252.
void show_paths(const UnitConfig& u, ValueSink& sink) {
  sink.open_array("(ss)");
  for (auto watch = u.path().paths.rbegin(); watch != u.path().paths.rend(); ++watch) {
    sink.open_struct("ss");
    sink.string(enum_name(watch->kind));
    sink.string(watch->path);
    sink.close_struct();
  }
  sink.close_array();
}

template <P::Kind kind>
constexpr Setting watch(const char* summary, uint16_t since = 0) {
  const char* key = EnumNames<P::Kind>::names[size_t(kind)].data();
  return {SettingGroup::path, key,     nullptr, "", summary, since, SettingStatus::accepted,
          &apply_watch<kind>, nullptr, nullptr};
}
constexpr Setting paths_row{SettingGroup::path,
                            nullptr,
                            "Paths",
                            "a(ss)",
                            "What is watched.",
                            0,
                            SettingStatus::accepted,
                            nullptr,
                            &show_paths,
                            write::watched_paths};

constexpr std::array rows{
    // clang-format off
  //      member, codec                       key               D-Bus property    summary, since
  read_only(accepted<&P::unit, codec::TriggeredUnit>("Unit",    "Unit",           "The unit to start.")),
  watch<P::Kind::exists>                                                         ("Starts the unit while this exists."),
  watch<P::Kind::exists_glob>                                                    ("… while anything exists that matches."),
  watch<P::Kind::changed>                                                        ("Starts the unit when this was changed and closed."),
  watch<P::Kind::modified>                                                       ("Starts the unit at every write to this.", 205),
  watch<P::Kind::directory_not_empty>                                            ("Starts the unit while there is anything in this folder."),
  paths_row,
  accepted<&P::make_directory, codec::Boolean>("MakeDirectory", "MakeDirectory",  "Makes the folders to watch."),
  accepted<&P::directory_mode, codec::Mode>  ("DirectoryMode",  "DirectoryMode",  "Their mode."),
  accepted<&P::trigger_limit_interval, codec::Span>("TriggerLimitIntervalSec", "TriggerLimitIntervalUSec", "At most so many starts in this time.", 250),
  accepted<&P::trigger_limit_burst, codec::Unsigned>("TriggerLimitBurst", "TriggerLimitBurst", "How many.", 250),
    // clang-format on
};
static_assert(keys_are_unique(rows));

}  // namespace

std::span<const Setting> path_settings() {
  return rows;
}

}  // namespace svcd
