#include "libunit/exit_status_names.h"

#include <span>

namespace svcd {
namespace {

struct Row {
  int status;
  const char* name;
};

// clang-format off
constexpr Row of_libc_and_systemd[] = {
    {0, "SUCCESS"}, {1, "FAILURE"}, {200, "CHDIR"}, {201, "NICE"}, {202, "FDS"}, {203, "EXEC"}, {204, "MEMORY"},
    {205, "LIMITS"}, {206, "OOM_ADJUST"}, {207, "SIGNAL_MASK"}, {208, "STDIN"}, {209, "STDOUT"}, {210, "CHROOT"},
    {211, "IOPRIO"}, {212, "TIMERSLACK"}, {213, "SECUREBITS"}, {214, "SETSCHEDULER"}, {215, "CPUAFFINITY"},
    {216, "GROUP"}, {217, "USER"}, {218, "CAPABILITIES"}, {219, "CGROUP"}, {220, "SETSID"}, {221, "CONFIRM"},
    {222, "STDERR"}, {224, "PAM"}, {225, "NETWORK"}, {226, "NAMESPACE"}, {227, "NO_NEW_PRIVILEGES"}, {228, "SECCOMP"},
    {229, "SELINUX_CONTEXT"}, {230, "PERSONALITY"}, {231, "APPARMOR"}, {232, "ADDRESS_FAMILIES"},
    {233, "RUNTIME_DIRECTORY"}, {235, "CHOWN"}, {236, "SMACK_PROCESS_LABEL"}, {237, "KEYRING"},
    {238, "STATE_DIRECTORY"}, {239, "CACHE_DIRECTORY"}, {240, "LOGS_DIRECTORY"}, {241, "CONFIGURATION_DIRECTORY"},
    {242, "NUMA_POLICY"}, {243, "CREDENTIALS"}, {244, "BPF"}, {255, "EXCEPTION"},
};
constexpr Row of_lsb_and_bsd[] = {
    {2, "INVALIDARGUMENT"}, {3, "NOTIMPLEMENTED"}, {4, "NOPERMISSION"}, {5, "NOTINSTALLED"}, {6, "NOTCONFIGURED"},
    {7, "NOTRUNNING"}, {64, "USAGE"}, {65, "DATAERR"}, {66, "NOINPUT"}, {67, "NOUSER"}, {68, "NOHOST"},
    {69, "UNAVAILABLE"}, {70, "SOFTWARE"}, {71, "OSERR"}, {72, "OSFILE"}, {73, "CANTCREAT"}, {74, "IOERR"},
    {75, "TEMPFAIL"}, {76, "PROTOCOL"}, {77, "NOPERM"}, {78, "CONFIG"},
};
// clang-format on

const char* find(std::span<const Row> rows, int status) {
  for (const Row& row : rows)
    if (row.status == status) return row.name;
  return nullptr;
}

}  // namespace

const char* common_exit_status_name(int status) {
  return find(of_libc_and_systemd, status);
}

const char* exit_status_name(int status) {
  const char* common = find(of_libc_and_systemd, status);
  return common ? common : find(of_lsb_and_bsd, status);
}

int exit_status_named(std::string_view name) {
  for (const std::span<const Row> rows :
       {std::span<const Row>(of_libc_and_systemd), std::span<const Row>(of_lsb_and_bsd)})
    for (const Row& row : rows)
      if (name == row.name) return row.status;
  return -1;
}

}  // namespace svcd
