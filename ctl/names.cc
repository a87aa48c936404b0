#include "ctl/names.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstring>

namespace svcd::ctl {
namespace {

struct ExitName {
  int status;
  const char* name;
};

// clang-format off
constexpr std::array exit_names{   // systemd.exec(5), "PROCESS EXIT CODES"
    ExitName{0, "SUCCESS"},                 ExitName{1, "FAILURE"},
    ExitName{200, "CHDIR"},                 ExitName{201, "NICE"},               ExitName{202, "FDS"},
    ExitName{203, "EXEC"},                  ExitName{204, "MEMORY"},             ExitName{205, "LIMITS"},
    ExitName{206, "OOM_ADJUST"},            ExitName{207, "SIGNAL_MASK"},        ExitName{208, "STDIN"},
    ExitName{209, "STDOUT"},                ExitName{210, "CHROOT"},             ExitName{211, "IOPRIO"},
    ExitName{212, "TIMERSLACK"},            ExitName{213, "SECUREBITS"},         ExitName{214, "SETSCHEDULER"},
    ExitName{215, "CPUAFFINITY"},           ExitName{216, "GROUP"},              ExitName{217, "USER"},
    ExitName{218, "CAPABILITIES"},          ExitName{219, "CGROUP"},             ExitName{220, "SETSID"},
    ExitName{221, "CONFIRM"},               ExitName{222, "STDERR"},             ExitName{224, "PAM"},
    ExitName{225, "NETWORK"},               ExitName{226, "NAMESPACE"},          ExitName{227, "NO_NEW_PRIVILEGES"},
    ExitName{228, "SECCOMP"},               ExitName{229, "SELINUX_CONTEXT"},    ExitName{230, "PERSONALITY"},
    ExitName{231, "APPARMOR"},              ExitName{232, "ADDRESS_FAMILIES"},   ExitName{233, "RUNTIME_DIRECTORY"},
    ExitName{235, "CHOWN"},                 ExitName{236, "SMACK_PROCESS_LABEL"}, ExitName{237, "KEYRING"},
    ExitName{238, "STATE_DIRECTORY"},       ExitName{239, "CACHE_DIRECTORY"},    ExitName{240, "LOGS_DIRECTORY"},
    ExitName{241, "CONFIGURATION_DIRECTORY"}, ExitName{242, "NUMA_POLICY"},      ExitName{243, "CREDENTIALS"},
    ExitName{245, "BPF"}};
// clang-format on

}  // namespace

std::string signal_name(int signal) {
  if (const char* name = ::sigabbrev_np(signal)) return name;
  if (signal >= SIGRTMIN && signal <= SIGRTMAX)
    return signal == SIGRTMIN ? "RTMIN" : fmt::format("RTMIN+{}", signal - SIGRTMIN);
  return fmt::format("{}", signal);
}

int signal_number(std::string_view text) {
  const auto number = [](std::string_view digits) {
    int n = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    return error == std::errc() && end == digits.data() + digits.size() && n >= 0 && n <= SIGRTMAX ? n : -1;
  };
  if (const int n = number(text); n >= 0) return n;
  if (text.substr(0, 3) == "SIG") text.remove_prefix(3);
  if (text == "RTMIN") return SIGRTMIN;
  if (text == "RTMAX") return SIGRTMAX;
  if (text.substr(0, 6) == "RTMIN+") {
    const int n = number(text.substr(6));
    return n >= 0 && SIGRTMIN + n <= SIGRTMAX ? SIGRTMIN + n : -1;
  }
  if (text.substr(0, 6) == "RTMAX-") {
    const int n = number(text.substr(6));
    return n >= 0 && SIGRTMAX - n >= SIGRTMIN ? SIGRTMAX - n : -1;
  }
  for (int signal = 1; signal < SIGRTMIN; ++signal)
    if (const char* name = ::sigabbrev_np(signal); name != nullptr && text == name) return signal;
  return -1;
}

const char* exit_status_name(int status) {
  for (const ExitName& entry : exit_names)
    if (entry.status == status) return entry.name;
  return nullptr;
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
