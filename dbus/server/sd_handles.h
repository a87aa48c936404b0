// Owners for what libsystemd counts references of.
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <memory>

namespace svcd {

struct SdUnref {
  void operator()(sd_bus* bus) const { sd_bus_close_unref(bus); }
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
  void operator()(sd_bus_slot* slot) const { sd_bus_slot_unref(slot); }
  void operator()(sd_event_source* source) const { sd_event_source_disable_unref(source); }
};
using BusHandle = std::unique_ptr<sd_bus, SdUnref>;
using MessageHandle = std::unique_ptr<sd_bus_message, SdUnref>;
using SlotHandle = std::unique_ptr<sd_bus_slot, SdUnref>;
using SourceHandle = std::unique_ptr<sd_event_source, SdUnref>;

/// sd-bus goes on after the handshake by a timer that it sets anew in every turn, so that others who are always ready
/// would always come before it: a new connection goes first until it is connected.
inline constexpr int handshake_priority = SD_EVENT_PRIORITY_NORMAL - 1;

/// One more owner of a message that somebody else holds.
inline MessageHandle keep(sd_bus_message* message) {
  return MessageHandle(sd_bus_message_ref(message));
}

}  // namespace svcd
