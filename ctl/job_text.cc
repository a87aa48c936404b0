#include "ctl/job_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace svcd::ctl {
namespace {

struct Reason {
  std::string_view result, text;
};

// clang-format off
constexpr std::array reasons{   // Result= of a unit, as scripts that read systemctl's messages know them
    Reason{"resources",       "of unavailable resources or another system error"},
    Reason{"protocol",        "the service did not take the steps required by its unit configuration"},
    Reason{"timeout",         "a timeout was exceeded"},
    Reason{"exit-code",       "the control process exited with error code"},
    Reason{"signal",          "a fatal signal was delivered to the control process"},
    Reason{"core-dump",       "a fatal signal was delivered causing the control process to dump core"},
    Reason{"watchdog",        "the service failed to send watchdog ping"},
    Reason{"start-limit-hit", "start of the service was attempted too often"},
    Reason{"oom-kill",        "of an out-of-memory (OOM) situation"}};
// clang-format on

std::string failed_text(const std::string& unit, std::string_view service_result) {
  std::string reason;
  for (const Reason& r : reasons)
    if (r.result == service_result) reason = fmt::format(" because {}", r.text);
  std::string text =
      fmt::format("Job for {0} failed{1}.\nSee \"svcctl status {2}\" and \"journalctl -xeu {2}\" for details.", unit,
                  reason, as_argument(unit));
  if (service_result == "start-limit-hit")
    text += fmt::format("\nTo force a start use \"svcctl reset-failed {0}\"\nfollowed by \"svcctl start {0}\" again.",
                        as_argument(unit));
  return text;
}

const char* doing(std::string_view job_type) {
  if (job_type == "start") return "starting";
  if (job_type == "stop") return "stopping";
  if (job_type == "restart") return "restarting";
  if (job_type == "reload") return "reloading";
  return "working";
}

}  // namespace

std::string as_argument(const std::string& unit) {
  return (unit.rfind('-', 0) == 0 ? "-- " : "") + unit;
}

std::string job_failure_text(const std::string& unit, std::string_view result, std::string_view service_result) {
  if (result == "done" || result == "skipped") return {};
  if (result == "canceled") return fmt::format("Job for {} canceled.", unit);
  if (result == "timeout") return fmt::format("Job for {} timed out.", unit);
  if (result == "dependency")
    return fmt::format("A dependency job for {} failed. See 'journalctl -xe' for details.", unit);
  if (result == "invalid") return fmt::format("{} is not active, cannot reload.", unit);
  if (result == "assert") return fmt::format("Assertion failed on job for {}.", unit);
  if (result == "unsupported")
    return fmt::format("Operation on or unit type of {} not supported on this system.", unit);
  if (result == "collected") return fmt::format("Queued job for {} was garbage collected.", unit);
  if (result == "once") return fmt::format("Unit {} was started already once and can't be started again.", unit);
  return failed_text(unit, service_result);
}

std::string waiting_text(const std::vector<std::string>& waited_for, const std::vector<client::Job>& jobs,
                         uint64_t seconds) {
  std::string text = fmt::format("Waiting for {}", waited_for.empty() ? "jobs" : waited_for.front());
  if (waited_for.size() > 1) text += fmt::format(" and {} more", waited_for.size() - 1);
  const auto is_ours = [&](const client::Job& job) {
    return std::find(waited_for.begin(), waited_for.end(), job.unit) != waited_for.end();
  };
  std::string own, other;  // what we wait for may run itself, or wait for something else
  size_t more = 0;
  for (const client::Job& job : jobs) {
    if (job.state != "running") continue;
    std::string& first = is_ours(job) ? own : other;
    if (first.empty())
      first = fmt::format("{} is {}", job.unit, doing(job.type));
    else if (!is_ours(job))
      ++more;
  }
  if (!own.empty())
    text += ": " + own;
  else if (!other.empty())
    text += ": " + other + (more > 0 ? fmt::format(", {} more", more) : "");
  return text + fmt::format(" ({}s)", seconds);
}

}  // namespace svcd::ctl
