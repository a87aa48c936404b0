// Reading the journal: the entries of units, from files, without the manager.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ctl/log_text.h"

struct sd_journal;

namespace svcd::ctl {

class Journal {
 public:
  Journal();
  ~Journal();
  Journal(const Journal&) = delete;
  /// Whether there is a journal that we may read.
  explicit operator bool() const { return journal_ != nullptr; }
  /// How many of its files we were not allowed to open.
  bool is_incomplete() const;

  void only_this_boot();
  /// What the units wrote, and what was written about them: by the manager, or by root in their name.
  void only_units(const std::vector<std::string>& units);
  void seek_tail();  // behind the last entry
  void seek_head();
  void seek_time(uint64_t realtime);
  bool next();
  bool previous(uint64_t steps);
  /// The current entry; false: it has no message, and is not to be shown.
  bool read(LogEntry&, bool with_fields) const;
  /// Waits for new entries.
  void wait();
  void wait_for(uint64_t usec);
  /// Whether entries of this boot older than this monotonic time are gone.
  bool starts_after(uint64_t monotonic) const;

 private:
  std::string field(const char* name) const;
  void only_unit(const std::string& unit);
  sd_journal* journal_ = nullptr;
};

}  // namespace svcd::ctl
