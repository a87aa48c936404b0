// A ManagerApi for tests of D-Bus: units written down literally, jobs that are done when the test says so.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/engine/api.h"
#include "libunit/set_property.h"

namespace svcd {

class FakeManager final : public ManagerApi {
 public:
  struct Unit {
    LoadedUnit loaded;
    UnitStatus status;
    std::unique_ptr<ServiceStatus> service;
    std::map<Dependency, std::vector<std::string>> dependencies;
  };
  FakeManager();
  /// A loaded unit that rests.
  Unit& add(const std::string& name, const std::string& description);
  Unit& operator[](const std::string& name) { return *units_[find(name)->index]; }
  void vanish(const std::string& name);

  // What the engine would tell at the end of a step; take() hands it out once.
  Changes changes;
  Changes take();
  /// The job and its unit come to their end: active, or whatever the test set before.
  void finish_job(JobId, JobResult);
  std::vector<std::string> history;  // the changing calls, as text
  std::vector<RequestId> reloads;
  std::vector<ClientId> gone;

  std::optional<UnitId> find(std::string_view) const override;
  Result<UnitId> load(std::string_view) override;
  std::vector<UnitId> units() const override;
  bool is_alive(UnitId id) const override { return id.index < units_.size() && units_[id.index]; }
  const LoadedUnit& loaded(UnitId id) const override { return units_.at(id.index)->loaded; }
  const UnitStatus& status(UnitId id) const override { return units_.at(id.index)->status; }
  const ServiceStatus* service(UnitId id) const override { return units_.at(id.index)->service.get(); }
  const SocketStatus* socket(UnitId) const override { return nullptr; }
  const MountStatus* mount(UnitId) const override { return nullptr; }
  std::vector<std::string> dependencies(UnitId, Dependency) const override;
  CgroupUsage usage(UnitId) const override { return {3, 4096, std::nullopt}; }
  std::vector<UnitProcess> processes(UnitId) const override { return {{"/system.slice/a.service", 42, "/bin/a -x"}}; }
  bool need_daemon_reload(UnitId) const override { return false; }
  bool can_start(UnitId) const override { return true; }
  bool can_stop(UnitId) const override { return true; }
  bool can_reload(UnitId) const override { return false; }
  bool can_isolate(UnitId) const override { return false; }
  std::optional<UnitId> unit_of_process(pid_t) const override;
  std::optional<UnitId> unit_of_cgroup(std::string_view) const override { return std::nullopt; }
  std::optional<UnitId> unit_of_invocation(const Id128&) const override;
  std::vector<JobInfo> jobs() const override;
  std::optional<JobInfo> job(JobId) const override;
  /// The next one waits for the one before it.
  std::vector<JobInfo> jobs_in_order(JobId id, bool after) const override {
    const auto other = job(after ? id + 1 : id - 1);
    return other ? std::vector<JobInfo>{*other} : std::vector<JobInfo>();
  }
  SystemState system_state() const override { return SystemState::running; }
  const ManagerTimes& times() const override { return times_; }
  uint32_t failed_units() const override { return 0; }
  Result<UnitFileState> unit_file_state(const std::string&) override;
  std::vector<Installer::ListedFile> unit_files() override { return {}; }
  Result<std::vector<std::string>> unit_file_links(const std::string& name, bool) override {
    return std::vector<std::string>{"/etc/" + name};
  }
  Result<std::string> default_target() override { return std::string("multi-user.target"); }
  const InstallFacts& install_facts(UnitId) override;
  const SearchPath& search_path() const override { return path_; }
  const Environment& environment() const override { return environment_; }
  const ManagerSettings& settings() const override { return settings_; }
  const ManagerDefaults& defaults() const override { return settings_.defaults; }
  const ManagerControls& controls() const override { return controls_; }
  const ManagerControls& first_controls() const override { return first_controls_; }

  Result<JobId> submit(const JobRequest&) override;
  Result<> cancel_job(JobId) override;
  void clear_jobs() override { history.push_back("clear-jobs"); }
  Result<> kill(UnitId, KillWho, int signal) override;
  Result<UnitId> make_transient(const UnitName& name, const std::vector<Assignment>& lines) override {
    history.push_back(fmt::format("make {} {}", name.str(), unit_file_text("", lines)));
    return load(name.str());
  }
  Result<> set_properties(UnitId, bool runtime, const std::vector<std::vector<Assignment>>& properties) override {
    for (const auto& lines : properties)
      history.push_back(fmt::format("set {} {}", runtime ? "for now" : "for good", unit_file_text("", lines)));
    return {};
  }
  Result<> reset_failed(UnitId) override;
  void reset_all_failed() override { history.push_back("reset-failed"); }
  Result<> ref(UnitId, ClientId) override;
  Result<> unref(UnitId, ClientId) override;
  Result<InstallReply> install(const InstallRequest&) override;
  InstallRequest last_install;
  Result<> set_environment(const std::vector<std::string>& set, const std::vector<std::string>& unset) override;
  void set_log_level(std::optional<int> l) override { controls_.log_level = l.value_or(first_controls_.log_level); }
  void set_log_target(std::optional<LogTarget> t) override {
    controls_.log_target = without_syslog(t.value_or(first_controls_.log_target));
  }
  void set_show_status(std::optional<ShowStatus> s) override {
    controls_.show_status = s.value_or(first_controls_.show_status);
  }
  void set_watchdogs(const ManagerControls& controls) override { controls_ = controls; }
  void reload(RequestId id) override { reloads.push_back(id); }
  Result<> finish(const Finish&) override;
  Result<> set_exit_code(uint8_t) override;
  void client_gone(ClientId id) override { gone.push_back(id); }

 private:
  std::vector<std::unique_ptr<Unit>> units_;
  std::map<JobId, JobInfo> jobs_;
  JobId next_job_ = 1;
  ManagerTimes times_;
  SearchPath path_;
  ManagerSettings settings_;
  ManagerControls controls_, first_controls_;
  Environment environment_{"LANG=C.UTF-8"};
};

}  // namespace svcd
