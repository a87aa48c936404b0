#include "dbus/server/signals.h"

#include <sys/socket.h>
#include <systemd/sd-id128.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "dbus/server/object_path.h"

namespace svcd {

Signals::Signals(CallContext& context, ObjectTree& tree, PrivateSocket& connections)
    : context_(context), tree_(tree), private_(connections) {
  context_.replies.when_released([this] { go_on(); });
}
Signals::~Signals() = default;

/// A connection to ourselves that is never processed: sd-bus makes messages only on a bus that was started.
Result<> Signals::open() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
    return tl::unexpected(Error{ErrorCode::failed, "socketpair", errno});
  sd_bus* bus = nullptr;
  sd_id128_t id{};
  int r = sd_bus_new(&bus);
  workshop_.reset(bus);
  if (r >= 0) r = sd_id128_randomize(&id);
  if (r >= 0) r = sd_bus_set_server(bus, 1, id);
  if (r >= 0) r = sd_bus_set_fd(bus, ends[0], ends[0]);
  if (r < 0) ::close(ends[0]);
  if (r >= 0) r = sd_bus_start(bus);
  ::close(ends[1]);
  if (r < 0) return tl::unexpected(Error{ErrorCode::failed, std::strerror(-r), -r});
  return {};
}

bool Signals::has_audience(const Signal& signal) const {
  if (signal.on_system_bus && system_bus_) return true;
  const SignalFacts facts{bus_name, signal.path, signal.interface, signal.member, signal.arg0};
  return std::ranges::any_of(private_.connections(), [&](const auto& entry) {
    const Connection& to = *entry.second;
    return to.is_ready() && (signal.to == Private::all ? to.wants(facts) : to.asked_for(facts));
  });
}

template <class Fill>
void Signals::send(const Signal& signal, Fill fill) {
  if (!has_audience(signal)) return;
  sd_bus_message* made = nullptr;
  if (sd_bus_message_new_signal(workshop_.get(), &made, signal.path.c_str(), signal.interface, signal.member) < 0)
    return;
  const MessageHandle message(made);
  if (sd_bus_message_set_sender(made, bus_name) < 0) return;
  BusSink sink(made);
  fill(sink);
  if (sink.result() < 0) return;
  const SignalFacts facts{bus_name, signal.path, signal.interface, signal.member, signal.arg0};
  const uint32_t size = 256 + sink.size();  // with the header
  for (const auto& [bus, to] : private_.connections()) {
    if (!to->is_ready() || !(signal.to == Private::all ? to->wants(facts) : to->asked_for(facts))) continue;
    (void)sd_bus_send(bus, made, nullptr);  // the first one seals it, the others share it
    to->queue().sent(bus, size);
  }
  if (!signal.on_system_bus || !system_bus_) return;
  (void)sd_bus_send(system_bus_, made, nullptr);
  system_bus_queue_.sent(system_bus_, size);
}

bool Signals::job_is_heard(JobId job) const {
  return context_.clients.anybody_subscribed() || context_.clients.job_has_owner(job);
}

bool Signals::unit_is_watched(UnitId unit) const {
  return context_.clients.anybody_subscribed() || context_.clients.is_referenced(unit);
}

void Signals::tell_unit(const char* member, const std::string& name, bool on_system_bus, Private to) {
  send({manager_path, manager_interface, member, name, on_system_bus, to}, [&](BusSink& sink) {
    sink.string(name);
    sink.object_path(unit_path(name));
  });
}

void Signals::tell_job_new(const JobNew& job) {
  ++installed_jobs_;
  context_.clients.own_job(job.client, job.job);
  const bool heard = job_is_heard(job.job);
  send({manager_path, manager_interface, "JobNew", {}, heard, Private::all}, [&](BusSink& sink) {
    sink.u32(job.job);
    sink.object_path(job_path(job.job));
    sink.string(job.unit_name);
  });
  context_.replies.announced(job.job);
}

void Signals::tell_job_removed(const JobRemoved& job) {
  if (job.result == JobResult::failed || job.result == JobResult::invalid) ++failed_jobs_;  // what systemd counts
  const bool heard = job_is_heard(job.job);
  send({manager_path, manager_interface, "JobRemoved", {}, heard, Private::all}, [&](BusSink& sink) {
    sink.u32(job.job);
    sink.object_path(job_path(job.job));
    sink.string(job.unit_name);
    sink.string(to_string(job.result));
  });
  context_.replies.removed(job.job);
  context_.clients.forget_job(job.job);
}

void Signals::tell_properties(const std::string& path, const Interface& interface, const View& view,
                              bool on_system_bus) {
  if (!interface.changes()) return;
  send({path, properties_interface, "PropertiesChanged", interface.name(), on_system_bus, Private::all},
       [&](BusSink& sink) {
         sink.string(interface.name());
         sink.open_array("{sv}");
         for (const PropertyEntry& entry : interface.properties()) {
           if (entry.row.emits != Emits::change) continue;
           sink.open_dict_entry("sv");
           sink.string(entry.row.name);
           sink.open_variant(entry.row.signature);
           entry.row.show_to(view, sink);
           sink.close_variant();
           sink.close_dict_entry();
         }
         sink.close_array();
         sink.open_array("s");
         for (const PropertyEntry& entry : interface.properties())
           if (entry.row.emits == Emits::invalidates) sink.string(entry.row.name);
         sink.close_array();
       });
}

