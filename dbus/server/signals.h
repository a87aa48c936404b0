// What a step changed, as D-Bus signals: each is marshalled once and queued for everybody who gets it, in the order
// that clients rely on (UnitNew, JobNew, replies, PropertiesChanged, JobRemoved, UnitRemoved). Who gets what is
// systemd's rule: private connections everything; the system bus one broadcast, if somebody there subscribed, queued
// the job and is still connected, or holds a reference to the unit.
#pragma once

#include <string>
#include <vector>

#include "daemon/engine/api.h"
#include "dbus/server/object_tree.h"
#include "dbus/server/private_socket.h"

namespace svcd {

class Signals {
 public:
  Signals(CallContext&, ObjectTree&, PrivateSocket&);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  Result<> open();
  /// Null: there is none, or it is not ready.
  void set_system_bus(sd_bus* bus) {
    system_bus_ = bus;
    system_bus_queue_ = {};
  }
  /// The bus does not read what we send.
  bool system_bus_is_flooded() { return system_bus_ && system_bus_queue_.is_flooded(system_bus_); }
  void flush(const Changes&);

  uint32_t installed_jobs() const { return installed_jobs_; }
  uint32_t failed_jobs() const { return failed_jobs_; }

 private:
  enum class Private : uint8_t { all, asked };  // asked: only those with a match rule for it
  struct Signal {
    std::string path;
    const char* interface;
    const char* member;
    std::string arg0;
    bool on_system_bus = false;
    Private to = Private::all;
  };
  template <class Fill>
  void send(const Signal&, Fill fill);
  void tell_beginning(const Changes&);
  void tell_rest(const Changes&);
  void go_on();
  bool has_audience(const Signal&) const;
  bool job_is_heard(JobId) const;
  bool unit_is_watched(UnitId) const;

  void tell_unit(const char* member, const std::string& name, bool on_system_bus, Private to);
  void tell_job_new(const JobNew&);
  void tell_job_removed(const JobRemoved&);
  void tell_job_changed(JobId);
  void tell_unit_changed(UnitId);
  void tell_properties(const std::string& path, const Interface&, const View&, bool on_system_bus);
  void tell_reloading(bool active);
  void tell_reload_end(const Changes&);
  void tell_startup_finished();
  void tell_manager(const char* member);

  CallContext& context_;
  ObjectTree& tree_;
  PrivateSocket& private_;
  BusHandle workshop_;  // never speaks: shared messages are made on it, so that none belongs to a client
  sd_bus* system_bus_ = nullptr;
  WriteQueue system_bus_queue_;
  uint32_t installed_jobs_ = 0, failed_jobs_ = 0;
  uint32_t told_failed_units_ = 0;
  std::vector<Changes> held_;  // until a caller has his answer; the beginning of the first one is told
};

}  // namespace svcd
