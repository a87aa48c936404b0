// Job types and how two jobs of one unit become one; org.freedesktop.systemd1(5).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "libunit/values.h"

namespace svcd {

/// The first five can be merged and installed; the others are turned into one of them (or nop) before, by collapse().
enum class JobType : uint8_t {
  start,
  verify_active,
  stop,
  reload,
  restart,
  nop,
  try_restart,
  try_reload,
  reload_or_start
};
inline constexpr size_t mergeable_job_types = 5;

enum class ActiveState : uint8_t { active, reloading, inactive, failed, activating, deactivating, maintenance };
enum class LoadState : uint8_t { stub, loaded, not_found, bad_setting, error, merged, masked };
enum class JobState : uint8_t { waiting, running };
enum class JobResult : uint8_t {
  done,
  canceled,
  timeout,
  failed,
  dependency,
  skipped,
  invalid,
  assert_,
  unsupported,
  collected,
  once
};

constexpr bool is_up(ActiveState state) {
  return state == ActiveState::active || state == ActiveState::reloading;
}
constexpr bool is_down(ActiveState state) {
  return state == ActiveState::inactive || state == ActiveState::failed;
}
constexpr bool is_up_or_coming(ActiveState state) {
  return is_up(state) || state == ActiveState::activating;
}
constexpr bool is_down_or_going(ActiveState state) {
  return is_down(state) || state == ActiveState::deactivating;
}

std::string_view to_string(JobType);  // "start", "verify-active" …
std::string_view to_string(JobMode);  // "replace-irreversibly" …
std::string_view to_string(ActiveState);
std::string_view to_string(LoadState);
std::string_view to_string(JobState);
std::string_view to_string(JobResult);
bool parse_job_mode(std::string_view, JobMode&);
bool parse_job_type(std::string_view, JobType&);

/// What a try-*, reload-or-start or nop request means for a unit in that state; systemd.unit(5).
JobType collapse(JobType, ActiveState);

/// One job that does what both ask for; nullopt: they contradict each other. Takes the first five types only;
/// start and reload give reload_or_start, to be collapsed again.
std::optional<JobType> merge(JobType installed, JobType wanted);

/// Whether both can never be queued for one unit. A nop contradicts nothing.
bool contradict(JobType, JobType);

/// ReloadOrRestartUnit() and ReloadOrTryRestartUnit(): the reload that stands for a (try-)restart where the unit can.
JobType prefer_reload(JobType, bool can_reload);

}  // namespace svcd
