// What services leave with the manager of the simulated machine: stored descriptors, folders, and processes that stand
// still.
#include <algorithm>
#include <csignal>
#include <utility>

#include "daemon/sim/sim_kernel.h"

namespace svcd {

// ---- descriptors

bool SimKernel::keep_descriptor(UnitId unit, DescriptorId id, const std::string& name, bool watch) {
  may_crash();
  const auto found = descriptors_.find(id);
  if (found == descriptors_.end()) return false;
  found->second.unit = unit;
  found->second.name = name;
  found->second.watched = watch;
  return true;
}

void SimKernel::drop_descriptor(UnitId, DescriptorId id) {
  may_crash();
  descriptors_.erase(id);
}

std::vector<StoredDescriptor> SimKernel::stored_descriptors(UnitId unit) const {
  std::vector<StoredDescriptor> stored;
  for (const auto& [id, descriptor] : descriptors_)
    if (descriptor.unit == unit) stored.push_back({id, descriptor.name});
  std::reverse(stored.begin(), stored.end());
  return stored;
}

size_t SimKernel::stored_descriptor_count(UnitId unit) const {
  return stored_descriptors(unit).size();
}

bool SimKernel::has_descriptor(UnitId unit, DescriptorId id) const {
  const auto arrived = descriptors_.find(id);
  return arrived != descriptors_.end() && std::ranges::any_of(descriptors_, [&](const auto& one) {
           return one.first != id && one.second.unit == unit && one.second.file == arrived->second.file;
         });
}

/// Told again as long as it is in the store: here that means by the next manager.
void SimKernel::hang_up(int file) {
  hung_up_.insert(file);
  for (const auto& [id, descriptor] : descriptors_)
    if (descriptor.file == file && descriptor.unit.valid() && descriptor.watched)
      post(DescriptorHungUp{descriptor.unit, id}, delay());
}

// ---- folders

pid_t SimKernel::clean(const CleanRequest& request) {
  may_crash();
  SimProgram remover;
  remover.runs_for = clean_takes;
  remover.ignores_sigterm = true;
  Process& process = start_process(1, "/remover", cgroup("/remover"), request.unit, request.token);
  process.program = std::make_shared<const SimProgram>(std::move(remover));
  process.is_control = true;
  watch_own(process, request.unit, request.token);
  cleaned[request.name] = request.what;
  may_crash();
  return process.pid;
}

// ---- standing still

bool SimKernel::is_frozen(const std::string& cgroup) const {
  return std::any_of(frozen_cgroups_.begin(), frozen_cgroups_.end(), [&](const std::string& frozen) {
    return cgroup.starts_with(frozen) && (cgroup.size() == frozen.size() || cgroup[frozen.size()] == '/');
  });
}

/// Whatever a process does by itself waits; of signals only SIGKILL reaches it.
bool SimKernel::must_stand_still(const SimTask& task, const Process* process) const {
  if (frozen_cgroups_.empty() || !process || !process->alive || !is_frozen(process->cgroup)) return false;
  if (task.kind == Kind::signal) return task.number != SIGKILL;
  return task.kind == Kind::end || task.kind == Kind::stopped || task.kind == Kind::notify ||
         task.kind == Kind::run_script;
}

Result<> SimKernel::freeze_cgroup(UnitId unit, const std::string& path, bool frozen) {
  may_crash();
  if (frozen) {
    frozen_cgroups_.insert(path);
  } else {
    frozen_cgroups_.erase(path);
    for (const SimTask& task : std::exchange(when_thawed_, {})) in_world(Duration(0), task);
  }
  post(CgroupFrozen{unit, frozen}, saturating_add(freeze_takes, delay()));
  return {};
}

}  // namespace svcd
