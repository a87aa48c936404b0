#include "ctl/names.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "libunit/codecs.h"

namespace svcd::ctl {
std::string host_name() {
  char name[256] = "";
  (void)::gethostname(name, sizeof name - 1);
  return name;
}

std::string signal_text(int signal) {
  const std::string name = signal_name(signal);
  return name.empty() ? fmt::format("{}", signal) : name;
}

const char* child_code_name(int code) {
  switch (code) {
    case CLD_EXITED: return "exited";
    case CLD_KILLED: return "killed";
    case CLD_DUMPED: return "dumped";
    case CLD_TRAPPED: return "trapped";
    case CLD_STOPPED: return "stopped";
    case CLD_CONTINUED: return "continued";
    default: return nullptr;
  }
}

bool is_clean_exit(int code, int status) {
  if (code == CLD_EXITED) return status == 0;
  return code == CLD_KILLED && (status == SIGHUP || status == SIGINT || status == SIGTERM || status == SIGPIPE);
}

}  // namespace svcd::ctl
