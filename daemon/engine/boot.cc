// The beginning and the end: the default target, what signals to PID 1 mean, mounts of the kernel, the last line of a
// start-up. systemd(1), "SIGNALS"; systemd.special(7).
#include <algorithm>
#include <csignal>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/mount.h"

namespace svcd {

namespace {

void make_set(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

void Manager::boot() {
  times_.generators_start = now();
  boot_generators_ = next_token();
  kernel_.run_generators(boot_generators_, lasting_environment());
  flush();
}

void Manager::make_own_units() {
  for (const char* name : {"-.slice", "init.scope", "system.slice"}) {
    const Result<UnitName> parsed = UnitName::parse(name);
    if (parsed) registry_.intern(*parsed);
  }
  registry_.load_queued();
}

void Manager::boot_units() {
  times_.generators_finish = times_.units_load_start = now();
  loader_.forget();
  make_own_units();
  mounts_changed(std::exchange(early_mounts_, {}));
  continue_mounts(SIZE_MAX);
  const auto load_target = [&](const std::string& name) -> Unit* {
    const Result<UnitId> id = load(name);
    Unit* unit = id ? registry_.get(*id) : nullptr;
    return unit && unit->loaded().state == LoadState::loaded ? unit : nullptr;
  };
  Unit* target = load_target(setup_.default_target);
  if (!target) {
    log(nullptr, priority_error,
        fmt::format("Failed to load default target {}: trying to load rescue target.", setup_.default_target));
    target = load_target("rescue.target");
  }
  if (target) return demand({target->id(), JobType::start, JobMode::isolate, {.origin = JobOrigin::boot}});
  log(nullptr, priority_emergency, "Neither the default target nor rescue.target can be loaded, nothing to start.");
  booted_ = true;
  was_empty_ = false;
}

/// Or it failed: in any case the boot is no longer waited for.
void Manager::default_target_queued(const Unit& target) {
  times_.units_load_finish = now();
  booted_ = true;
  was_empty_ = false;
  log(&target, priority_info, fmt::format("Queued start job for default target {}.", target.title()));
}

void Manager::generators_done(const GeneratorsDone& done) {
  const RequestId request = done.request;
  if (request != 0 && (request == boot_generators_ || request == generator_request_)) {
    generated_environment_ = done.environment;
    refresh_environment();
  }
  if (request != 0 && request == boot_generators_) {
    boot_generators_ = 0;
    return boot_units();
  }
  reload_generated(request);
}

void Manager::startup_finished() {
  if (startup_done_ || !booted_) return;
  startup_done_ = true;
  times_.finish = now();
  changes_.startup_finished = changes_.manager_changed = true;
  flip_show_status(false);
  const auto span = [](const Timestamp& from, const Timestamp& to) {
    return Duration(to.monotonic.count() - std::min(to.monotonic.count(), from.monotonic.count()));
  };
  const Duration userspace = span(times_.userspace, times_.finish);
  log(nullptr, priority_info,
      fmt::format("Startup finished in {}.", message_span_text(userspace, std::chrono::milliseconds(1))),
      message_id::startup_finished, {{"USERSPACE_USEC", std::to_string(userspace.count())}});
}

void Manager::start_special(std::string_view name, JobMode mode, JobOrigin origin) {
  const Result<UnitId> id = load(name);
  Unit* unit = id ? registry_.get(*id) : nullptr;
  if (unit) demand({unit->id(), JobType::start, mode, {.origin = origin}});
}

void Manager::signalled(int signal) {
  const auto force = [&](Finish::Action action) { kernel_.finish({action, exit_code_.value_or(0), {}}); };
  if (signal == SIGINT) {  // Ctrl-Alt-Del
    const bool counts = setup_.settings.ctrl_alt_del_burst_action != EmergencyAction::none;
    if (counts && !ctrl_alt_del_.allows(now().monotonic, std::chrono::seconds(2), 7)) return ctrl_alt_del_burst();
    return start_special("ctrl-alt-del.target", JobMode::replace_irreversibly);
  }
  if (signal == SIGTERM)
    return log(nullptr, priority_notice, "Received SIGTERM, ignoring: re-executing is not supported yet.");
  if (signal == SIGWINCH) return start_special("kbrequest.target", JobMode::replace);
  if (signal == SIGPWR) return start_special("sigpwr.target", JobMode::replace);
  if (signal == SIGHUP) return reload(0);
  if (control_by_signal(signal - SIGRTMIN)) return;
  switch (signal - SIGRTMIN) {
    case 0: return start_special("default.target", JobMode::isolate);
    case 1: return start_special("rescue.target", JobMode::isolate);
    case 2: return start_special("emergency.target", JobMode::isolate);
    case 3: return start_special("halt.target", JobMode::replace_irreversibly);
    case 4: return start_special("poweroff.target", JobMode::replace_irreversibly);
    case 5: return start_special("reboot.target", JobMode::replace_irreversibly);
    case 6: return start_special("kexec.target", JobMode::replace_irreversibly);
    case 13: return force(Finish::Action::halt);
    case 14: return force(Finish::Action::poweroff);
    case 15: return force(Finish::Action::reboot);
    case 16: return force(Finish::Action::kexec);
    default: log(nullptr, priority_info, fmt::format("Received SIG{}, ignoring.", signal_name(signal)));
  }
}

void Manager::bus_activation(const std::string& name) {
  const Result<UnitId> id = load(name);
  Unit* unit = id ? registry_.get(*id) : nullptr;
  if (unit) return demand({unit->id(), JobType::start, JobMode::replace, {.origin = JobOrigin::bus_activation}});
  changes_.failed_activations.push_back({name, id ? Error{} : id.error()});
}

/// Every mount of the kernel is a mount unit that is up, with or without a file.
void Manager::mounts_changed(std::vector<MountEntry> mounts) {
  if (boot_generators_ != 0) {  // nothing is loaded before the generators have written their units
    early_mounts_ = std::move(mounts);
    return;
  }
  // A table that was not gone through to its end: what it brought up must be known when it is gone from the next one.
  kernel_mounts_.insert(kernel_mounts_.end(), new_mount_names_.begin(), new_mount_names_.end());
  make_set(kernel_mounts_);
  new_mount_names_.clear();
  new_mounts_ = std::move(mounts);
  std::reverse(new_mounts_.begin(), new_mounts_.end());
  has_new_mounts_ = true;
  continue_mounts();
}

/// A table may have thousands. False: there is none.
bool Manager::continue_mounts(size_t at_most) {
  if (!has_new_mounts_) return false;
  for (; at_most > 0 && !new_mounts_.empty(); --at_most) {
    const MountEntry entry = std::move(new_mounts_.back());
    new_mounts_.pop_back();
    const Result<UnitName> name = unit_name_from_path(entry.where, UnitType::mount);
    Unit* unit = name ? registry_.intern(*name) : nullptr;
    if (!unit) continue;  // too long for a name, or there is no room for one more
    registry_.load(*unit);
    unit = registry_.find(name->str());
    if (unit) static_cast<Mount*>(unit)->appeared(entry);
    new_mount_names_.push_back(name->str());
  }
  if (!new_mounts_.empty()) return true;
  std::vector<std::string>& names = new_mount_names_;
  make_set(names);
  for (const std::string& old : kernel_mounts_)
    if (!std::binary_search(names.begin(), names.end(), old))
      if (Unit* unit = registry_.find(old)) static_cast<Mount*>(unit)->disappeared();
  kernel_mounts_ = std::move(names);
  names = {};
  has_new_mounts_ = false;
  return true;
}

}  // namespace svcd
