#include "daemon/linux/user_lookup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <memory>

#include "daemon/linux/timers.h"
#include "daemon/linux/unique_fd.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

using namespace std::chrono_literals;

constexpr Duration lookup_limit = 30s;

/// Only async-signal-safe calls.
[[noreturn]] void run_getent(const char* database, const char* name, int output) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGPIPE, &standard, nullptr);
  dup2(output, STDOUT_FILENO);
  execl("/usr/bin/getent", "getent", database, name, nullptr);
  _exit(127);
}

std::optional<uint32_t> third_field(std::string_view line) {
  for (int field = 0; field < 2; ++field) line.remove_prefix(std::min(line.find(':'), line.size() - 1) + 1);
  return numeric_id(line.substr(0, line.find_first_of(":\n")));
}

}  // namespace

std::optional<uint32_t> numeric_id(std::string_view text) {
  uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || id == UINT32_MAX) return std::nullopt;
  return id;
}

std::optional<uint32_t> local_id(const std::string& file, std::string_view name) {
  auto text = read_regular_file(file, 16 * 1024 * 1024);
  for (std::string_view rest = text ? std::string_view(*text) : std::string_view(); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':') return third_field(line);
  }
  return std::nullopt;
}

std::optional<uint32_t> UserLookup::at_once(Database database, const std::string& name) const {
  if (name == "root") return 0;
  if (const auto number = numeric_id(name)) return number;
  return local_id(scope_.configuration_root + (database == Database::users ? "/passwd" : "/group"), name);
}

void UserLookup::ask(Database database, const std::string& name, Done done) {
  struct Question {
    UniqueFd answer;
    EventSource limit;
    Done done;
  };
  auto question = std::make_shared<Question>();
  question->done = std::move(done);
  const auto later = [this, question] {  // never from inside the caller
    auto made = loop_.on_time(monotonic_now(), 1ms, Priority::normal, [question] {
      auto call = std::exchange(question->done, nullptr);
      question->limit.reset();
      if (call) call(std::nullopt);
    });
    if (made) question->limit = std::move(*made);
  };
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return later();
  question->answer.reset(ends[0]);
  UniqueFd output(ends[1]);
  const pid_t pid = fork();
  if (pid == 0) run_getent(database == Database::users ? "passwd" : "group", name.c_str(), output.get());
  if (pid < 0) return later();
  output.reset();
  auto limit =
      loop_.on_time(saturating_add(monotonic_now(), lookup_limit), 1s, Priority::normal, [pid] { kill(pid, SIGKILL); });
  if (limit) question->limit = std::move(*limit);
  reaper_.expect_helper(pid, [question](ExitStatus status) {
    question->limit.reset();
    char line[4096];
    const ssize_t n = read(question->answer.get(), line, sizeof line);
    std::optional<uint32_t> id;
    if (status == ExitStatus{} && n > 0) id = third_field(std::string_view(line, static_cast<size_t>(n)));
    if (auto call = std::exchange(question->done, nullptr)) call(id);
  });
}

}  // namespace svcd
