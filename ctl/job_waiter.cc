#include "ctl/job_waiter.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "ctl/explanation.h"
#include "ctl/job_text.h"
#include "ctl/time_text.h"

namespace svcd::ctl {

JobWaiter::JobWaiter(Context& context) : context_(context) {
  context.manager().on_job_removed([this](const client::RemovedJob& job) { finished_[job.path] = job; });
}

void JobWaiter::add(const std::string& job_path, const std::string& unit) {
  pending_[job_path] = unit;
}

void JobWaiter::watch(const std::string& unit) {
  context_.manager().on_unit_changed(unit, [] {});
  try {
    context_.manager().reference(unit);
  } catch (const sdbus::Error&) {  // it may leave memory when it ends: then it is not there, which is inactive too
  }
}

int JobWaiter::wait() {
  int code = 0;
  since_ = now_monotonic();
  while (!pending_.empty()) {
    for (auto job = pending_.begin(); job != pending_.end();) {
      const auto done = finished_.find(job->first);
      if (done == finished_.end()) {
        ++job;
        continue;
      }
      hide_progress();
      if (const int failed = report(done->second); failed != 0 && code == 0) code = failed;
      job = pending_.erase(job);
    }
    if (pending_.empty()) break;
    context_.manager().wait(1000);
    show_progress();
  }
  hide_progress();
  return code;
}

int JobWaiter::report(const client::RemovedJob& job) {
  if (job.result == "done" || job.result == "skipped") return 0;
  if (context_.options.quiet) return 1;
  std::string service_result;
  if (job.result == "failed" && ends_with(job.unit, ".service")) {
    try {
      service_result =
          context_.manager().property(client::unit_path(job.unit), "org.freedesktop.systemd1.Service", "Result").text();
    } catch (const sdbus::Error&) {  // gone already: the text is shorter
    }
  }
  const std::string text = job_failure_text(job.unit, job.result, service_result);
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    context_.complain(std::string_view(text).substr(start, end - start));
    start = end + 1;
  }
  if (const std::string why = first_line_of(context_, job.unit, true); !why.empty()) context_.complain(why);
  return 1;
}

void JobWaiter::show_progress() {
  const uint64_t waited = now_monotonic() - since_;
  if (context_.options.quiet || waited < usec_per_sec || ::isatty(STDERR_FILENO) != 1) return;
  std::vector<std::string> units;
  for (const auto& [path, unit] : pending_) units.push_back(unit);
  std::string line;
  try {
    line = waiting_text(units, context_.manager().list_jobs(), waited / usec_per_sec);
  } catch (const sdbus::Error&) {
    line = waiting_text(units, {}, waited / usec_per_sec);
  }
  line = ellipsize(context_.terminal, line, context_.terminal.columns > 1 ? context_.terminal.columns - 1 : 1);
  fmt::print(stderr, "\r\x1B[K{}", line);
  std::fflush(stderr);
  progress_shown_ = true;
}

void JobWaiter::hide_progress() {
  if (!progress_shown_) return;
  std::fputs("\r\x1B[K", stderr);
  progress_shown_ = false;
}

int JobWaiter::wait_until_inactive(const std::vector<std::string>& units) {
  int code = 0;
  for (const std::string& unit : units) {
    for (;;) {
      const std::string state = context_.manager().unit_property(unit, "ActiveState").text();
      if (state == "failed") code = 1;
      if (state == "failed" || state == "inactive") break;
      context_.manager().wait(1000);
    }
  }
  return code;
}

}  // namespace svcd::ctl
