// The interfaces as sd-bus wants them: vtables made once from the tables of properties and methods, and added to every
// connection. Every entry carries a pointer to its row, so that a call is served without looking anything up by name.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <vector>

#include "dbus/server/call.h"

namespace svcd {

struct MethodEntry;

/// Who sd-bus turns to; implemented by the object tree.
class ObjectHandler {
 public:
  virtual ~ObjectHandler() = default;
  /// Serves a call; the value to give back to sd-bus.
  virtual int serve(const MethodEntry&, sd_bus_message*) = 0;
  /// The object that a property is read of: the one that was found last.
  virtual const View& found() const = 0;
};

struct MethodEntry {
  ObjectHandler* handler;
  const Method* method;
};
struct PropertyEntry {
  ObjectHandler* handler;
  PropertyRow row;
  Method write;  // Properties.Set() of it; serve null: nobody can
  MethodEntry write_entry;
};

struct Signal {
  const char* name;
  const char* signature;
  const char* arguments;
  const char* follows = nullptr;  // as a method's
};
std::span<const Signal> manager_signals();

class Interface {
 public:
  Interface(ObjectHandler&, const char* name, const std::vector<PropertyRow>&, std::span<const std::span<const Method>>,
            std::span<const Signal>);
  Interface(const Interface&) = delete;
  Interface& operator=(const Interface&) = delete;

  const char* name() const { return name_; }
  const sd_bus_vtable* vtable() const { return vtable_.data(); }
  const std::deque<PropertyEntry>& properties() const { return properties_; }
  const std::deque<MethodEntry>& methods() const { return methods_; }
  /// The entry that serves a call of that method, or that writes that property; null: sd-bus knows what to do.
  const MethodEntry* privileged_method(std::string_view name) const;
  const MethodEntry* writer_of(std::string_view property) const;
  /// Whether PropertiesChanged has anything to tell of it.
  bool changes() const;

 private:
  /// Members that stand one behind the other.
  struct Run {
    const char* follows;  // the member they stand behind; "": first of all, null: last
    std::vector<std::pair<const char*, sd_bus_vtable>> members;
  };
  sd_bus_vtable entry_of(const PropertyRow&, ObjectHandler&);
  sd_bus_vtable entry_of(const Method&, ObjectHandler&);
  void arrange(std::vector<Run>);
  const char* name_;
  std::deque<PropertyEntry> properties_;  // never moved: the vtable points into them
  std::deque<MethodEntry> methods_;
  std::vector<sd_bus_vtable> vtable_;
};

}  // namespace svcd
