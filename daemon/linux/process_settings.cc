#include "daemon/linux/process_settings.h"

#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "daemon/linux/event_loop.h"

namespace svcd {
namespace {

using Problems = std::vector<std::string>;

/// Capabilities that leave the bounding set leave the other sets, too: systemd-system.conf(5).
void drop_capabilities(uint64_t kept, uint64_t known, Problems& problems) {
  if ((known & ~kept) == 0) return;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (syscall(SYS_capget, &header, sets.data()) < 0) {
    problems.push_back(errno_error("Failed to read capabilities", errno).message);
    return;
  }
  for (unsigned long capability = 0; capability < 64; ++capability) {
    const uint64_t bit = uint64_t{1} << capability;
    if ((known & bit) == 0 || (kept & bit) != 0) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
      problems.push_back(errno_error("Failed to drop a capability", errno).message);
  }
  for (size_t half = 0; half < sets.size(); ++half) {
    const auto mask = static_cast<uint32_t>(kept >> (32 * half));
    sets[half].effective &= mask;
    sets[half].permitted &= mask;
    sets[half].inheritable &= mask;
  }
  if (syscall(SYS_capset, &header, sets.data()) < 0)
    problems.push_back(errno_error("Failed to drop capabilities", errno).message);
}

/// Without a setting it is every processor that there is: also after one was taken back.
void set_processors(const NumberSet& wanted, Problems& problems) {
  static bool was_set = false;
  if (wanted.empty() && !was_set) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  const auto has = [&](size_t n) { return n / 8 < wanted.size() && (wanted[n / 8] >> (n % 8) & 1) != 0; };
  for (size_t n = 0; n < CPU_SETSIZE; ++n)
    if (wanted.empty() || has(n)) CPU_SET(n, &set);
  if (sched_setaffinity(0, sizeof set, &set) < 0)
    problems.push_back(errno_error("Failed to set the CPU affinity", errno).message);
  was_set = !wanted.empty();
}

void set_memory_policy(int policy, const NumberSet& nodes, Problems& problems) {
  static bool was_set = false;
  if (policy < 0 && !was_set) return;
  std::vector<unsigned long> words(nodes.size() / sizeof(unsigned long) + 1);
  std::ranges::copy(nodes, reinterpret_cast<uint8_t*>(words.data()));
  const bool has_nodes = std::ranges::any_of(words, [](unsigned long word) { return word != 0; });
  // The kernel counts bits and wants one more than there are.
  const unsigned long bits = has_nodes ? words.size() * sizeof(unsigned long) * 8 + 1 : 0;
  if (syscall(SYS_set_mempolicy, std::max(policy, 0), has_nodes ? words.data() : nullptr, bits) < 0)
    problems.push_back(fmt::format("Failed to set NUMA memory policy, ignoring: {}", strerror(errno)));
  was_set = policy >= 0;
}

}  // namespace

std::vector<std::string> apply_at_start(ManagerSettings& settings) {
  Problems problems;
  if (settings.timer_slack_nsec) {
    if (prctl(PR_SET_TIMERSLACK, std::min<uint64_t>(*settings.timer_slack_nsec, LONG_MAX), 0, 0, 0) < 0)
      problems.push_back(errno_error("Failed to adjust timer slack", errno).message);
    else if (const int now = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0); now > 0)
      settings.defaults.timer_slack_nsec = static_cast<uint64_t>(now);
  }
  drop_capabilities(settings.capability_bounding_set, settings.defaults.capability_mask, problems);
  if (settings.no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    problems.push_back(errno_error("Failed to disable new privileges", errno).message);
  return problems;
}

std::vector<std::string> apply_to_process(const ManagerSettings& settings) {
  Problems problems;
  set_processors(settings.cpu_affinity, problems);
  set_memory_policy(settings.numa_policy, settings.numa_mask, problems);
  return problems;
}

}  // namespace svcd
