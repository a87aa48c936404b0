// Kernel by system calls: hands each request to the class that knows how. Events that arise while the engine is calling
// are kept and delivered in the next turn of the loop, so that no machine is entered twice.
#pragma once

#include <deque>
#include <memory>

#include "daemon/engine/bus_names.h"
#include "daemon/engine/kernel.h"
#include "daemon/linux/condition_tests.h"
#include "daemon/linux/console.h"
#include "daemon/linux/descriptor_store.h"
#include "daemon/linux/event_loop.h"
#include "daemon/linux/event_sink.h"
#include "daemon/linux/generators.h"
#include "daemon/linux/journal_sender.h"
#include "daemon/linux/manager_configuration.h"
#include "daemon/linux/mount_table.h"
#include "daemon/linux/notify_socket.h"
#include "daemon/linux/shutdown.h"
#include "daemon/linux/socket_units.h"
#include "daemon/linux/state_record_file.h"
#include "daemon/linux/timers.h"
#include "daemon/linux/unit_links.h"
#include "daemon/linux/unit_processes.h"
#include "daemon/linux/user_lookup.h"
#include "libunit/host/file_writer.h"
#include "libunit/host/host_files.h"

namespace svcd {

class LinuxKernel final : public Kernel, public ChangeListener {
 public:
  /// The scope outlives the kernel.
  LinuxKernel(EventLoop&, const Scope&);
  ~LinuxKernel() override;

  /// Where events go; set before start().
  void deliver_to(EventSink sink) { sink_ = std::move(sink); }
  /// Who knows the owners of bus names; nullptr: nobody.
  void ask_bus(BusNames* names) { bus_names_ = names; }
  /// Where settings are read anew at a daemon-reload; nullptr: they stay.
  void configure_from(const ManagerConfiguration* configuration) { configuration_ = configuration; }
  void log(const Diagnostics&);
  /// Opens the notify socket, begins to reap. What cannot be had is reported, and the rest works.
  void start();
  /// The mount table as it is, once somebody may hear of it; from then on its changes come by themselves.
  void look_at_mounts() { mounts_.look(); }
  /// A message of the manager's own.
  void log(int priority, std::string message, std::string unit = {});
  Console& console() { return console_; }
  int exit_code() const { return shutdown_.exit_code(); }

  /// Delivers later, never from inside the call.
  void post(Event&&);

  // ---- ChangeListener: the journal and the console
  void flush(const Changes&) override;

