// A typed client of the service manager's D-Bus API. One Manager is one connection and belongs to one thread. Every
// call blocks until the manager has answered, and throws sdbus::Error with the manager's error name and message.
#pragma once

#include <sdbus-c++/Error.h>
#include <sdbus-c++/IProxy.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dbus/client/connection.h"
#include "dbus/client/types.h"
#include "dbus/client/value.h"

namespace svcd::client {

using Strings = std::vector<std::string>;

class Manager {
 public:
  explicit Manager(Link link);
  Manager() : Manager(connect_to_manager()) {}

  // ---- looking
  /// States and patterns are alternatives; an empty list takes all.
  std::vector<UnitInfo> list_units(const Strings& states = {}, const Strings& patterns = {});
  std::vector<UnitFile> list_unit_files(const Strings& states = {}, const Strings& patterns = {});
  std::vector<Job> list_jobs();
  /// The jobs that wait for one (after), or that it waits for; none if it is gone.
  std::vector<Job> jobs_in_order(uint32_t id, bool after);
  std::vector<Process> unit_processes(const std::string& unit);
  std::string unit_of_process(uint32_t pid);         // an object path
  std::string loaded_unit(const std::string& name);  // GetUnit(): an object path; NoSuchUnit if it is not in memory
  /// All properties of an object, whatever interface they are of. Looking at the path of a unit loads it.
  Properties properties(const std::string& object_path);
  /// The settings that a unit asks for and does not get here; none if the manager is systemd, which does not tell.
  std::vector<std::string> not_in_effect(const std::string& object_path);
  /// Why a unit is as it is; nothing if the manager is systemd, which does not tell.
  std::optional<Explanation> explain(const std::string& unit);
  /// What jobs would do, one request a unit: the dictionaries of docs/dbus.md. Throws if the manager is systemd.
  std::vector<Properties> plan(const std::string& verb, const Strings& units, const std::string& mode);
  Properties unit_properties(const std::string& unit) { return properties(unit_path(unit)); }
  Value property(const std::string& object_path, const char* interface, const char* name);
  Value unit_property(const std::string& unit, const char* name) {
    return property(unit_path(unit), unit_interface, name);
  }
  Value manager_property(const char* name) { return property(manager_path, manager_interface, name); }
  std::string unit_file_state(const std::string& unit);
  std::string default_target();
  /// What disabling the unit would take away.
  Strings unit_file_links(const std::string& unit, bool runtime);
  Strings environment();  // "NAME=value" of what processes get

  // ---- changing
  /// Any of the methods (unit, mode) → job: StartUnit, StopUnit, ReloadUnit, RestartUnit … The object path of the job.
  std::string queue_job(const char* method, const std::string& unit, const std::string& mode);
  void cancel_job(uint32_t id);
  void clear_jobs();
  void kill_unit(const std::string& unit, const std::string& whom, int32_t signal);
  void reset_failed();
  void reset_failed(const std::string& unit);
  EnableResult enable(const Strings& files, bool runtime, bool force);
  EnableResult reenable(const Strings& files, bool runtime, bool force);
  EnableResult preset(const Strings& files, bool runtime, bool force);
  /// mode: "" for both, "enable-only" or "disable-only".
  EnableResult preset(const Strings& files, const std::string& mode, bool runtime, bool force);
  std::vector<UnitFileChange> preset_all(const std::string& mode, bool runtime, bool force);
  std::vector<UnitFileChange> link(const Strings& paths, bool runtime, bool force);
  std::vector<UnitFileChange> revert(const Strings& units);
  /// type: "Wants" or "Requires".
  std::vector<UnitFileChange> add_dependency(const Strings& units, const std::string& target, const std::string& type,
                                             bool runtime, bool force);
  EnableResult disable(const Strings& files, bool runtime);
  std::vector<UnitFileChange> mask(const Strings& files, bool runtime, bool force);
  std::vector<UnitFileChange> unmask(const Strings& files, bool runtime);
  std::vector<UnitFileChange> set_default_target(const std::string& target, bool force);
  /// Returns when the manager has reloaded, however long that takes.
  void reload();
  /// A method without arguments and without an interesting answer: PowerOff, Reboot, Halt, Exit, KExec.
  void simple(const char* method);
  void set_exit_code(uint8_t code);
  void set_environment(const Strings& assignments);
  void unset_environment(const Strings& names);
  /// Keeps the unit in memory and its signals coming as long as this connection lives.
  void reference(const std::string& unit);

  // ---- signals: they arrive inside wait()
  void on_job_removed(std::function<void(const RemovedJob&)> handler);
  /// Called with the object path of a unit of which properties changed.
  void on_unit_changed(const std::string& unit, std::function<void()> handler);
  /// Handles what has arrived, waiting for it up to that many milliseconds (-1: for ever).
  void wait(int milliseconds);

  sdbus::IConnection& connection() { return *link_.connection; }

 private:
  template <class... Arguments>
  sdbus::MethodReply call(const char* method, const Arguments&... arguments);
  sdbus::IProxy& proxy() { return *proxy_; }

  Link link_;
  std::unique_ptr<sdbus::IProxy> proxy_;
  std::vector<std::unique_ptr<sdbus::IProxy>> watched_;
};

}  // namespace svcd::client
