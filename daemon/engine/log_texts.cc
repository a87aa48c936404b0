#include "daemon/engine/log_texts.h"

#include "libunit/codecs.h"
#include "libunit/exit_status_names.h"

namespace svcd {
namespace {

std::string fill(const char* pattern, std::string_view title) {
  return fmt::format(fmt::runtime(pattern), title);
}

}  // namespace

std::string job_start_text(const UnitTypeRow& unit, JobType job, std::string_view title) {
  if (job == JobType::start) return fill(unit.start.begin, title);
  if (job == JobType::stop || job == JobType::restart) return fill(unit.stop.begin, title);
  if (job == JobType::reload) return fill("Reloading {}...", title);
  return "";
}

std::string job_end_text(const UnitTypeRow& unit, JobType job, JobResult result, std::string_view title) {
  if (job == JobType::start) {
    switch (result) {
      case JobResult::done: return fill(unit.start.done, title);
      case JobResult::timeout: return fill("Timed out starting {}.", title);
      case JobResult::dependency: return fill("Dependency failed for {}.", title);
      case JobResult::assert_: return fill("Assertion failed for {}.", title);
      case JobResult::unsupported: return fill("Starting of {} unsupported.", title);
      case JobResult::failed: return fill(unit.start.failed, title);
      case JobResult::collected: return fill("Unnecessary job was removed for {}.", title);
      case JobResult::once: return fill("Unit {} has been started before and cannot be started again.", title);
      case JobResult::canceled:
      case JobResult::skipped:
      case JobResult::invalid: return "";
    }
  }
  if (job == JobType::stop || job == JobType::restart) {
    if (result == JobResult::done) return fill(unit.stop.done, title);
    if (result == JobResult::failed) return fill(unit.stop.failed, title);
    if (result == JobResult::timeout) return fill("Timed out stopping {}.", title);
  }
  if (job == JobType::verify_active && result == JobResult::skipped) return fill("{} is inactive.", title);
  if (job == JobType::reload) {
    if (result == JobResult::done) return fill("Reloaded {}.", title);
    if (result == JobResult::failed) return fill("Reload failed for {}.", title);
    if (result == JobResult::timeout) return fill("Timed out reloading {}.", title);
  }
  return "";
}

int job_end_priority(JobResult result) {
  switch (result) {
    case JobResult::done:
    case JobResult::canceled:
    case JobResult::skipped:
    case JobResult::invalid:
    case JobResult::collected: return priority_info;
    case JobResult::timeout:
    case JobResult::failed:
    case JobResult::once: return priority_error;
    case JobResult::dependency:
    case JobResult::assert_:
    case JobResult::unsupported: return priority_warning;
  }
  return priority_info;
}

StatusLine::Kind job_end_mark(JobResult result) {
  switch (result) {
    case JobResult::done: return StatusLine::Kind::ok;
    case JobResult::timeout: return StatusLine::Kind::time;
    case JobResult::failed: return StatusLine::Kind::failed;
    case JobResult::dependency: return StatusLine::Kind::depend;
    case JobResult::skipped:
    case JobResult::canceled:
    case JobResult::invalid:
    case JobResult::collected: return StatusLine::Kind::info;
    case JobResult::assert_: return StatusLine::Kind::assert_;
    case JobResult::unsupported: return StatusLine::Kind::unsupported;
    case JobResult::once: return StatusLine::Kind::failed;
  }
  return StatusLine::Kind::none;
}

std::string_view exit_kind_name(const ExitStatus& status) {
  switch (status.kind) {
    case ExitStatus::Kind::exited: return "exited";
    case ExitStatus::Kind::killed: return "killed";
    case ExitStatus::Kind::dumped: return "dumped";
    case ExitStatus::Kind::unknown: break;
  }
  return "exited";
}

std::string exit_value_name(const ExitStatus& status) {
  if (status.kind != ExitStatus::Kind::exited && status.kind != ExitStatus::Kind::unknown)
    return signal_name(status.value);
  const char* name = exit_status_name(status.value);
  return name ? name : "n/a";
}

std::string message_span_text(Duration span, Duration accuracy) {
  using namespace std::chrono_literals;
  if (span >= 1min || span < 1ms) return time_span_text(span);
  const bool in_seconds = span >= 1s;
  const auto whole = uint64_t(in_seconds ? 1'000'000 : 1'000);
  const uint64_t rest = uint64_t(span.count()) % whole / uint64_t(accuracy.count());
  const size_t digits = std::to_string(whole / uint64_t(accuracy.count())).size() - 1;
  if (uint64_t(span.count()) % whole == 0 || digits == 0) return time_span_text(Duration(span.count() / whole * whole));
  return fmt::format("{}.{:0{}}{}", uint64_t(span.count()) / whole, rest, digits, in_seconds ? "s" : "ms");
}

std::string time_span_text(Duration span) {
  if (span == infinity) return "infinity";
  if (span.count() == 0) return "0";
  struct Scale {
    const char* suffix;
    uint64_t usec;
  };
  static constexpr Scale scales[] = {
      {"y", 31557600000000}, {"month", 2629800000000}, {"w", 604800000000}, {"d", 86400000000}, {"h", 3600000000},
      {"min", 60000000},     {"s", 1000000},           {"ms", 1000},        {"us", 1}};
  uint64_t left = span.count();
  std::string text;
  for (const Scale& scale : scales) {
    if (left < scale.usec) continue;
    if (!text.empty()) text += ' ';
    if (scale.usec <= 1000000 && scale.usec > 1 && left < 60000000 && left % scale.usec != 0) {
      // below a minute: one figure with decimals, "1.234567s"
      std::string digits = std::to_string(left % scale.usec);
      digits.insert(0, std::to_string(scale.usec).size() - 1 - digits.size(), '0');
      while (digits.ends_with('0')) digits.pop_back();
      return text + fmt::format("{}.{}{}", left / scale.usec, digits, scale.suffix);
    }
    text += fmt::format("{}{}", left / scale.usec, scale.suffix);
    left %= scale.usec;
  }
  return text;
}

}  // namespace svcd
