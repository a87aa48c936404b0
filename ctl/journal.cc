#include "ctl/journal.h"

#include <fmt/format.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace svcd::ctl {
namespace {

constexpr const char* coredump_message = "MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1";

void match(sd_journal* journal, const std::string& field_and_value) {
  (void)::sd_journal_add_match(journal, field_and_value.data(), field_and_value.size());
}

}  // namespace

Journal::Journal() {
  if (::sd_journal_open(&journal_, SD_JOURNAL_LOCAL_ONLY) < 0) journal_ = nullptr;
  if (journal_ != nullptr) (void)::sd_journal_set_data_threshold(journal_, 0);
}

Journal::~Journal() {
  ::sd_journal_close(journal_);
}

bool Journal::is_incomplete() const {
  return ::sd_journal_has_runtime_files(journal_) == 0 && ::sd_journal_has_persistent_files(journal_) == 0;
}

void Journal::only_this_boot() {
  sd_id128_t boot;
  if (::sd_id128_get_boot(&boot) < 0) return;
  char text[SD_ID128_STRING_MAX];
  match(journal_, std::string("_BOOT_ID=") + ::sd_id128_to_string(boot, text));
  (void)::sd_journal_add_conjunction(journal_);
}

void Journal::only_units(const std::vector<std::string>& units) {
  for (const std::string& unit : units) {
    only_unit(unit);
    (void)::sd_journal_add_disjunction(journal_);
  }
}

void Journal::only_unit(const std::string& unit) {
  match(journal_, "_SYSTEMD_UNIT=" + unit);
  (void)::sd_journal_add_disjunction(journal_);
  match(journal_, "_PID=1");
  match(journal_, "UNIT=" + unit);
  (void)::sd_journal_add_disjunction(journal_);
  match(journal_, "_UID=0");
  match(journal_, "OBJECT_SYSTEMD_UNIT=" + unit);
  (void)::sd_journal_add_disjunction(journal_);
  match(journal_, coredump_message);
  match(journal_, "_UID=0");
  match(journal_, "COREDUMP_UNIT=" + unit);
  static constexpr std::string_view slice = ".slice";
  if (unit.size() < slice.size() || unit.compare(unit.size() - slice.size(), slice.size(), slice) != 0) return;
  (void)::sd_journal_add_disjunction(journal_);
  match(journal_, "_SYSTEMD_SLICE=" + unit);
}

void Journal::seek_tail() {
  (void)::sd_journal_seek_tail(journal_);
}
void Journal::seek_head() {
  (void)::sd_journal_seek_head(journal_);
}
void Journal::seek_time(uint64_t realtime) {
  (void)::sd_journal_seek_realtime_usec(journal_, realtime);
}
bool Journal::next() {
  return ::sd_journal_next(journal_) > 0;
}
bool Journal::previous(uint64_t steps) {
  return ::sd_journal_previous_skip(journal_, steps) > 0;
}
void Journal::wait() {
  (void)::sd_journal_wait(journal_, UINT64_MAX);
}

void Journal::wait_for(uint64_t usec) {
  (void)::sd_journal_wait(journal_, usec);
}

std::string Journal::field(const char* name) const {
  const void* data = nullptr;
  size_t size = 0;
  const size_t skip = std::strlen(name) + 1;
  if (::sd_journal_get_data(journal_, name, &data, &size) < 0 || size < skip) return {};
  return {static_cast<const char*>(data) + skip, size - skip};
}

bool Journal::read(LogEntry& entry, bool with_fields) const {
  entry = {};
  const void* data = nullptr;
  size_t size = 0;
  if (::sd_journal_get_data(journal_, "MESSAGE", &data, &size) < 0 && !with_fields) return false;
  if (size >= 8) entry.message.assign(static_cast<const char*>(data) + 8, size - 8);
  const std::string source_time = field("_SOURCE_REALTIME_TIMESTAMP");
  sd_id128_t boot;
  (void)::sd_journal_get_realtime_usec(journal_, &entry.received);
  (void)::sd_journal_get_monotonic_usec(journal_, &entry.monotonic, &boot);
  entry.realtime = source_time.empty() ? entry.received : std::strtoull(source_time.c_str(), nullptr, 10);
  entry.host_name = field("_HOSTNAME");
  entry.identifier = field("SYSLOG_IDENTIFIER");
  if (entry.identifier.empty()) entry.identifier = field("_COMM");
  entry.pid = field("_PID");
  if (entry.pid.empty()) entry.pid = field("SYSLOG_PID");
  if (const std::string priority = field("PRIORITY"); priority.size() == 1 && priority[0] >= '0' && priority[0] <= '7')
    entry.priority = priority[0] - '0';
  if (entry.pid == "1") entry.unit = field("UNIT");
  for (const char* name : {"OBJECT_SYSTEMD_UNIT", "COREDUMP_UNIT", "_SYSTEMD_UNIT"})
    if (entry.unit.empty()) entry.unit = field(name);
  if (!with_fields) return true;
  char* cursor = nullptr;
  if (::sd_journal_get_cursor(journal_, &cursor) >= 0) entry.cursor = cursor;
  ::free(cursor);
  SD_JOURNAL_FOREACH_DATA(journal_, data, size) {
    const std::string_view text(static_cast<const char*>(data), size);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    entry.fields.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return true;
}

bool Journal::starts_after(uint64_t monotonic) const {
  sd_id128_t boot;
  uint64_t from = 0, to = 0;
  return ::sd_id128_get_boot(&boot) >= 0 && ::sd_journal_get_cutoff_monotonic_usec(journal_, boot, &from, &to) > 0 &&
         monotonic < from;
}

}  // namespace svcd::ctl
