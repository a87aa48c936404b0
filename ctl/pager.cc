#include "ctl/pager.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace svcd::ctl {
namespace {

pid_t pager = 0;

bool is_false(const char* text) {
  for (const char* word : {"0", "no", "n", "false", "f", "off"})
    if (std::strcmp(text, word) == 0) return true;
  return false;
}

struct Choice {
  const char* custom = nullptr;  // a command line for sh
  bool none = false;             // the user wants no pager
  bool secure = true;
};

Choice choose() {
  Choice choice;
  const char* wish = std::getenv("SYSTEMD_PAGER");
  if (wish == nullptr) wish = std::getenv("PAGER");
  choice.none = wish != nullptr && (*wish == 0 || std::strcmp(wish, "cat") == 0);
  if (const char* secure = ::secure_getenv("SYSTEMD_PAGERSECURE")) {
    choice.secure = !is_false(secure);
    choice.custom = wish;
  } else {
    uid_t owner = 0;
    choice.secure = ::sd_pid_get_owner_uid(0, &owner) < 0 || owner != ::geteuid();
  }
  return choice;
}

[[noreturn]] void run_pager(const Choice& choice, bool utf8, bool at_end) {
  const char* less = std::getenv("SYSTEMD_LESS");
  std::string flags = less != nullptr ? less : "FRSXMK";
  if (at_end) flags += " +G";
  ::setenv("LESS", flags.c_str(), 1);
  if (utf8) ::setenv("LESSCHARSET", "utf-8", 1);
  choice.secure ? ::setenv("LESSSECURE", "1", 1) : ::unsetenv("LESSSECURE");
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (choice.custom != nullptr) ::execl("/bin/sh", "sh", "-c", choice.custom, nullptr);
  if (!choice.secure) ::execlp("pager", "pager", nullptr);
  ::execlp("less", "less", nullptr);
  if (!choice.secure) ::execlp("more", "more", nullptr);
  char buffer[4096];  // no pager at all: pass the text on
  for (;;) {
    const ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) ::_exit(EXIT_SUCCESS);
    for (ssize_t done = 0; done < n;) {
      const ssize_t written = ::write(STDOUT_FILENO, buffer + done, static_cast<size_t>(n - done));
      if (written < 0) ::_exit(EXIT_FAILURE);
      done += written;
    }
  }
}

}  // namespace

bool open_pager(const Terminal& terminal, bool at_end) {
  if (pager != 0) return true;
  const char* term = std::getenv("TERM");
  const Choice choice = choose();
  if (choice.none || (term != nullptr && std::strcmp(term, "dumb") == 0)) return false;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return false;
  std::fflush(stdout);
  pager = ::fork();
  if (pager < 0) {
    pager = 0;
    ::close(ends[0]);
    ::close(ends[1]);
    return false;
  }
  if (pager == 0) {
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);  // or the pager would never see the end
    run_pager(choice, terminal.utf8, at_end);
  }
  ::close(ends[0]);
  ::dup2(ends[1], STDOUT_FILENO);
  ::close(ends[1]);
  std::signal(SIGPIPE, SIG_IGN);  // who quits the pager early has not made us fail
  std::signal(SIGINT, SIG_IGN);   // Ctrl-C is for the pager
  return true;
}

bool close_pager() {
  const bool written = std::fflush(stdout) == 0;
  if (pager == 0) return written;
  ::close(STDOUT_FILENO);
  while (::waitpid(pager, nullptr, 0) < 0 && errno == EINTR) {
  }
  pager = 0;
  return true;
}

}  // namespace svcd::ctl