void Signals::tell_unit_changed(UnitId unit) {
  if (!context_.api.is_alive(unit)) return;
  const UnitName& id = context_.api.loaded(unit).id;
  const std::string path = unit_path(id.str());
  const View view = tree_.view_of(unit);
  const bool watched = unit_is_watched(unit);
  tell_properties(path, tree_.type(id.type()), view, watched);
  tell_properties(path, tree_.unit(), view, watched);
}

void Signals::tell_job_changed(JobId id) {
  const std::optional<JobInfo> job = context_.api.job(id);
  if (!job) return;
  const bool heard = job_is_heard(id);
  tell_properties(job_path(id), tree_.job(), tree_.view_of(*job), heard);
}

void Signals::tell_manager(const char* member) {
  send({manager_path, manager_interface, member, {}, context_.clients.anybody_subscribed(), Private::all},
       [](BusSink&) {});
}

void Signals::tell_reloading(bool active) {
  send({manager_path, manager_interface, "Reloading", {}, context_.clients.anybody_subscribed(), Private::all},
       [active](BusSink& sink) { sink.boolean(active); });
}

/// systemd says UnitRemoved and UnitNew of every unit. So do we to those who listen by rules or subscription; a bare
/// private connection hears of the units that really changed, which the step tells anyway.
void Signals::tell_reload_end(const Changes& changes) {
  const auto is_new = [&](UnitId unit) {
    return std::ranges::find(changes.appeared, unit, &UnitAppeared::unit) != changes.appeared.end();
  };
  for (const char* member : {"UnitRemoved", "UnitNew"})
    for (const UnitId unit : context_.api.units())
      if (!is_new(unit)) tell_unit(member, context_.api.loaded(unit).id.str(), unit_is_watched(unit), Private::asked);
}

void Signals::tell_startup_finished() {
  const ManagerTimes& times = context_.api.times();
  const auto span = [](const Timestamp& from, const Timestamp& to) {
    return to.monotonic > from.monotonic ? (to.monotonic - from.monotonic).count() : 0;
  };
  const bool initrd = times.initrd.happened();
  const uint64_t kernel = initrd ? times.initrd.monotonic.count() : times.userspace.monotonic.count();
  send({manager_path, manager_interface, "StartupFinished", {}, context_.clients.anybody_subscribed(), Private::all},
       [&](BusSink& sink) {
         sink.u64(0);  // firmware and boot loader are not measured
         sink.u64(0);
         sink.u64(context_.scope.is_container ? 0 : kernel);
         sink.u64(initrd ? span(times.initrd, times.userspace) : 0);
         sink.u64(span(times.userspace, times.finish));
         sink.u64(context_.scope.is_container ? span(times.userspace, times.finish) : times.finish.monotonic.count());
       });
}

void Signals::tell_beginning(const Changes& changes) {
  const bool listened = context_.clients.anybody_subscribed();  // nobody can hold a reference to what was not there
  if (changes.reloading_began) tell_reloading(true);
  for (const UnitAppeared& unit : changes.appeared) tell_unit("UnitNew", unit.name, listened, Private::all);
  for (const JobRemoved& job : changes.replaced_jobs) tell_job_removed(job);
  for (const JobNew& job : changes.new_jobs) tell_job_new(job);
  context_.replies.send_announced();
}

void Signals::tell_rest(const Changes& changes) {
  for (const JobId job : changes.changed_jobs) tell_job_changed(job);
  if (changes.manager_changed && std::exchange(told_failed_units_, context_.api.failed_units()) != told_failed_units_)
    tell_properties(manager_path, tree_.manager(), tree_.view_of(UnitId{}), context_.clients.anybody_subscribed());
  for (const UnitId unit : changes.changed_units) tell_unit_changed(unit);
  for (const JobRemoved& job : changes.removed_jobs) tell_job_removed(job);
  for (const UnitVanished& unit : changes.vanished)
    tell_unit("UnitRemoved", unit.name, unit_is_watched(unit.unit), Private::all);
  if (changes.reloading_ended) {
    tell_reload_end(changes);
    tell_reloading(false);
  }
  if (changes.unit_files_changed) tell_manager("UnitFilesChanged");
  if (changes.startup_finished) tell_startup_finished();
  for (const RequestDone& done : changes.done) context_.replies.done(done);
}

void Signals::flush(const Changes& changes) {
  if (held_.empty()) tell_beginning(changes);
  if (!held_.empty() || context_.replies.is_held()) {
    if (!held_.empty() || changes.is_more_than_new()) held_.push_back(changes);
    return;
  }
  tell_rest(changes);
  private_.look_for_flooded();
}

/// The caller has his answer.
void Signals::go_on() {
  const std::vector<Changes> held = std::exchange(held_, {});
  for (const Changes& changes : held) {
    if (&changes != &held.front()) tell_beginning(changes);
    tell_rest(changes);
  }
}

}  // namespace svcd
