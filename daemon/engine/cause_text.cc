#include "daemon/engine/cause_text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "daemon/engine/log_texts.h"
#include "libunit/settings.h"

namespace svcd {

namespace {

std::string_view participle(JobType job) {
  switch (job) {
    case JobType::stop: return "stopped";
    case JobType::reload:
    case JobType::try_reload: return "reloaded";
    case JobType::restart:
    case JobType::try_restart: return "restarted";
    case JobType::start:
    case JobType::verify_active:
    case JobType::nop:
    case JobType::reload_or_start: break;
  }
  return "started";
}

/// What a unit is to another one.
struct Relation {
  Dependency through;
  const char* words;
};
constexpr Relation relations[] = {
    {Dependency::requires_, "which it requires"},
    {Dependency::requisite, "which has to be up before it"},
    {Dependency::wants, "which it wants"},
    {Dependency::binds_to, "which it is bound to"},
    {Dependency::part_of, "which it is part of"},
    {Dependency::upholds, "which it upholds"},
    {Dependency::conflicts, "which it conflicts with"},
    {Dependency::conflicted_by, "which conflicts with it"},
    {Dependency::triggers, "which it triggers"},
    {Dependency::stop_propagated_from, "which passes its stops on to it"},
    {Dependency::after, "which it comes after"},
    {Dependency::before, "which it comes before"},
};

/// "which it requires".
std::string relation(Dependency through) {
  const auto* const row = std::ranges::find(relations, through, &Relation::through);
  return row != std::end(relations) ? row->words : fmt::format("by {}=", to_string(through));
}

std::string end_text(const ExitStatus& status) {
  switch (status.kind) {
    case ExitStatus::Kind::exited: return fmt::format("exited with code {}", status.value);
    case ExitStatus::Kind::killed: return "was killed by SIG" + signal_name(status.value);
    case ExitStatus::Kind::dumped: return "crashed with SIG" + signal_name(status.value);
    case ExitStatus::Kind::unknown: break;
  }
  return "ended";
}

std::string short_command(const std::string& detail) {
  constexpr size_t most = 100;
  return detail.size() <= most ? detail : fmt::format("{}...", std::string_view(detail).substr(0, most));
}

/// "ExecStart=/bin/x -y", or the command alone where the setting is not what is run.
std::string command_text(const Cause& cause) {
  const bool is_mount = cause.setting == std::string_view(key_of<&MountSection::what>());
  return is_mount || !*cause.setting ? short_command(cause.detail)
                                     : fmt::format("{}={}", cause.setting, short_command(cause.detail));
}

std::string without_full_stop(std::string text) {
  while (text.ends_with('.')) text.pop_back();
  return text;
}

std::string errno_text(int number) {
  const char* text = number > 0 ? strerrordesc_np(number) : nullptr;
  return text ? text : "";
}

std::string exec_text(const Cause& cause) {
  const std::string_view setting = cause.setting;
  const bool is_unknown = cause.error_number == ESRCH || cause.error_number == ENOENT || cause.error_number == 0;
  if (is_unknown && setting == key_of<&ExecSection::user>())
    return fmt::format("there is no user \"{}\"", cause.detail);
  if (is_unknown &&
      (setting == key_of<&ExecSection::group>() || setting == key_of<&ExecSection::supplementary_groups>()))
    return fmt::format("there is no group \"{}\"", cause.detail);
  const std::string why = errno_text(cause.error_number);
  return fmt::format("{}{}{}, at step {} ({}=)", cause.detail, why.empty() ? "" : ": ", why, cause.step, setting);
}

std::string timeout_text(const Cause& cause) {
  const std::string limit = fmt::format("within {} ({}=)", time_span_text(cause.limit), cause.setting);
  if (!cause.detail.empty()) return fmt::format("{} did not end {}", short_command(cause.detail), limit);
  return cause.step.starts_with("start") || cause.step == "mounting" ? "it was not up " + limit
                                                                     : "it did not end " + limit;
}

std::string load_text(const Cause& cause) {
  switch (cause.load) {
    case LoadState::masked:
    case LoadState::not_found: return "";
    case LoadState::stub:
    case LoadState::loaded:
    case LoadState::bad_setting:
    case LoadState::error:
    case LoadState::merged: break;
  }
  return cause.detail;
}

bool is_command_list(std::string_view key) {
  const Setting* row = find_setting(UnitType::service, section_name(UnitType::service), key);
  return row && row->signature == std::string_view("a(sasbttttuii)");
}

std::string spawn_text(const Cause& cause) {
  if (!*cause.setting) return "no process could be made: " + cause.detail;
  if (is_command_list(cause.setting))
    return fmt::format("no process could be made for {}=: {}", cause.setting, cause.detail);
  if (cause.detail.starts_with(fmt::format("{}=", cause.setting))) return cause.detail;  // it says it by itself
  return fmt::format("{} ({}=)", cause.detail, cause.setting);
}

std::string condition_text(const Cause& cause) {
  if (cause.token) return fmt::format("{} {}", command_text(cause), end_text(cause.status));
  return cause.count > 1 ? fmt::format("none of {}={} is met", cause.setting, cause.detail)
                         : fmt::format("{}={} is not met", cause.setting, cause.detail);
}

std::string job_timeout_text(const Cause& cause) {
  const std::string limit = fmt::format("{} ({}=)", time_span_text(cause.limit), cause.setting);
  if (cause.other.empty()) return "that took longer than " + limit;
  return fmt::format("{}, {}, was still busy after {}", cause.other, relation(cause.through), limit);
}

std::string stop_text(const Cause& cause) {
  switch (cause.reason) {
    case JobReason::Kind::isolate: return fmt::format("{} was isolated", cause.other);
    case JobReason::Kind::trigger: return fmt::format("{}, which it triggers, was stopped", cause.other);
    case JobReason::Kind::dependency: {
      const bool conflict = cause.through == Dependency::conflicts || cause.through == Dependency::conflicted_by;
      return fmt::format("{}, {}, was {}", cause.other, relation(cause.through), conflict ? "started" : "stopped");
    }
    case JobReason::Kind::asked: break;
  }
  switch (cause.origin) {
    case JobOrigin::client: return "somebody asked for it";
    case JobOrigin::unneeded:
      return fmt::format("no unit needs it any more ({}=)", key_of<&UnitSection::stop_when_unneeded>());
    case JobOrigin::bound: return fmt::format("{}, which it is bound to, went down", cause.other);
    case JobOrigin::came_up: return fmt::format("{}, {}, came up", cause.other, relation(cause.through));
    case JobOrigin::boot:
    case JobOrigin::signal:
    case JobOrigin::bus_activation:
    case JobOrigin::restart:
    case JobOrigin::on_failure:
    case JobOrigin::on_success:
    case JobOrigin::upheld:
    case JobOrigin::triggered:
    case JobOrigin::emergency: break;
  }
  return fmt::format("the manager wanted it ({})", to_string(cause.origin));
}

/// Whether the reason is told behind a colon: it says what happened, not what kept it from happening.
bool is_told_behind_colon(const Cause& cause) {
  const std::string outcome = outcome_text(cause);
  return outcome == "failed" || outcome == "cannot be loaded" || outcome == "has ended" || outcome == "is waiting";
}

}  // namespace

std::string outcome_text(const Cause& cause) {
  switch (cause.kind) {
    case CauseKind::exited:
    case CauseKind::exec:
    case CauseKind::spawn:
    case CauseKind::timeout:
    case CauseKind::runtime_limit:
    case CauseKind::watchdog:
    case CauseKind::oom:
    case CauseKind::protocol:
    case CauseKind::resources: return cause.job == JobType::reload ? "was not reloaded" : "failed";
    case CauseKind::start_limit:
    case CauseKind::trigger_limit: return "is not started again";
    case CauseKind::condition:
    case CauseKind::assert_:
    case CauseKind::unbound:
    case CauseKind::unsupported:
    case CauseKind::once:
    case CauseKind::inapplicable:
    case CauseKind::dependency:
    case CauseKind::job_timeout:
    case CauseKind::canceled:
    case CauseKind::order_loop: return fmt::format("was not {}", participle(cause.job));
    case CauseKind::not_loaded:
      if (cause.load == LoadState::masked) return "is masked";
      return cause.load == LoadState::not_found ? "does not exist" : "cannot be loaded";
    case CauseKind::refused: return fmt::format("cannot be {}", participle(cause.job));
    case CauseKind::stopped: return "was stopped";
    case CauseKind::finished: return "has ended";
    case CauseKind::idle: return "was not started";
    case CauseKind::waiting: return "is waiting";
  }
  return "";
}

std::string reason_text(const CauseLink& link) {
  const Cause& cause = link.cause;
  switch (cause.kind) {
    case CauseKind::exited: return fmt::format("{} {}", command_text(cause), end_text(cause.status));
    case CauseKind::exec: return exec_text(cause);
    case CauseKind::spawn: return spawn_text(cause);
    case CauseKind::timeout: return timeout_text(cause);
    case CauseKind::runtime_limit:
      return fmt::format("it ran for longer than {} ({}=)", time_span_text(cause.limit), cause.setting);
    case CauseKind::watchdog:
      return fmt::format("it did not say for {} that it is alive ({}=)", time_span_text(cause.limit), cause.setting);
    case CauseKind::oom:
      return *cause.setting ? fmt::format("the kernel killed it for want of memory ({}={})", cause.setting, link.value)
                            : "the kernel killed it for want of memory";
    case CauseKind::protocol: return cause.detail;
    case CauseKind::resources:
      return *cause.setting && !cause.detail.empty() ? fmt::format("{} ({}=)", cause.detail, cause.setting)
                                                     : cause.detail;
    case CauseKind::start_limit:
    case CauseKind::trigger_limit:
      return fmt::format("it was started {} times within {}", cause.count, time_span_text(cause.limit));
    case CauseKind::condition:
    case CauseKind::assert_: return condition_text(cause);
    case CauseKind::unbound: return fmt::format("{}, {}, is not up", cause.other, relation(cause.through));
    case CauseKind::not_loaded: return load_text(cause);
    case CauseKind::unsupported: return "units of its type do not work here";
    case CauseKind::once: return "it was up once, and cannot be again";
    case CauseKind::inapplicable: return "that does not apply to it";
    case CauseKind::dependency: return fmt::format("{}, {}, is not up", cause.other, relation(cause.through));
    case CauseKind::job_timeout: return job_timeout_text(cause);
    case CauseKind::canceled:
      return cause.other.empty() ? "its job was canceled" : "its job was canceled for " + cause.other;
    case CauseKind::order_loop: return "its job was dropped to break a loop in the order: " + cause.detail;
    case CauseKind::refused:
      return cause.other.empty() ? cause.detail
                                 : fmt::format("{}, {}, cannot be had", cause.other, relation(cause.through));
    case CauseKind::stopped: return stop_text(cause);
    case CauseKind::finished: return fmt::format("{} {}", command_text(cause), end_text(cause.status));
    case CauseKind::idle: return "nothing has asked for it, as far as is known";
    case CauseKind::waiting: return fmt::format("{}, {}, comes first", cause.other, relation(cause.through));
  }
  return "";
}

std::string link_text(const CauseLink& link) {
  const std::string reason = reason_text(link);
  std::string text = fmt::format("{} {}", link.cause.unit, outcome_text(link.cause));
  if (!reason.empty()) text += (is_told_behind_colon(link.cause) ? ": " : " because ") + reason;
  return text;
}

std::string chain_text(const std::vector<CauseLink>& chain) {
  if (chain.empty()) return "";
  size_t last = chain.size() - 1;  // of the links about the last unit, the first
  while (last > 0 && chain[last - 1].cause.unit == chain.back().cause.unit) --last;
  std::string text = link_text(chain[last]);
  for (size_t i = last + 1; i < chain.size(); ++i) text += "; " + reason_text(chain[i]);
  if (last == 0) return text;
  const std::string outcome = outcome_text(chain.front().cause);
  const std::string reason = reason_text(chain[last]);
  if (!reason.empty() && !is_told_behind_colon(chain[last].cause)) {  // one "because" is enough
    const std::string its = outcome_text(chain[last].cause);
    text = fmt::format("{} {}{}: {}", chain[last].cause.unit, its, its == outcome ? " either" : "", reason);
    for (size_t i = last + 1; i < chain.size(); ++i) text += "; " + reason_text(chain[i]);
  }
  return fmt::format("{} {} because {}", chain.front().cause.unit, outcome, text);
}

const Diagnostic* load_diagnostic(const LoadedUnit& unit) {
  const Diagnostic* found = nullptr;
  for (const Diagnostic& one : unit.diagnostics) {
    if (one.at.line == 0 || one.level > Diagnostic::Level::warning) continue;
    if (!found || one.level < found->level) found = &one;
  }
  return found;
}

/// A line that cannot be is the reason. Else the settings do not go together, and a line that was ignored may be why.
std::string load_problem(const LoadedUnit& unit) {
  const auto without_frame = [&](std::string text) {
    const std::string prefix = unit.id.str() + ": ", suffix = ". Refusing.";
    if (text.starts_with(prefix)) text.erase(0, prefix.size());
    if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
    return without_full_stop(std::move(text));
  };
  if (unit.state != LoadState::bad_setting) return without_full_stop(unit.error.message);
  const Diagnostic* line = load_diagnostic(unit);
  std::string at_line = line ? fmt::format("{} ({}:{})", without_frame(line->text), line->at.path, line->at.line) : "";
  if (line && line->level == Diagnostic::Level::error) return at_line;
  for (const Diagnostic& one : unit.diagnostics)
    if (one.at.path.empty() && one.level == Diagnostic::Level::error)
      return line ? fmt::format("{}; {}", without_frame(one.text), at_line) : without_frame(one.text);
  return line ? at_line : without_full_stop(unit.error.message);
}

std::string next_step_text(const std::vector<CauseLink>& chain) {
  if (chain.empty()) return "";
  const Cause& cause = chain.back().cause;
  const bool is_limited =
      std::ranges::any_of(chain, [](const CauseLink& link) { return link.cause.kind == CauseKind::start_limit; });
  const std::string again = is_limited ? fmt::format(", then svcctl reset-failed {}", cause.unit) : "";
  switch (cause.kind) {
    case CauseKind::not_loaded:
      if (cause.load == LoadState::masked) return "svcctl unmask " + cause.unit;
      if (cause.load == LoadState::not_found) return "install what brings it along, or correct the name";
      return "svcctl verify " + cause.unit;
    case CauseKind::exec:
      if (cause.setting == std::string_view(key_of<&ExecSection::user>()))
        return "make that user, or correct " + std::string(cause.setting) + "=" + again;
      return "svcctl verify " + cause.unit + again;
    case CauseKind::exited:
    case CauseKind::spawn:
    case CauseKind::timeout:
    case CauseKind::runtime_limit:
    case CauseKind::watchdog:
    case CauseKind::protocol:
    case CauseKind::resources: return "svcctl logs " + cause.unit + again;
    case CauseKind::oom:
      return fmt::format("let it use less memory, or allow more: svcctl edit {}{}", cause.unit, again);
    case CauseKind::start_limit: return "svcctl reset-failed " + cause.unit;
    case CauseKind::order_loop: return "svcctl plan start " + chain.front().cause.unit;
    case CauseKind::refused:
      if (cause.setting == std::string_view(key_of<&UnitSection::refuse_manual_start>()))
        return fmt::format("start a unit that needs it ({}=)", cause.setting);
      if (*cause.setting) return "svcctl edit " + cause.unit;
      return fmt::format("svcctl plan {} {}", to_string(chain.front().cause.job), chain.front().cause.unit);
    case CauseKind::stopped:
    case CauseKind::finished:
    case CauseKind::idle: return "svcctl start " + cause.unit;
    case CauseKind::trigger_limit:
    case CauseKind::condition:
    case CauseKind::assert_:
    case CauseKind::unbound:
    case CauseKind::unsupported:
    case CauseKind::once:
    case CauseKind::inapplicable:
    case CauseKind::dependency:
    case CauseKind::job_timeout:
    case CauseKind::canceled:
    case CauseKind::waiting: break;
  }
  return "";
}

}  // namespace svcd
