// Small pieces that the run-time rows are made of.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "dbus/server/property_table.h"
#include "libunit/codecs.h"

namespace svcd {

/// Folders of a unit by what they are for, in the order of ExecSection::Directory.
inline constexpr std::array<std::string_view, 5> directory_kinds = {"runtime", "state", "cache", "logs",
                                                                    "configuration"};

/// What systemd shows for a number that nobody counts.
inline constexpr uint64_t not_counted = UINT64_MAX;

inline void show_strings(const std::vector<std::string>& values, ValueSink& sink) {
  sink.open_array("s");
  for (const std::string& value : values) sink.string(value);
  sink.close_array();
}

inline void show_string_pair(std::string_view first, std::string_view second, ValueSink& sink) {
  sink.open_struct("ss");
  sink.string(first);
  sink.string(second);
  sink.close_struct();
}

inline void show_no_strings(const View&, ValueSink& sink) {
  sink.open_array("s");
  sink.close_array();
}
inline void show_no_bytes(const View&, ValueSink& sink) {
  sink.bytes({});
}
inline void show_no_string_pairs(const View&, ValueSink& sink) {
  sink.open_array("(ss)");
  sink.close_array();
}
inline void show_not_counted(const View&, ValueSink& sink) {
  sink.u64(not_counted);
}
/// si_code of waitid(2), 0 before the process has ended.
int32_t exit_kind(const ExecRun&);
ExecStatus exec_status(const ExecRun&);

/// A user or group that is not known.
inline void show_no_id(const View&, ValueSink& sink) {
  sink.u32(UINT32_MAX);
}

}  // namespace svcd
