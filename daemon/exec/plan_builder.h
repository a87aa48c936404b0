// From settings to steps: what a unit's files say about a process, and what the manager adds, becomes an ExecPlan.
// Pure: everything that only the running system knows comes as a value in ExecContext.
#pragma once

#include <sys/resource.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "daemon/exec/exec_plan.h"
#include "libunit/config.h"
#include "libunit/result.h"

namespace svcd {

struct ExecContext {
  struct Fd {
    int number = -1;
    std::string name;
  };
  std::string unit;
  std::array<uint8_t, 16> invocation{};          // all zero: none
  std::vector<std::string> manager_environment;  // inherited by all services
  std::vector<std::string> extra_environment;    // MAINPID=, EXIT_STATUS= …
  std::vector<std::string> pass_from;            // what PassEnvironment= may take: what the manager was started with
  std::vector<Fd> listen_fds;                    // become 3, 4 …
  std::optional<int> standard_socket;            // StandardInput=socket and its family
  std::vector<std::string> cgroup_attach;        // cgroup.procs files of v1 hierarchies
  std::string delegated_cgroup;                  // folder to give to User=; "": none
  bool is_control = false;
  bool manager_is_init = true;
  std::string notify_socket;  // "": not offered
  Duration watchdog{0};
  std::string journal_stdout;   // journald's socket for streams
  std::string journal_dev_log;  // its socket behind /dev/log
  std::string console = "/dev/console";
  std::string inaccessible;                    // folder of nodes that nobody can use
  std::string private_tmp_id;                  // boot id, part of the name of private folders
  std::array<std::string, 5> directory_roots;  // indexed by ExecSection::Directory
  std::string tmp = "/tmp", var_tmp = "/var/tmp";
  uint64_t ignored_signals = 0;  // that a child has to reset; bit n: signal n
  std::array<std::optional<ResourceLimit>, RLIM_NLIMITS> inherited_limits{};
  bool mount_namespaces = true, network_namespaces = true;  // this place can give them
};

struct BuiltPlan {
  ExecPlan plan;
  std::vector<std::string> not_in_effect;  // settings that the place can give to nobody
};

/// Why a process cannot be made, and the setting that stands in the way, as its row spells it; "": none does.
struct Refusal : Error {
  Refusal(Error error, const char* in_the_way = "") : Error(std::move(error)), setting(in_the_way) {}
  const char* setting;
};

/// invalid_args: the settings contradict each other or need what the context has not.
tl::expected<BuiltPlan, Refusal> build_plan(const UnitConfig&, const ExecCommand&, const ExecContext&);

/// What svcd-exec has to do when the unit has stopped; a plan without steps: nothing.
ExecPlan build_removal_plan(const ExecSection&, const ExecContext&);

/// The same on request: folders of the given kinds (bits of ExecSection::Directory), with the links to them.
ExecPlan build_clean_plan(const ExecSection&, uint8_t kinds, const ExecContext&);

}  // namespace svcd
