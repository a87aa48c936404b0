#include "daemon/linux/generators.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "daemon/linux/timers.h"
#include "libunit/codecs.h"
#include "libunit/command_line.h"
#include "libunit/host/file_writer.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

using namespace std::chrono_literals;

constexpr Duration generators_limit = 90s;
constexpr size_t most_programs = 256, most_output = 1024 * 1024;

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

Environment Generators::assignments(std::string_view output, std::vector<std::string>& ignored) {
  return parse_environment_file(output, &ignored);
}

Environment Generators::variables_of_unit_generators() const {
  Environment variables = environment_;
  const auto set = [&](std::string assignment) { set_variable(variables, std::move(assignment)); };
  set(fmt::format("SYSTEMD_SCOPE={}", scope_.is_user ? "user" : "system"));
  set("SYSTEMD_IN_INITRD=0");
  set(fmt::format("SYSTEMD_FIRST_BOOT={}", scope_.is_first_boot ? 1 : 0));
  set("SYSTEMD_ARCHITECTURE=" + scope_.host.architecture);
  if (scope_.virtualization != "none")
    set(fmt::format("SYSTEMD_VIRTUALIZATION={}:{}", scope_.is_container ? "container" : "vm", scope_.virtualization));
  return variables;
}

void Generators::run(Environment environment, Done done) {
  (is_running_ ? next_ : now_).push_back(std::move(done));
  next_environment_ = std::move(environment);
  if (!is_running_) start();
}

void Generators::start() {
  is_running_ = true;
  environment_ = next_environment_;
  generated_.clear();
  environment_programs_ = programs(scope_.environment_generator_folders);
  std::ranges::reverse(environment_programs_);
  if (!environment_programs_.empty()) limit_time();
  next_environment_generator();
}

void Generators::next_environment_generator() {
  while (!environment_programs_.empty()) {
    const std::string program = std::move(environment_programs_.back());
    environment_programs_.pop_back();
    output_ = UniqueFd(memfd_create("environment", MFD_CLOEXEC));
    if (output_ && start_one({program}, environment_, output_.get())) return;
  }
  start_unit_generators();
}

void Generators::read_output() {
  std::string text(most_output, '\0');
  const ssize_t n = pread(output_.get(), text.data(), text.size(), 0);
  output_.reset();
  text.resize(n > 0 ? static_cast<size_t>(n) : 0);
  std::vector<std::string> ignored;
  for (std::string& assignment : assignments(text, ignored)) {
    set_variable(environment_, assignment);
    set_variable(generated_, std::move(assignment));
  }
  for (const std::string& line : ignored)
    if (const size_t equals = line.find('='); equals != std::string::npos)
      log_(LOG_WARNING, fmt::format("Invalid variable assignment \"{}=...\", ignoring.", line.substr(0, equals)));
}

void Generators::start_unit_generators() {
  const SearchPath& path = scope_.search_path;
  std::vector<std::string> argv{""};
  for (const std::string& folder : {path.generator, path.generator_early, path.generator_late}) {
    (void)empty_folder(folder);
    if (auto made = make_folders(folder); !made) log_(LOG_ERR, made.error().message);
    argv.push_back(folder);
  }
  const Environment variables = variables_of_unit_generators();
  for (const std::string& program : programs(scope_.generator_folders)) {
    argv[0] = program;
    start_one(argv, variables, -1);
  }
  if (running_.empty()) return finish();
  limit_time();
}

bool Generators::start_one(const std::vector<std::string>& argv, const Environment& environment, int output) {
  const pid_t pid = run_(argv, environment, output);
  if (pid <= 0) {
    log_(LOG_ERR, fmt::format("{} could not be started.", argv[0]));
    return false;
  }
  running_[pid] = argv[0];
  reaper_.expect_helper(pid, [this, pid](ExitStatus status) { ended(pid, status); });
  return true;
}

void Generators::limit_time() {
  auto limit =
      loop_.on_time(saturating_add(monotonic_now(), generators_limit), 1s, Priority::normal, [this] { too_long(); });
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
    log_(LOG_ERR, fmt::format("{} terminated by signal {}.", program, signal_name(status.value)));
  if (output_) {
    read_output();  // also of one that failed
    return next_environment_generator();
  }
  if (running_.empty()) finish();
}

void Generators::too_long() {
  for (const auto& [pid, program] : running_) {
    log_(LOG_ERR, fmt::format("{} did not end within {} s, killing it.", program,
                              std::chrono::duration_cast<std::chrono::seconds>(generators_limit).count()));
    kill(pid, SIGKILL);
  }
  environment_programs_.clear();  // the time was for all of them
}

void Generators::finish() {
  limit_.reset();
  const SearchPath& path = scope_.search_path;
  for (const std::string& folder : {path.generator, path.generator_early, path.generator_late})
    rmdir(folder.c_str());  // stays if somebody wrote something
  is_running_ = false;
  const std::vector<Done> done = std::exchange(now_, std::move(next_));
  next_.clear();
  for (const Done& call : done) call(generated_);
  if (!now_.empty() && !is_running_) start();
}

}  // namespace svcd
