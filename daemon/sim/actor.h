// The language of a program that does what its arguments say: `actor ready@200ms run=1s exit=3`. The simulated machine
// runs it as a script, tests/compat/play/container/actor.cc as a real process, so that a service behaves alike in both
// worlds.
//
//   run=SPAN          it ends by itself after that; without it never
//   exit=N, die=SIG   how: an exit code (0), or a signal; core: of a signal it dumps core
//   ignore=SIG        signals it does not react to, TERM, HUP …; may be repeated
//   term=N            it exits with N when it is asked to end, instead of dying of the signal
//   slow=SPAN         so long after the signal
//   notify=TEXT@SPAN  a datagram to $NOTIFY_SOCKET; '|' parts lines, $PID is its own pid, $CHILD that of its child
//   store=NAME@SPAN   a file of its own for the descriptor store, by that name
//   say=VARIABLE      STATUS=VARIABLE=value, of its environment, at once
//   child=SPEC        a child that it leaves behind; SPEC is written with ',' for blanks
//   fork=SPEC@SPAN    after SPAN a child as the daemon proper, and it exits itself
//   pidfile=PATH@SPAN the child's pid, or its own, goes there so long after the fork
#pragma once

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace svcd {

struct ActorScript {
  using Usec = int64_t;
  static constexpr Usec forever = INT64_MAX;
  using Timed = std::pair<std::string, Usec>;

  Usec runs_for = forever;
  int exit_code = 0, dies_by = 0;
  bool dumps_core = false;
  std::vector<int> ignores;
  std::optional<int> exits_on_term;
  Usec slow = 0;
  std::vector<Timed> notifies, stores;
  std::vector<std::string> says, children;
  std::optional<Timed> fork, pid_file;

  bool ignores_signal(int signal) const {
    for (const int one : ignores)
      if (one == signal) return true;
    return false;
  }
  /// nullopt: not of the language.
  static std::optional<ActorScript> parse(const std::vector<std::string>& words);
  static std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (size_t end = 0; !text.empty(); text.remove_prefix(std::min(text.size(), end + 1)))
      parts.emplace_back(text.substr(0, end = std::min(text.find(at), text.size())));
    return parts;
  }

 private:
  bool take(std::string_view key, const std::string& value);
  static Usec span(const std::string& text) {
    char* unit = nullptr;
    const Usec number = std::strtoll(text.c_str(), &unit, 10);
    return number * (std::string_view(unit) == "ms" ? 1'000 : 1'000'000);
  }
  /// "TEXT@SPAN"; without a span: at once.
  static Timed timed(const std::string& text) {
    const size_t at = text.rfind('@');
    return at == std::string::npos ? Timed{text, 0} : Timed{text.substr(0, at), span(text.substr(at + 1))};
  }
  static int signal_number(std::string_view name) {
    constexpr std::pair<std::string_view, int> known[] = {
        {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ABRT", SIGABRT}, {"KILL", SIGKILL},
        {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"SEGV", SIGSEGV}, {"PIPE", SIGPIPE}, {"TERM", SIGTERM}};
    for (const auto& [word, number] : known)
      if (word == name) return number;
    return 0;
  }
};

inline std::optional<ActorScript> ActorScript::parse(const std::vector<std::string>& words) {
  ActorScript script;
  for (const std::string& word : words) {
    if (word == "ready" || word.starts_with("ready@")) {
      script.notifies.push_back(timed("READY=1" + word.substr(5)));
      continue;
    }
    if (word == "core") {
      script.dumps_core = true;
      continue;
    }
    const size_t equal = word.find('=');
    if (equal == std::string::npos || !script.take(word.substr(0, equal), word.substr(equal + 1))) return std::nullopt;
  }
  return script;
}

inline bool ActorScript::take(std::string_view key, const std::string& value) {
  if (key == "run") return (runs_for = span(value)), true;
  if (key == "exit") return (exit_code = std::atoi(value.c_str())), true;
  if (key == "die") return (dies_by = signal_number(value)) != 0;
  if (key == "ignore") return ignores.push_back(signal_number(value)), ignores.back() != 0;
  if (key == "term") return (exits_on_term = std::atoi(value.c_str())), true;
  if (key == "slow") return (slow = span(value)), true;
  if (key == "notify") return notifies.push_back(timed(value)), true;
  if (key == "store") return stores.push_back(timed(value)), true;
  if (key == "say") return says.push_back(value), true;
  if (key == "child") return children.push_back(value), true;
  if (key == "fork") return (fork = timed(value)), true;
  if (key == "pidfile") return (pid_file = timed(value)), true;
  return false;
}

}  // namespace svcd
