// actor: a program that does what its arguments say; the language is daemon/sim/actor.h's.
#include "daemon/sim/actor.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace {

using svcd::ActorScript;
using Usec = ActorScript::Usec;

Usec now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return Usec(time.tv_sec) * 1'000'000 + time.tv_nsec / 1000;
}

void send(const std::string& text) {
  const char* path = getenv("NOTIFY_SOCKET");
  if (!path) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  const socklen_t size = socklen_t(offsetof(sockaddr_un, sun_path) + strlen(path));
  if (address.sun_path[0] == '@') address.sun_path[0] = 0;
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  (void)sendto(fd, text.data(), text.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), size);
  close(fd);
}

/// With a file that nobody else has.
void store(const std::string& name) {
  const char* path = getenv("NOTIFY_SOCKET");
  if (!path) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  std::string text = "FDSTORE=1\nFDNAME=" + name;
  iovec part{text.data(), text.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
  msghdr message{};
  message.msg_name = &address;
  message.msg_namelen = socklen_t(offsetof(sockaddr_un, sun_path) + strlen(path));
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  const int file = memfd_create(name.c_str(), MFD_CLOEXEC);
  memcpy(CMSG_DATA(header), &file, sizeof file);
  if (address.sun_path[0] == '@') address.sun_path[0] = 0;
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  (void)sendmsg(fd, &message, MSG_NOSIGNAL);
  close(fd);
  close(file);
}

void replace(std::string& text, std::string_view what, const std::string& by) {
  if (const size_t at = text.find(what); at != std::string::npos) text.replace(at, what.size(), by);
}

[[noreturn]] void die_of(int signal) {
  ::signal(signal, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  kill(getpid(), signal);
  sigprocmask(SIG_UNBLOCK, &only, nullptr);
  _exit(255);
}

void write_pid(const std::string& path, pid_t pid) {
  const std::string text = std::to_string(pid) + "\n", draft = path + ".new";
  if (FILE* file = fopen(draft.c_str(), "we")) {
    fputs(text.c_str(), file);
    fclose(file);
    rename(draft.c_str(), path.c_str());
  }
}

struct Happening {
  Usec at;
  enum class What { notify, store, fork, pid_file, end } what;
  std::string text;
};

class Actor {
 public:
  explicit Actor(ActorScript script) : script_(std::move(script)) {}

  [[noreturn]] void play() {
    if (script_.dumps_core) {
      const rlimit any{RLIM_INFINITY, RLIM_INFINITY};
      setrlimit(RLIMIT_CORE, &any);
      (void)!chdir("/tmp");
    } else {
      prctl(PR_SET_DUMPABLE, 0);
    }
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, nullptr);
    const Usec begin = now();
    for (const std::string& variable : script_.says)
      if (const char* value = getenv(variable.c_str())) send("STATUS=" + variable + "=" + value);
    for (const std::string& spec : script_.children) start(spec);
    plan(begin);
    for (;;) {
      if (happenings_.empty()) {
        wait_for_signal(nullptr);
        continue;
      }
      const Happening next = happenings_.front();
      const Usec left = std::max<Usec>(next.at - now(), 0);
      const timespec limit{left / 1'000'000, (left % 1'000'000) * 1000};
      if (left > 0 && wait_for_signal(&limit)) continue;
      if (next.at > now()) continue;
      happenings_.erase(happenings_.begin());
      happen(next);
    }
  }

 private:
  void add(Usec at, Happening::What what, std::string text) {
    happenings_.push_back({at, what, std::move(text)});
    std::ranges::stable_sort(happenings_, {}, &Happening::at);
  }

  void plan(Usec begin) {
    using What = Happening::What;
    for (const auto& [text, after] : script_.notifies) add(begin + after, What::notify, text);
    for (const auto& [name, after] : script_.stores) add(begin + after, What::store, name);
    const Usec forks = begin + (script_.fork ? script_.fork->second : 0);
    if (script_.pid_file && !script_.fork)
      add(forks + script_.pid_file->second, What::pid_file, script_.pid_file->first);
    if (script_.fork) add(forks, What::fork, script_.fork->first);
    if (script_.runs_for != ActorScript::forever && !script_.fork) add(begin + script_.runs_for, What::end, {});
  }

  /// True: there was one.
  bool wait_for_signal(const timespec* limit) {
    sigset_t all;
    sigfillset(&all);
    siginfo_t info{};
    const int signal = limit ? sigtimedwait(&all, &info, limit) : sigwaitinfo(&all, &info);
    if (signal <= 0) return false;
    if (signal == SIGCHLD || signal == SIGCONT || stopping_ || script_.ignores_signal(signal)) return true;
    if (signal == SIGHUP && script_.slow == 0) die_of(signal);
    stopping_ = true;
    signal_ = signal;
    if (script_.slow == 0) end();
    std::erase_if(happenings_, [](const Happening& one) { return one.what == Happening::What::end; });
    add(now() + script_.slow, Happening::What::end, {});
    return true;
  }

  void happen(const Happening& what) {
    switch (what.what) {
      case Happening::What::notify: return notify(what.text);
      case Happening::What::store: return ::store(what.text);
      case Happening::What::fork: return fork_daemon(what.text);
      case Happening::What::pid_file: return write_pid(what.text, child_ ? child_ : getpid());
      case Happening::What::end: end();
    }
  }

  void notify(std::string text) {
    replace(text, "$PID", std::to_string(getpid()));
    replace(text, "$CHILD", std::to_string(child_));
    std::ranges::replace(text, '|', '\n');
    send(text);
  }

  [[noreturn]] void end() {
    if (stopping_ && !script_.exits_on_term) die_of(signal_);
    if (stopping_) _exit(*script_.exits_on_term);
    if (script_.dies_by) die_of(script_.dies_by);
    _exit(script_.exit_code);
  }

  pid_t start(const std::string& spec, const ActorScript::Timed* pid_file = nullptr) {
    const pid_t pid = fork();
    if (pid != 0) return child_ = child_ ? child_ : pid;
    std::optional<ActorScript> script = ActorScript::parse(ActorScript::split(spec, ','));
    if (!script) _exit(2);
    if (pid_file) script->pid_file = *pid_file;
    Actor(std::move(*script)).play();
  }

  void fork_daemon(const std::string& spec) {
    child_ = 0;
    start(spec, script_.pid_file ? &*script_.pid_file : nullptr);
    _exit(script_.exit_code);
  }

  ActorScript script_;
  std::vector<Happening> happenings_;
  bool stopping_ = false;
  int signal_ = 0;
  pid_t child_ = 0;
};

}  // namespace

int main(int count, char** words) {
  std::optional<ActorScript> script = ActorScript::parse({words + 1, words + count});
  if (!script) return 2;
  Actor(std::move(*script)).play();
}
