// What journald reads of units, in …/units: links and small files that say whose a message is and what to do with it.
#pragma once

#include <string>

#include "daemon/engine/ids.h"
#include "libunit/config.h"

namespace svcd {

class UnitLinks {
 public:
  explicit UnitLinks(std::string folder) : folder_(std::move(folder)) {}
  /// invocation:NAME → the invocation's id.
  void publish_invocation(const std::string& unit_name, const Id128&) const;
  void withdraw_invocation(const std::string& unit_name) const;
  /// log-level-max:NAME, log-rate-limit-interval:NAME (in µs) and log-rate-limit-burst:NAME → a number;
  /// log-extra-fields:NAME, a file of fields, each behind its length as a little-endian number of 64 bits.
  void publish_log_settings(const std::string& unit_name, const UnitConfig&) const;
  void withdraw_log_settings(const std::string& unit_name) const;

 private:
  std::string path(const char* kind, const std::string& unit_name) const;
  std::string folder_;
};

}  // namespace svcd
