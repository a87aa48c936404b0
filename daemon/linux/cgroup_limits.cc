#include <algorithm>
#include <cerrno>

#include "daemon/linux/cgroup.h"
#include "daemon/linux/cgroup_files.h"
#include "libunit/settings.h"

namespace svcd {

namespace {

constexpr uint64_t unset = UINT64_MAX;

std::string number_or_max(uint64_t value, const char* max) {
  return value == unset ? max : std::to_string(value);
}

uint64_t physical_memory() {
  return read_keyed_number("/proc/meminfo", "MemTotal:").value_or(0) * 1024;
}

uint64_t resolve(const ScaledLimit& limit, uint64_t whole) {
  if (limit.scale == 0 || limit.value == unset) return limit.value;
  return static_cast<uint64_t>(static_cast<__uint128_t>(whole) * limit.value / limit.scale);
}

/// Quota and period for the kernel, both in microseconds and at least a millisecond; unset: no quota.
struct Quota {
  uint64_t quota = unset, period = 100'000;
};
Quota quota_of(const ResourceSection& resource) {
  Quota out;
  const uint64_t a_second = resource.cpu_quota_per_sec.count();
  if (resource.cpu_quota_period != infinity) out.period = resource.cpu_quota_period.count();
  if (a_second == unset || a_second == 0) return out;
  out.period = std::min<uint64_t>(std::max({out.period, uint64_t{1000}, 1'000'000'000 / a_second}), 1'000'000);
  out.quota =
      std::max<uint64_t>(static_cast<uint64_t>(static_cast<__uint128_t>(a_second) * out.period / 1'000'000), 1000);
  return out;
}

bool sets_memory_limit(const ResourceSection& r) {
  return r.memory_max.value != unset || r.memory_high.value != unset || r.memory_swap_max.value != unset ||
         r.memory_limit.value != unset || r.memory_min.value != 0 || r.memory_low.value != 0;
}

bool has_cpu_limit(const ResourceSection& r) {
  return r.cpu_weight != unset || r.cpu_shares != unset || r.cpu_quota_per_sec != infinity;
}

/// Slices have no task limit of their own unless they ask for one.
bool is_slice(const std::string& cgroup) {
  return cgroup == "/" || cgroup.ends_with(".slice");
}

uint64_t tasks_max(const Scope& scope, const std::string& cgroup, const ResourceSection& resource) {
  return !resource.tasks_max && is_slice(cgroup) ? unset : effective_tasks_max(scope, resource);
}

}  // namespace

uint8_t CgroupTree::needs(const ResourceSection& resource) const {
  uint8_t out = 0;
  const auto need = [&](Controller controller, bool is_needed) {
    if (is_needed && has(controller)) out |= static_cast<uint8_t>(1 << controller);
  };
  need(pids, resource.tasks_accounting.value_or(true) || resource.tasks_max.has_value());
  need(memory, resource.memory_accounting.value_or(true) || sets_memory_limit(resource));
  need(cpu, has_cpu_limit(resource));
  need(cpuacct, scope_.cgroup_layout == CgroupLayout::legacy && resource.cpu_accounting.value_or(true));
  need(io, (resource.io_weight != unset || resource.io_accounting.value_or(false)) && v1_[io].empty());
  return out;
}

void CgroupTree::write_value(Group& group, const std::string& file, const std::string& value,
                             std::string_view kernel_default) {
  const auto found = group.written.find(file);
  if (found != group.written.end() ? found->second == value : value == kernel_default) return;
  if (write_small_file(file, value) == 0) group.written[file] = value;
}

void CgroupTree::write_limits(const std::string& cgroup, Group& group, const ResourceSection& resource) {
  if (cgroup == "/") return;
  const std::string v2 = folder_of(cgroup);
  const auto in_v2 = [this](Controller controller) { return (v2_controllers_ >> controller & 1) != 0; };
  const auto in_v1 = [&group](Controller controller) { return (group.in_v1 >> controller & 1) != 0; };
  if (in_v2(pids) || in_v1(pids)) {
    const std::string tasks = number_or_max(tasks_max(scope_, cgroup, resource), "max");
    if (in_v2(pids)) write_value(group, v2 + "/pids.max", tasks, "max");
    if (in_v1(pids)) write_value(group, v1_folder_of(pids, cgroup) + "/pids.max", tasks, "max");
  }

  if (sets_memory_limit(resource) || !group.written.empty()) {
    const uint64_t whole = physical_memory();
    const uint64_t most =
        resolve(resource.memory_max.value != unset ? resource.memory_max : resource.memory_limit, whole);
    if (in_v2(memory)) {
      write_value(group, v2 + "/memory.min", std::to_string(resolve(resource.memory_min, whole)), "0");
      write_value(group, v2 + "/memory.low", std::to_string(resolve(resource.memory_low, whole)), "0");
      write_value(group, v2 + "/memory.high", number_or_max(resolve(resource.memory_high, whole), "max"), "max");
      write_value(group, v2 + "/memory.max", number_or_max(most, "max"), "max");
      write_value(group, v2 + "/memory.swap.max", number_or_max(resolve(resource.memory_swap_max, whole), "max"),
                  "max");
    }
    if (in_v1(memory))
      write_value(group, v1_folder_of(memory, cgroup) + "/memory.limit_in_bytes", number_or_max(most, "-1"), "-1");
  }
  write_cpu_limits(cgroup, group, resource);
  if (in_v2(io) && resource.io_weight != unset)
    write_value(group, v2 + "/io.weight", fmt::format("default {}", resource.io_weight), "default 100");
}

/// As the kernel has it: others may have set it, too. Also where the kernel kills all of a cgroup at once.
bool CgroupTree::has_memory_limit(std::string_view cgroup) const {
  if (!has(memory)) return false;
  constexpr uint64_t v1_unlimited = uint64_t{1} << 62;  // the kernel's own figure depends on the size of pages
  const bool in_v2 = (v2_controllers_ >> memory & 1) != 0;
  for (; cgroup.size() > 1; cgroup = cgroup.substr(0, cgroup.rfind('/'))) {
    if (in_v2) {
      const std::string folder = folder_of(cgroup);
      if (read_number(folder + "/memory.max").value_or(UINT64_MAX) != UINT64_MAX) return true;
      if (read_number(folder + "/memory.oom.group").value_or(0) != 0) return true;
    } else if (read_number(v1_folder_of(memory, cgroup) + "/memory.limit_in_bytes").value_or(v1_unlimited) <
               v1_unlimited) {
      return true;
    }
  }
  return false;
}

void CgroupTree::write_cpu_limits(const std::string& cgroup, Group& group, const ResourceSection& resource) {
  const Quota quota = quota_of(resource);
  const uint64_t weight = resource.cpu_weight;
  if ((v2_controllers_ >> cpu & 1) != 0) {
    const std::string v2 = folder_of(cgroup);
    const bool idle = weight == 0;
    write_value(group, v2 + "/cpu.idle", idle ? "1" : "0", "0");
    if (!idle) write_value(group, v2 + "/cpu.weight", weight == unset ? "100" : std::to_string(weight), "100");
    write_value(group, v2 + "/cpu.max", fmt::format("{} {}", number_or_max(quota.quota, "max"), quota.period),
                "max 100000");
  }
  if ((group.in_v1 >> cpu & 1) != 0) {
    const std::string v1 = v1_folder_of(cpu, cgroup);
    uint64_t shares = resource.cpu_shares;
    if (weight != unset) shares = std::clamp<uint64_t>(weight * 1024 / 100, 2, 262144);
    write_value(group, v1 + "/cpu.shares", shares == unset ? "1024" : std::to_string(shares), "1024");
    write_value(group, v1 + "/cpu.cfs_period_us", std::to_string(quota.period), "100000");
    write_value(group, v1 + "/cpu.cfs_quota_us", number_or_max(quota.quota, "-1"), "-1");
  }
}

std::vector<std::string> CgroupTree::not_in_effect(const ResourceSection& resource) const {
  std::vector<std::string> out;
  using R = ResourceSection;
  const auto off = [&out](const void* member, bool is_set) {
    if (is_set) out.emplace_back(key_of(member));
  };
  const ResourceSection plain;
  if (!has(pids)) off(&member_tag<&R::tasks_max>, resource.tasks_max.has_value() && resource.tasks_max->value != unset);
  if (!has(memory)) {
    off(&member_tag<&R::memory_max>, resource.memory_max.value != unset);
    off(&member_tag<&R::memory_limit>, resource.memory_limit.value != unset);
  }
  if ((v2_controllers_ >> memory & 1) == 0) {  // v1 has no counterpart
    off(&member_tag<&R::memory_high>, resource.memory_high.value != unset);
    off(&member_tag<&R::memory_min>, resource.memory_min != plain.memory_min);
    off(&member_tag<&R::memory_low>, resource.memory_low != plain.memory_low);
    off(&member_tag<&R::memory_swap_max>, resource.memory_swap_max.value != unset);
  }
  if (!has(cpu)) {
    off(&member_tag<&R::cpu_quota_per_sec>, resource.cpu_quota_per_sec != infinity);
    off(&member_tag<&R::cpu_weight>, resource.cpu_weight != unset);
    off(&member_tag<&R::cpu_shares>, resource.cpu_shares != unset);
  }
  if ((v2_controllers_ >> io & 1) == 0) off(&member_tag<&R::io_weight>, resource.io_weight != unset);
  return out;
}

}  // namespace svcd