  // ---- Kernel
  Timestamp now() const override { return timestamp_now(); }
  Id128 random_id() override;
  pid_t spawn(const SpawnRequest& request) override { return processes_.spawn(request, sockets_, stored_); }
  void kill(const KillRequest& request) override { processes_.kill(request); }
  bool watch_process(UnitId unit, pid_t pid) override { return processes_.watch(unit, pid); }
  void unwatch_process(UnitId unit, pid_t pid) override { processes_.unwatch(unit, pid); }
  void reap(pid_t pid) override { processes_.reap(pid); }
  void adopt_cgroup(UnitId, const std::string& cgroup) override;
  pid_t clean(const CleanRequest& request) override { return processes_.clean(request); }
  bool keep_descriptor(UnitId unit, DescriptorId id, const std::string& name, bool watch) override {
    return stored_.keep(unit, id, name, watch);
  }
  void drop_descriptor(UnitId unit, DescriptorId id) override { stored_.drop(unit, id); }
  std::vector<StoredDescriptor> stored_descriptors(UnitId unit) const override { return stored_.of(unit); }
  size_t stored_descriptor_count(UnitId unit) const override { return stored_.count(unit); }
  bool has_descriptor(UnitId unit, DescriptorId id) const override { return stored_.has(unit, id); }
  void realize_cgroup(UnitId, const std::string& cgroup, const ResourceSection&) override;
  void release_cgroup(UnitId, const std::string& cgroup) override { processes_.release(cgroup); }
  bool cgroup_is_empty(const std::string& cgroup) const override { return processes_.cgroups().is_empty(cgroup); }
  std::vector<pid_t> cgroup_processes(const std::string& cgroup, size_t at_most) const override;
  CgroupUsage cgroup_usage(const std::string& cgroup) const override { return processes_.cgroups().usage(cgroup); }
  uint64_t cgroup_id(const std::string& cgroup) const override { return processes_.cgroups().id(cgroup); }
  bool can_freeze() const override { return processes_.cgroups().can_freeze(); }
  Result<> freeze_cgroup(UnitId unit, const std::string& cgroup, bool frozen) override {
    return processes_.freeze(unit, cgroup, frozen);
  }
  std::string cgroup_of(pid_t pid) const override { return processes_.cgroups().of_pid(pid); }
  std::string process_name(pid_t) const override;
  std::string process_command_line(pid_t) const override;
  void arm_timer(TimerKey key, Time when) override { timers_.arm(key, when); }
  void disarm_timer(TimerKey key) override { timers_.disarm(key); }
  void open_sockets(UnitId, const std::string& name, const SocketSection&) override;
  void watch_sockets(UnitId unit, bool on) override { sockets_.watch(unit, on); }
  void close_sockets(UnitId unit, bool remove_files) override { sockets_.close(unit, remove_files); }
  bool condition(const Condition& condition) override { return conditions_.holds(condition); }
  Result<PidFile> read_pid_file(const std::string& path) override;
  void remove_pid_file(const std::string& path) override;
  bool is_our_child(pid_t pid) const override { return ChildReaper::is_our_child(pid); }
  bool is_alive(pid_t) const override;
  bool is_manager(pid_t) const override;
  FileSource& files() override { return files_; }
  Result<> apply(const InstallChange& change) override { return apply_install_change(change); }
  Result<> write_file(const std::string& path, std::string_view content) override;
  void publish_invocation(const std::string& unit_name, const Id128&) override;
  void withdraw_invocation(const std::string& unit_name) override { unit_links_.withdraw_invocation(unit_name); }
  void publish_log_settings(const std::string& unit_name, const UnitConfig& config) override {
    unit_links_.publish_log_settings(unit_name, config);
  }
  void withdraw_log_settings(const std::string& unit_name) override { unit_links_.withdraw_log_settings(unit_name); }
  void remove_directories(UnitId, const std::string& name, const ExecSection&) override;
  void watch_bus_name(UnitId, const std::string& name) override;
  void unwatch_bus_name(UnitId, const std::string& name) override;
  void set_environment(const Environment& environment) override { processes_.spawner().set_environment(environment); }
  void run_generators(RequestId, const Environment&) override;
  void control(const ManagerControls&) override;
  void configure(const ManagerSettings&) override;
  std::optional<ManagerSettings> read_settings(Diagnostics&) override;
  void finish(const Finish& finish) override { shutdown_.begin(finish); }
  std::span<std::byte> state_record() override { return record_.bytes(); }
  bool grow_state_record(size_t from, size_t to) override { return record_.grow(from, to); }

 private:
  void deliver(Event&&);
  bool deliver_one_posted();
  void watch_signals();

  EventLoop& loop_;
  const Scope& scope_;
  EventSink sink_;
  JournalSender journal_;
  Console console_;
  HostFiles files_;
  ConditionTests conditions_;
  UnitLinks unit_links_;
  StateRecordFile record_;
  Timers timers_;
  UnitProcesses processes_;
  UserLookup users_;
  SocketUnits sockets_;
  DescriptorStore stored_;
  NotifySocket notify_;
  MountTable mounts_;
  Generators generators_;
  Shutdown shutdown_;
  BusNames* bus_names_ = nullptr;
  const ManagerConfiguration* configuration_ = nullptr;
  std::vector<EventSource> signals_;
  std::deque<Event> posted_;
  Turns deliver_;
};

}  // namespace svcd
