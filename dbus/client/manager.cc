#include "dbus/client/manager.h"

#include <poll.h>

namespace svcd::client {
namespace {

constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";
constexpr uint64_t no_timeout = UINT64_MAX;

/// Calls read_one for each struct of the array that comes next.
template <class Row, class ReadOne>
std::vector<Row> read_rows(sdbus::Message& reply, const char* signature, ReadOne read_one) {
  std::vector<Row> rows;
  reply.enterContainer("(" + std::string(signature) + ")");
  while (reply) {
    reply.enterStruct(signature);
    if (!reply) break;
    Row row;
    read_one(row);
    reply.exitStruct();
    rows.push_back(std::move(row));
  }
  reply.clearFlags();
  reply.exitContainer();
  return rows;
}

void read_path(sdbus::Message& reply, std::string& into) {
  sdbus::ObjectPath path;
  reply >> path;
  into = std::move(path);
}

std::vector<UnitFileChange> read_changes(sdbus::Message& reply) {
  return read_rows<UnitFileChange>(reply, "sss", [&](UnitFileChange& c) { reply >> c.type >> c.path >> c.source; });
}

EnableResult read_enable_result(sdbus::Message& reply) {
  EnableResult result;
  reply >> result.carries_install_info;
  result.changes = read_changes(reply);
  return result;
}

}  // namespace

Manager::Manager(Link link)
    : link_(std::move(link)), proxy_(sdbus::createProxy(*link_.connection, manager_name, manager_path)) {}

template <class... Arguments>
sdbus::MethodReply Manager::call(const char* method, const Arguments&... arguments) {
  sdbus::MethodCall message = proxy_->createMethodCall(manager_interface, method);
  (void)(message << ... << arguments);
  return proxy_->callMethod(message);
}

std::vector<UnitInfo> Manager::list_units(const Strings& states, const Strings& patterns) {
  sdbus::MethodReply reply = call("ListUnitsByPatterns", states, patterns);
  return read_rows<UnitInfo>(reply, "ssssssouso", [&](UnitInfo& u) {
    reply >> u.id >> u.description >> u.load_state >> u.active_state >> u.sub_state >> u.following;
    read_path(reply, u.path);
    reply >> u.job_id >> u.job_type;
    read_path(reply, u.job_path);
  });
}

std::vector<UnitFile> Manager::list_unit_files(const Strings& states, const Strings& patterns) {
  sdbus::MethodReply reply = call("ListUnitFilesByPatterns", states, patterns);
  return read_rows<UnitFile>(reply, "ss", [&](UnitFile& f) { reply >> f.path >> f.state; });
}

namespace {

std::vector<Job> read_jobs(sdbus::MethodReply& reply) {
  return read_rows<Job>(reply, "usssoo", [&](Job& j) {
    reply >> j.id >> j.unit >> j.type >> j.state;
    read_path(reply, j.path);
    read_path(reply, j.unit_path);
  });
}

}  // namespace

std::vector<Job> Manager::list_jobs() {
  sdbus::MethodReply reply = call("ListJobs");
  return read_jobs(reply);
}

std::vector<Job> Manager::jobs_in_order(uint32_t id, bool after) {
  try {
    sdbus::MethodReply reply = call(after ? "GetJobAfter" : "GetJobBefore", id);
    return read_jobs(reply);
  } catch (const sdbus::Error& error) {
    if (error.getName() == "org.freedesktop.systemd1.NoSuchJob") return {};
    throw;
  }
}

std::vector<Process> Manager::unit_processes(const std::string& unit) {
  sdbus::MethodReply reply = call("GetUnitProcesses", unit);
  return read_rows<Process>(reply, "sus", [&](Process& p) { reply >> p.cgroup >> p.pid >> p.command_line; });
}

std::string Manager::unit_of_process(uint32_t pid) {
  sdbus::MethodReply reply = call("GetUnitByPID", pid);
  std::string path;
  read_path(reply, path);
  return path;
}

std::string Manager::loaded_unit(const std::string& name) {
  sdbus::MethodReply reply = call("GetUnit", name);
  std::string path;
  read_path(reply, path);
  return path;
}

Properties Manager::properties(const std::string& object_path) {
  const auto object = sdbus::createProxy(*link_.connection, manager_name, object_path);
  sdbus::MethodCall message = object->createMethodCall(properties_interface, "GetAll");
  message << "";
  sdbus::MethodReply reply = object->callMethod(message);
  return Properties::read(reply);
}

Value Manager::property(const std::string& object_path, const char* interface, const char* name) {
  const auto object = sdbus::createProxy(*link_.connection, manager_name, object_path);
  sdbus::MethodCall message = object->createMethodCall(properties_interface, "Get");
  message << interface << name;
  sdbus::MethodReply reply = object->callMethod(message);
  return Value::read(reply);
}

namespace {

std::vector<Properties> dictionaries(const Value& array) {
  std::vector<Properties> all;
  for (const Value& dictionary : array.items()) all.push_back(Properties::of(dictionary));
  return all;
}

}  // namespace

std::optional<Explanation> Manager::explain(const std::string& unit) {
  sdbus::MethodCall message = proxy_->createMethodCall(own_manager_interface, "ExplainUnit");
  message << unit;
  try {
    sdbus::MethodReply reply = proxy_->callMethod(message);
    Explanation made;
    std::vector<uint8_t> invocation;
    reply >> made.is_failure >> made.sentence >> made.next_step >> made.log_unit >> invocation;
    for (const uint8_t byte : invocation)
      for (const int digit : {byte >> 4, byte & 15}) made.invocation += "0123456789abcdef"[digit];
    made.chain = dictionaries(Value::read(reply));
    return made;
  } catch (const sdbus::Error& error) {
    if (error.getName() == "org.freedesktop.DBus.Error.UnknownMethod" ||
        error.getName() == "org.freedesktop.DBus.Error.UnknownInterface")
      return std::nullopt;
    throw;
  }
}

std::vector<Properties> Manager::plan(const std::string& verb, const Strings& units, const std::string& mode) {
  sdbus::MethodCall message = proxy_->createMethodCall(own_manager_interface, "Plan");
  message << verb << units << mode;
  sdbus::MethodReply reply = proxy_->callMethod(message);
  return dictionaries(Value::read(reply));
}

std::vector<std::string> Manager::not_in_effect(const std::string& object_path) {
  try {
    return property(object_path, own_unit_interface, "NotInEffect").strings();
  } catch (const sdbus::Error&) {
    return {};
  }
}

std::string Manager::unit_file_state(const std::string& unit) {
  sdbus::MethodReply reply = call("GetUnitFileState", unit);
  std::string state;
  reply >> state;
  return state;
}

std::string Manager::default_target() {
  sdbus::MethodReply reply = call("GetDefaultTarget");
  std::string target;
  reply >> target;
  return target;
}

Strings Manager::unit_file_links(const std::string& unit, bool runtime) {
  sdbus::MethodReply reply = call("GetUnitFileLinks", unit, runtime);
  Strings links;
  reply >> links;
  return links;
}

std::string Manager::queue_job(const char* method, const std::string& unit, const std::string& mode) {
  sdbus::MethodReply reply = call(method, unit, mode);
  std::string path;
  read_path(reply, path);
  return path;
}

void Manager::cancel_job(uint32_t id) {
  (void)call("CancelJob", id);
}
void Manager::clear_jobs() {
  (void)call("ClearJobs");
}
void Manager::kill_unit(const std::string& unit, const std::string& whom, int32_t signal) {
  (void)call("KillUnit", unit, whom, signal);
}
void Manager::reset_failed() {
  (void)call("ResetFailed");
}
void Manager::reset_failed(const std::string& unit) {
  (void)call("ResetFailedUnit", unit);
}

EnableResult Manager::enable(const Strings& files, bool runtime, bool force) {
  sdbus::MethodReply reply = call("EnableUnitFiles", files, runtime, force);
  return read_enable_result(reply);
}
EnableResult Manager::reenable(const Strings& files, bool runtime, bool force) {
  sdbus::MethodReply reply = call("ReenableUnitFiles", files, runtime, force);
  return read_enable_result(reply);
}
EnableResult Manager::preset(const Strings& files, bool runtime, bool force) {
  sdbus::MethodReply reply = call("PresetUnitFiles", files, runtime, force);
  return read_enable_result(reply);
}
EnableResult Manager::preset(const Strings& files, const std::string& mode, bool runtime, bool force) {
  sdbus::MethodReply reply = call("PresetUnitFilesWithMode", files, mode, runtime, force);
  return read_enable_result(reply);
}
std::vector<UnitFileChange> Manager::preset_all(const std::string& mode, bool runtime, bool force) {
  sdbus::MethodReply reply = call("PresetAllUnitFiles", mode, runtime, force);
  return read_changes(reply);
}
std::vector<UnitFileChange> Manager::link(const Strings& paths, bool runtime, bool force) {
  sdbus::MethodReply reply = call("LinkUnitFiles", paths, runtime, force);
  return read_changes(reply);
}
std::vector<UnitFileChange> Manager::revert(const Strings& units) {
  sdbus::MethodReply reply = call("RevertUnitFiles", units);
  return read_changes(reply);
}
std::vector<UnitFileChange> Manager::add_dependency(const Strings& units, const std::string& target,
                                                    const std::string& type, bool runtime, bool force) {
  sdbus::MethodReply reply = call("AddDependencyUnitFiles", units, target, type, runtime, force);
  return read_changes(reply);
}
EnableResult Manager::disable(const Strings& files, bool runtime) {
  sdbus::MethodReply reply = call("DisableUnitFiles", files, runtime);
  return {true, read_changes(reply)};
}
std::vector<UnitFileChange> Manager::mask(const Strings& files, bool runtime, bool force) {
  sdbus::MethodReply reply = call("MaskUnitFiles", files, runtime, force);
  return read_changes(reply);
}
std::vector<UnitFileChange> Manager::unmask(const Strings& files, bool runtime) {
  sdbus::MethodReply reply = call("UnmaskUnitFiles", files, runtime);
  return read_changes(reply);
}
std::vector<UnitFileChange> Manager::set_default_target(const std::string& target, bool force) {
  sdbus::MethodReply reply = call("SetDefaultTarget", target, force);
  return read_changes(reply);
}

void Manager::reload() {
  const sdbus::MethodCall message = proxy_->createMethodCall(manager_interface, "Reload");
  (void)proxy_->callMethod(message, no_timeout);
}
void Manager::simple(const char* method) {
  (void)call(method);
}
Strings Manager::environment() {
  return manager_property("Environment").strings();
}
void Manager::set_environment(const Strings& assignments) {
  (void)call("SetEnvironment", assignments);
}
void Manager::unset_environment(const Strings& names) {
  (void)call("UnsetEnvironment", names);
}
void Manager::set_exit_code(uint8_t code) {
  (void)call("SetExitCode", code);
}
void Manager::reference(const std::string& unit) {
  (void)call("RefUnit", unit);
}

void Manager::on_job_removed(std::function<void(const RemovedJob&)> handler) {
  auto watch = sdbus::createProxy(*link_.connection, manager_name, manager_path);
  watch->registerSignalHandler(manager_interface, "JobRemoved", [handler = std::move(handler)](sdbus::Signal& signal) {
    RemovedJob job;
    signal >> job.id;
    read_path(signal, job.path);
    signal >> job.unit >> job.result;
    handler(job);
  });
  watch->finishRegistration();
  watched_.push_back(std::move(watch));
}

void Manager::on_unit_changed(const std::string& unit, std::function<void()> handler) {
  auto watch = sdbus::createProxy(*link_.connection, manager_name, unit_path(unit));
  watch->registerSignalHandler(properties_interface, "PropertiesChanged",
                               [handler = std::move(handler)](sdbus::Signal&) { handler(); });
  watch->finishRegistration();
  watched_.push_back(std::move(watch));
}

void Manager::wait(int milliseconds) {
  bool handled = false;
  while (link_.connection->processPendingRequest()) handled = true;
  if (handled) return;  // the caller may have got what it waits for
  const auto poll_data = link_.connection->getEventLoopPollData();
  pollfd events{poll_data.fd, poll_data.events, 0};
  if (::poll(&events, 1, milliseconds) <= 0) return;
  if ((events.revents & (POLLIN | POLLHUP | POLLERR)) == POLLHUP)
    throw sdbus::Error("org.freedesktop.DBus.Error.Disconnected", "The service manager closed the connection.");
  while (link_.connection->processPendingRequest()) {
  }
}

}  // namespace svcd::client
