#include <linux/capability.h>

#include "daemon/exec/plan_parts.h"
#include "libunit/hex.h"
#include "libunit/settings.h"

namespace svcd {

namespace {

using Directory = ExecSection::Directory;
using ProtectSystem = ExecSection::ProtectSystem;
using ProtectHome = ExecSection::ProtectHome;

void add_rule(PlanBuild& b, MountRule what, bool missing_ok, std::string_view path) {
  b.plan.add(StepKind::mount_rule, {static_cast<int64_t>(what), missing_ok ? 1 : 0}, {path});
}

/// Paths of the unit file: '-' in front: may be missing; '+': relative to RootDirectory=, which is not in use here.
void add_rules(PlanBuild& b, MountRule what, const std::vector<std::string>& paths) {
  for (std::string_view path : paths) {
    bool missing_ok = false;
    for (; path.starts_with('-') || path.starts_with('+'); path.remove_prefix(1)) missing_ok |= path.front() == '-';
    add_rule(b, what, missing_ok, path);
  }
}

void add_protect_system(PlanBuild& b) {
  switch (b.exec.protect_system) {
    case ProtectSystem::no: break;
    case ProtectSystem::strict:
      add_rule(b, MountRule::read_only, false, "/");
      for (const char* path : {"/proc", "/sys", "/dev"}) add_rule(b, MountRule::read_write, true, path);
      if (b.exec.protect_home == ProtectHome::no)
        for (const char* path : {"/home", "/run/user", "/root"}) add_rule(b, MountRule::read_write, true, path);
      break;
    case ProtectSystem::full: add_rule(b, MountRule::read_only, true, "/etc"); [[fallthrough]];
    case ProtectSystem::yes:
      for (const char* path : {"/usr", "/boot", "/efi"}) add_rule(b, MountRule::read_only, true, path);
      for (const char* path : {"/lib", "/lib64", "/bin", "/sbin"}) add_rule(b, MountRule::read_only, true, path);
      break;
  }
}

void add_protect_home(PlanBuild& b) {
  MountRule what = MountRule::read_only;
  switch (b.exec.protect_home) {
    case ProtectHome::no: return;
    case ProtectHome::yes: what = MountRule::inaccessible; break;
    case ProtectHome::read_only: break;
    case ProtectHome::tmpfs: what = MountRule::empty; break;
  }
  for (const char* path : {"/home", "/run/user", "/root"}) add_rule(b, what, true, path);
}

void add_protect_kernel(PlanBuild& b) {
  if (b.sandbox.protect_kernel_tunables) {
    for (const char* path :
         {"/proc/acpi", "/proc/apm", "/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/latency_stats",
          "/proc/mtrr", "/proc/scsi", "/proc/sys", "/proc/sysrq-trigger", "/proc/timer_stats", "/sys"})
      add_rule(b, MountRule::read_only, true, path);
    for (const char* path : {"/proc/kallsyms", "/proc/kcore"}) add_rule(b, MountRule::inaccessible, true, path);
  }
  if (b.sandbox.protect_kernel_modules)
    for (const char* path : {"/lib/modules", "/usr/lib/modules"}) add_rule(b, MountRule::inaccessible, true, path);
  if (b.sandbox.protect_kernel_logs)
    for (const char* path : {"/proc/kmsg", "/dev/kmsg"}) add_rule(b, MountRule::inaccessible, true, path);
  if (b.sandbox.protect_control_groups) add_rule(b, MountRule::read_only, true, "/sys/fs/cgroup");
}

/// The unit's own directories stay writable whatever is protected around them.
void add_own_directories(PlanBuild& b) {
  if (b.exec.protect_system != ProtectSystem::strict) return;
  for (size_t i = 0; i < b.exec.directories.size(); ++i) {
    if (i == static_cast<size_t>(Directory::configuration)) continue;
    for (const auto& entry : b.exec.directories[i].entries)
      add_rule(b, MountRule::read_write, true, b.context.directory_roots[i] + "/" + entry.path);
  }
}

bool needs_mounts(const PlanBuild& b) {
  const SandboxSection& s = b.sandbox;
  return b.exec.private_tmp || b.exec.private_devices || b.exec.protect_system != ProtectSystem::no ||
         b.exec.protect_home != ProtectHome::no || s.private_mounts || s.protect_kernel_tunables ||
         s.protect_kernel_modules || s.protect_kernel_logs || s.protect_control_groups || !s.bind_paths.empty() ||
         !s.temporary_file_system.empty() || !s.bind_read_only_paths.empty() || !s.read_write_paths.empty() ||
         !s.read_only_paths.empty() || !s.inaccessible_paths.empty();
}

void note_what_is_off(PlanBuild& b) {
  if (b.exec.private_tmp) b.off(StepKind::private_tmp);
  if (b.exec.private_devices) b.off(StepKind::private_devices);
  if (b.exec.protect_system != ProtectSystem::no) b.off(StepKind::mount_rule);
  if (b.exec.protect_home != ProtectHome::no) b.not_in_effect.emplace_back(key_of<&ExecSection::protect_home>());
  if (!b.sandbox.temporary_file_system.empty()) b.off(StepKind::empty_folder);
  if (!b.sandbox.bind_paths.empty() || !b.sandbox.bind_read_only_paths.empty()) b.off(StepKind::bind_mount);
}

void add_binds(PlanBuild& b, const std::vector<BindMount>& mounts, bool read_only) {
  for (const BindMount& mount : mounts) {
    const std::string& to = mount.destination.empty() ? mount.source : mount.destination;
    b.plan.add(StepKind::bind_mount, {mount.recursive ? 1 : 0, mount.ignore_missing ? 1 : 0}, {mount.source, to});
    if (read_only) add_rule(b, MountRule::read_only, mount.ignore_missing, to);
  }
}

/// What protections take away as well, so that they cannot be undone; systemd.exec(5).
uint64_t capabilities_taken(const PlanBuild& b) {
  const auto bit = [](int capability) { return uint64_t{1} << capability; };
  uint64_t out = 0;
  if (b.exec.private_devices) out |= bit(CAP_MKNOD) | bit(CAP_SYS_RAWIO);
  if (b.sandbox.protect_kernel_modules) out |= bit(CAP_SYS_MODULE);
  if (b.sandbox.protect_kernel_logs) out |= bit(CAP_SYSLOG);
  if (b.sandbox.protect_clock) out |= bit(CAP_SYS_TIME) | bit(CAP_WAKE_ALARM);
  return out;
}

std::string private_tmp_prefix(const ExecContext& context, const std::string& in) {
  return fmt::format("{}/systemd-private-{}-{}-", in, context.private_tmp_id, context.unit);
}

void add_private_tmp(PlanBuild& b) {
  if (!b.exec.private_tmp) return;
  // All processes of one run share it, so its name comes from the invocation, which nobody can know before.
  const std::string random = to_hex(std::span(b.context.invocation).first<8>());
  for (const std::string& place : {b.context.tmp, b.context.var_tmp})
    b.plan.add(StepKind::private_tmp, {}, {private_tmp_prefix(b.context, place) + random, place});
}

/// A place that gives mount namespaces gives these too: they want the same privilege.
void add_small_namespace(PlanBuild& b, StepKind kind) {
  if (b.context.mount_namespaces)
    b.plan.add(kind);
  else
    b.off(kind);
}

}  // namespace

void add_directories(PlanBuild& b) {
  for (size_t i = 0; i < b.exec.directories.size(); ++i) {
    const auto& setting = b.exec.directories[i];
    for (const auto& entry : setting.entries) {
      std::vector<std::string> names{b.context.directory_roots[i], entry.path};
      names.insert(names.end(), entry.symlinks.begin(), entry.symlinks.end());
      const std::array<int64_t, 2> numbers{static_cast<int64_t>(i), static_cast<int64_t>(setting.mode)};
      b.plan.add(StepKind::directory, numbers, names);
    }
  }
}

void add_namespaces(PlanBuild& b) {
  if (!b.sandboxed) return;
  if (b.exec.private_network) {
    if (b.context.network_namespaces)
      b.plan.add(StepKind::private_network);
    else
      b.off(StepKind::private_network);
  }
  if (b.sandbox.protect_hostname) add_small_namespace(b, StepKind::private_hostname);
  if (b.sandbox.private_ipc) add_small_namespace(b, StepKind::private_ipc);
  if (!needs_mounts(b)) return;
  if (!b.context.mount_namespaces) return note_what_is_off(b);
  b.plan.add(StepKind::mount_namespace);
  for (const StringPair& folder : b.sandbox.temporary_file_system)
    b.plan.add(StepKind::empty_folder, {}, {folder.first, folder.second});
  add_binds(b, b.sandbox.bind_paths, false);
  add_binds(b, b.sandbox.bind_read_only_paths, true);
  add_private_tmp(b);
  if (b.exec.private_devices) b.plan.add(StepKind::private_devices, {}, {b.context.journal_dev_log});
  add_protect_system(b);
  add_protect_home(b);
  add_protect_kernel(b);
  add_own_directories(b);
  add_rules(b, MountRule::read_only, b.sandbox.read_only_paths);
  add_rules(b, MountRule::read_write, b.sandbox.read_write_paths);
  add_rules(b, MountRule::inaccessible, b.sandbox.inaccessible_paths);
  b.plan.add(StepKind::apply_mount_rules, {}, {b.context.inaccessible});
}

void add_privileges(PlanBuild& b) {
  if (!b.sandboxed) return;
  const uint64_t bounding_set = b.exec.capability_bounding_set & ~capabilities_taken(b);
  const uint64_t ambient = b.exec.ambient_capabilities & bounding_set;  // what is out of bounds is silently not given
  if (~bounding_set != 0) b.plan.add(StepKind::bounding_set, {static_cast<int64_t>(bounding_set)});
  if (b.changes_user) {
    if (ambient != 0) b.plan.add(StepKind::keep_capabilities, {static_cast<int64_t>(ambient)});
    b.plan.add(StepKind::user);
  }
  if (ambient != 0) b.plan.add(StepKind::ambient_capabilities, {static_cast<int64_t>(ambient)});
}

ExecPlan build_clean_plan(const ExecSection& exec, uint8_t kinds, const ExecContext& context) {
  ExecPlan plan;
  for (size_t kind = 0; kind < exec.directories.size(); ++kind) {
    if ((kinds >> kind & 1) == 0) continue;
    for (const auto& entry : exec.directories[kind].entries) {
      plan.add(StepKind::remove_tree, {0}, {context.directory_roots[kind], entry.path});
      for (const std::string& link : entry.symlinks)
        plan.add(StepKind::remove_tree, {0}, {context.directory_roots[kind], link});
    }
  }
  return plan;
}

ExecPlan build_removal_plan(const ExecSection& exec, const ExecContext& context) {
  ExecPlan plan;
  const auto runtime = static_cast<size_t>(Directory::runtime);
  // With =restart the caller knows that it is no restart.
  if (exec.runtime_directory_preserve != RuntimeDirectoryPreserve::yes)
    for (const auto& entry : exec.directories[runtime].entries) {
      plan.add(StepKind::remove_tree, {0}, {context.directory_roots[runtime], entry.path});
      for (const std::string& link : entry.symlinks)
        plan.add(StepKind::remove_tree, {0}, {context.directory_roots[runtime], link});
    }
  if (exec.private_tmp)
    for (const std::string& place : {context.tmp, context.var_tmp})
      plan.add(StepKind::remove_tree, {1}, {place, private_tmp_prefix(context, "").substr(1)});
  return plan;
}

}  // namespace svcd
