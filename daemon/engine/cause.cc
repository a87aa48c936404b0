#include "daemon/engine/cause.h"

#include <array>
#include <iterator>

#include "daemon/engine/state_record.h"
#include "libunit/settings.h"

namespace svcd {

namespace {

constexpr std::array<std::string_view, size_t(CauseKind::waiting) + 1> kind_names{
    "exited",     "exec",        "spawn",       "timeout",       "runtime-limit", "watchdog",    "oom",
    "protocol",   "resources",   "start-limit", "trigger-limit", "condition",     "assert",      "unbound",
    "not-loaded", "unsupported", "once",        "inapplicable",  "dependency",    "job-timeout", "canceled",
    "order-loop", "refused",     "stopped",     "finished",      "idle",          "waiting"};
constexpr std::array<std::string_view, size_t(JobOrigin::emergency) + 1> origin_names{
    "client", "boot",     "signal", "bus-activation", "restart",   "on-failure", "on-success",
    "upheld", "unneeded", "bound",  "came-up",        "triggered", "emergency"};

/// What save() keeps of the longer texts, and how much of a slot it leaves to what stands behind it.
constexpr size_t saved_step = 32, saved_setting = 40, saved_detail = 96, kept_free = 256;

void cut(std::string& text, size_t most) {
  if (text.size() <= most) return;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;  // no half character
  text.resize(most);
}

void put(const Cause& cause, RecordWriter& writer) {
  writer.number(uint64_t(cause.kind) + 1);
  writer.time(cause.when);
  writer.number(uint64_t(cause.job));
  writer.number(uint64_t(cause.result));
  writer.number(uint64_t(cause.reason));
  writer.number(uint64_t(cause.origin));
  writer.number(uint64_t(cause.through));
  writer.number(uint64_t(cause.load));
  writer.text(cause.other);
  writer.text(std::string_view(cause.step).substr(0, saved_step));
  writer.text(std::string_view(cause.setting).substr(0, saved_setting));
  writer.number(cause.index);
  writer.number(uint64_t(cause.status.kind));
  writer.number(uint64_t(cause.status.value));
  writer.number(uint64_t(cause.error_number));
  writer.number(cause.limit.count());
  writer.number(cause.count);
  std::string detail = cause.detail;
  cut(detail, saved_detail);
  writer.text(detail);
}

/// False: there is none.
bool take(Cause& cause, RecordReader& reader) {
  const uint64_t kind = reader.below(uint64_t(CauseKind::waiting) + 2);
  if (kind == 0 || !reader.good()) return false;
  cause.kind = CauseKind(kind - 1);
  cause.when = reader.time();
  cause.job = JobType(reader.below(uint64_t(JobType::reload_or_start) + 1));
  cause.result = JobResult(reader.below(uint64_t(JobResult::once) + 1));
  cause.reason = JobReason::Kind(reader.below(uint64_t(JobReason::Kind::trigger) + 1));
  cause.origin = JobOrigin(reader.below(uint64_t(JobOrigin::emergency) + 1));
  cause.through = Dependency(reader.below(dependency_count));
  cause.load = LoadState(reader.below(uint64_t(LoadState::masked) + 1));
  cause.other = reader.text();
  cause.step = reader.text();
  cause.setting = known_key(reader.text());
  cause.index = uint32_t(reader.number());
  cause.status.kind = ExitStatus::Kind(reader.below(uint64_t(ExitStatus::Kind::unknown) + 1));
  cause.status.value = int(reader.below(256));
  cause.error_number = int(reader.below(4096));
  cause.limit = Duration(reader.number());
  cause.count = uint32_t(reader.number());
  cause.detail = reader.text();
  return reader.good();
}

}  // namespace

const char* known_key(std::string_view key) {
  for (const Setting& row : settings())
    if (row.key && key == row.key) return row.key;
  return "";
}

std::string_view to_string(CauseKind kind) {
  return kind_names[size_t(kind)];
}
std::string_view to_string(JobOrigin origin) {
  return origin_names[size_t(origin)];
}

void Causes::note(UnitIndex unit, Cause cause, Handle because) {
  if (cause.detail.ends_with('.')) cause.detail.pop_back();  // it stands within sentences
  cut(cause.detail, cause_detail_max);
  cut(cause.step, cause_detail_max);
  if (because && because->depth + 1 >= cause_chain_max)
    while (because->because) {  // the end is the true cause: what lies between can go
      cause.left_out += 1 + because->left_out;
      because = because->because;
    }
  cause.depth = because ? uint8_t(because->depth + 1) : uint8_t{0};
  cause.because = std::move(because);
  noted_[unit] = std::make_shared<const Cause>(std::move(cause));
}

Causes::Handle Causes::find(UnitIndex unit) const {
  const auto at = noted_.find(unit);
  return at == noted_.end() ? nullptr : at->second;
}

void Causes::Parted::add(Handle cause) {
  (void)take(cause->unit);
  order.push_back(std::move(cause));
  by_name[order.back()->unit] = std::prev(order.end());
  if (order.size() > parted_max) (void)take(order.front()->unit);
}

Causes::Handle Causes::Parted::take(std::string_view name) {
  const auto at = by_name.find(name);
  if (at == by_name.end()) return nullptr;
  const auto place = at->second;
  by_name.erase(at);  // its key is in the cause
  Handle cause = std::move(*place);
  order.erase(place);
  return cause;
}

void Causes::part(UnitIndex unit) {
  const auto at = noted_.find(unit);
  if (at == noted_.end()) return;
  (void)failed_.take(at->second->unit);
  (void)others_.take(at->second->unit);
  (at->second->is_failure() ? failed_ : others_).add(std::move(at->second));
  noted_.erase(at);
}

void Causes::rejoin(UnitIndex index, const std::string& unit) {
  Handle cause = failed_.take(unit);
  if (!cause) cause = others_.take(unit);
  if (cause) noted_[index] = std::move(cause);
}

/// At most two, each behind a number that is not 0; then a 0.
void Causes::save(const Cause* cause, RecordWriter& writer) {
  for (int links = 0; cause && links < 2; ++links) {
    std::array<std::byte, 1024> buffer;
    RecordWriter trial(buffer);
    put(*cause, trial);
    if (!trial.fits() || writer.room_for_text() < trial.size() + kept_free) break;
    put(*cause, writer);
    const Cause* next = cause->because.get();
    cause = next && next->unit == cause->unit ? next : nullptr;
  }
  writer.number(0);
}

void Causes::restore(UnitIndex index, const std::string& unit, RecordReader& reader) {
  Cause first, second;
  first.unit = second.unit = unit;
  if (!take(first, reader)) return;
  Handle because;
  if (take(second, reader)) {
    because = std::make_shared<const Cause>(std::move(second));
    (void)reader.below(1);
  }
  if (reader.good()) note(index, std::move(first), std::move(because));
}

}  // namespace svcd
