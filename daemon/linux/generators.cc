#include "daemon/linux/generators.h"

#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "daemon/linux/file_writer.h"
#include "daemon/linux/timers.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

using namespace std::chrono_literals;

constexpr Duration time_limit = 90s;
constexpr size_t most_programs = 256;

}  // namespace

std::vector<std::string> Generators::programs(const std::vector<std::string>& folders) {
  std::map<std::string, std::string> by_name;
  HostFiles files;
  for (const std::string& folder : folders) {
    for (const DirectoryEntry& entry : files.list(folder)) {
      if (entry.name.starts_with('.') || entry.name.ends_with('~') || by_name.size() >= most_programs) continue;
      by_name.try_emplace(entry.name, folder + '/' + entry.name);
    }
  }
  std::vector<std::string> paths;
  for (const auto& [name, path] : by_name) {
    struct stat st {};
    if (stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && access(path.c_str(), X_OK) == 0)
      paths.push_back(path);
  }
  return paths;
}

std::vector<std::string> Generators::environment() const {
  std::vector<std::string> variables = scope_.environment;
  variables.emplace_back("SYSTEMD_SCOPE=system");
  variables.emplace_back("SYSTEMD_IN_INITRD=0");
  variables.push_back(fmt::format("SYSTEMD_FIRST_BOOT={}", scope_.is_first_boot ? 1 : 0));
  variables.push_back("SYSTEMD_ARCHITECTURE=" + scope_.host.architecture);
  if (scope_.virtualization != "none")
    variables.push_back(
        fmt::format("SYSTEMD_VIRTUALIZATION={}:{}", scope_.is_container ? "container" : "vm", scope_.virtualization));
  return variables;
}

void Generators::run(std::function<void()> done) {
  (is_running_ ? next_ : now_).push_back(std::move(done));
  if (!is_running_) start();
}

void Generators::start() {
  is_running_ = true;
  const SearchPath& path = scope_.search_path;
  std::vector<std::string> argv{""};
  for (const std::string& folder : {path.generator, path.generator_early, path.generator_late}) {
    (void)empty_folder(folder);
    if (auto made = make_folders(folder); !made) log_(LOG_ERR, made.error().message);
    argv.push_back(folder);
  }
  const std::vector<std::string> variables = environment();
  for (const std::string& program : programs(scope_.generator_folders)) {
    argv[0] = program;
    const pid_t pid = run_(argv, variables);
    if (pid <= 0) {
      log_(LOG_ERR, fmt::format("{} could not be started.", program));
      continue;
    }
    running_[pid] = program;
    reaper_.expect_helper(pid, [this, pid](ExitStatus status) { ended(pid, status); });
  }
  if (running_.empty()) return finish();
  auto limit = loop_.on_time(saturating_add(monotonic_now(), time_limit), 1s, Priority::normal, [this] { too_long(); });
  if (limit) limit_ = std::move(*limit);
}

void Generators::ended(pid_t pid, ExitStatus status) {
  const auto at = running_.find(pid);
  if (at == running_.end()) return;
  const std::string program = std::move(at->second);
  running_.erase(at);
  if (status.kind == ExitStatus::Kind::exited && status.value != 0)
    log_(LOG_ERR, fmt::format("{} failed with exit status {}.", program, status.value));
  else if (status.kind != ExitStatus::Kind::exited)
    log_(LOG_ERR, fmt::format("{} terminated by signal {}.", program, strsignal(status.value)));
  if (running_.empty()) finish();
}

void Generators::too_long() {
  for (const auto& [pid, program] : running_) {
    log_(LOG_ERR, fmt::format("{} did not end within {} s, killing it.", program,
                              std::chrono::duration_cast<std::chrono::seconds>(time_limit).count()));
    kill(pid, SIGKILL);
  }
}

void Generators::finish() {
  limit_.reset();
  const SearchPath& path = scope_.search_path;
  for (const std::string& folder : {path.generator, path.generator_early, path.generator_late})
    rmdir(folder.c_str());  // stays if somebody wrote something
  is_running_ = false;
  const std::vector<std::function<void()>> done = std::exchange(now_, std::move(next_));
  next_.clear();
  for (const auto& call : done) call();
  if (!now_.empty() && !is_running_) start();
}

}  // namespace svcd
