#include "daemon/engine/state_record.h"

#include <algorithm>
#include <cstring>

#include "daemon/engine/jobs.h"
#include "daemon/engine/unit.h"

namespace svcd {

// ---- values

void RecordWriter::put(uint8_t byte) {
  if (size_ >= into_.size()) {
    fits_ = false;
    return;
  }
  into_[size_++] = std::byte(byte);
}

void RecordWriter::number(uint64_t value) {
  while (value >= 0x80) {
    put(uint8_t(value | 0x80));
    value >>= 7;
  }
  put(uint8_t(value));
}

void RecordWriter::text(std::string_view value) {
  value = value.substr(0, 511);
  number(value.size());
  for (const char c : value) put(uint8_t(c));
}

void RecordWriter::bytes(std::span<const uint8_t> value) {
  for (const uint8_t byte : value) put(byte);
}

void RecordWriter::time(const Timestamp& value) {
  number(value.realtime.count());
  number(value.monotonic.count());
}

uint8_t RecordReader::take() {
  if (at_ >= from_.size()) {
    good_ = false;
    return 0;
  }
  return uint8_t(from_[at_++]);
}

uint64_t RecordReader::number() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = take();
    value |= uint64_t(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return good_ ? value : 0;
  }
  good_ = false;
  return 0;
}

uint64_t RecordReader::below(uint64_t limit) {
  const uint64_t value = number();
  if (value < limit) return value;
  good_ = false;
  return 0;
}

std::string RecordReader::text() {
  const size_t size = size_t(number());
  if (size > 511 || size > from_.size() - at_) {
    good_ = false;
    return {};
  }
  std::string value(size, '\0');
  for (char& c : value) c = char(take());
  return value;
}

void RecordReader::bytes(std::span<uint8_t> value) {
  for (uint8_t& byte : value) byte = take();
}

Timestamp RecordReader::time() {
  const uint64_t realtime = number();
  return {Duration(realtime), Time(number())};
}

// ---- slots

struct StateRecord::Header {
  char magic[8];
  uint32_t version, slot_size;
  uint64_t used;  // slots from here on were never written (and their pages never touched)
};

struct StateRecord::SlotHead {
  uint64_t sequence;
  uint64_t checksum;
  uint32_t length;
  uint32_t number;
};

namespace {

constexpr char record_magic[8] = {'s', 'v', 'c', 'd', 'r', 'e', 'c', '1'};
constexpr uint32_t record_version = 3;
constexpr size_t header_size = 4096;
constexpr size_t grow_step = size_t{64} * 1024;

/// FNV-1a, 64 bit.
uint64_t checksum(uint64_t seed, std::span<const std::byte> data) {
  uint64_t hash = 14695981039346656037u ^ seed;
  for (const std::byte byte : data) hash = (hash ^ uint64_t(byte)) * 1099511628211u;
  return hash;
}

}  // namespace

StateRecord::StateRecord(std::span<std::byte> memory, Grow grow) : memory_(memory), grow_(std::move(grow)) {
  if (memory_.size() < header_size + 4 * record_slot_size || !reach(0)) {
    memory_ = {};
    return;
  }
  slots_ = (memory_.size() - header_size) / (2 * record_slot_size);
  Header header;
  std::memcpy(&header, memory_.data(), sizeof header);
  inherited_ = std::memcmp(header.magic, record_magic, sizeof record_magic) == 0 && header.version == record_version &&
               header.slot_size == record_slot_size && content(0).has_value();
  if (!inherited_) {
    used_ = 0;
    write_header();
    return;
  }
  used_ = size_t(std::min<uint64_t>(header.used, slots_));
  if (used_ > 0 && !reach(used_ - 1)) {  // it has memory already, unless the header lies
    used_ = 1;
  }
  for (size_t number = 0; number < used_; ++number)
    for (const int copy : {0, 1}) {
      SlotHead head;
      std::memcpy(&head, slot(number, copy).data(), sizeof head);
      sequence_ = std::max(sequence_, head.sequence == UINT64_MAX ? 0 : head.sequence);
    }
}

/// In larger steps than slots, as each is a system call; near the end of the memory just what is needed.
bool StateRecord::reach(size_t number) {
  const size_t need = header_size + (number + 1) * 2 * record_slot_size;
  if (need > memory_.size()) return false;
  if (need <= granted_ || !grow_) return true;
  for (const size_t to : {std::min((need + grow_step - 1) / grow_step * grow_step, memory_.size()), need})
    if (grow_(granted_, to)) {
      granted_ = to;
      return true;
    }
  return false;
}

void StateRecord::write_header() {
  Header header{};
  std::memcpy(header.magic, record_magic, sizeof record_magic);
  header.version = record_version;
  header.slot_size = record_slot_size;
  header.used = used_;
  std::memcpy(memory_.data(), &header, sizeof header);
}

std::span<std::byte> StateRecord::slot(size_t number, int copy) const {
  return memory_.subspan(header_size + (number * 2 + size_t(copy)) * record_slot_size, record_slot_size);
}

std::optional<std::span<const std::byte>> StateRecord::content(size_t number) const {
  std::optional<std::span<const std::byte>> best;
  uint64_t best_sequence = 0;
  for (const int copy : {0, 1}) {
    const std::span<const std::byte> whole = slot(number, copy);
    SlotHead head;
    std::memcpy(&head, whole.data(), sizeof head);
    if (head.sequence <= best_sequence || head.number != number || head.length > whole.size() - sizeof head) continue;
    const std::span<const std::byte> payload = whole.subspan(sizeof head, head.length);
    if (checksum(head.sequence + head.length, payload) != head.checksum) continue;
    best = payload;
    best_sequence = head.sequence;
  }
  if (best && best->empty()) return std::nullopt;  // erased
  return best;
}

void StateRecord::store(size_t number, std::span<const std::byte> payload) {
  if (number >= used_) {  // whatever was there belongs to nobody
    for (; used_ <= number; ++used_)
      for (const int copy : {0, 1}) std::memset(slot(used_, copy).data(), 0, sizeof(SlotHead));
    write_header();
  }
  uint64_t sequences[2] = {};
  for (const int copy : {0, 1}) std::memcpy(&sequences[copy], slot(number, copy).data(), sizeof sequences[copy]);
  const int copy = sequences[0] <= sequences[1] ? 0 : 1;  // the older one
  SlotHead head{++sequence_, 0, uint32_t(payload.size()), uint32_t(number)};
  head.checksum = checksum(head.sequence + head.length, payload);
  const std::span<std::byte> into = slot(number, copy);
  SlotHead void_head{};
  std::memcpy(into.data(), &void_head, sizeof void_head);                 // not valid while it is written
  std::copy(payload.begin(), payload.end(), into.begin() + sizeof head);  // may be empty
  std::memcpy(into.data(), &head, sizeof head);
}

bool StateRecord::write(const Unit& unit, const Job* job) {
  const size_t number = size_t(unit.index()) + 1;
  if (number >= slots_ || !reach(number)) return false;
  std::array<std::byte, record_slot_size - sizeof(SlotHead)> buffer;
  RecordWriter writer(buffer);
  writer.text(unit.name().str());
  writer.number(unit.id().generation);
  writer.number(job ? job->id : 0);
  if (job) {
    writer.number(uint64_t(job->type));
    writer.number(uint64_t(job->state));
    writer.number(job->irreversible | unsigned(job->ignore_order) << 1);
    writer.number(job->sequence);
    writer.time(job->begin);
    writer.time(job->begin_running);
  }
  unit.save(writer);
  store(number, std::span(buffer).first(writer.size()));
  return true;
}

void StateRecord::erase(UnitId id) {
  const size_t number = size_t(id.index) + 1;
  if (number < used_ && content(number)) store(number, {});
}

void StateRecord::write_manager(const ManagerState& state) {
  if (slots_ == 0 || (state == last_ && inherited_)) return;
  last_ = state;
  inherited_ = true;
  std::array<std::byte, 128> buffer;
  RecordWriter writer(buffer);
  writer.number(state.last_token);
  writer.number(state.last_job);
  writer.number(state.startup_done);
  writer.number(state.exit_code);
  writer.time(state.userspace);
  writer.time(state.finish);
  store(0, std::span(buffer).first(writer.size()));
}

std::optional<StateRecord::ManagerState> StateRecord::read_manager() const {
  if (slots_ == 0) return std::nullopt;
  const auto payload = content(0);
  if (!payload) return std::nullopt;
  RecordReader reader(*payload);
  ManagerState state;
  state.last_token = reader.number();
  state.last_job = JobId(reader.number());
  state.startup_done = reader.number() != 0;
  state.exit_code = uint8_t(reader.below(256));
  state.userspace = reader.time();
  state.finish = reader.time();
  if (!reader.good()) return std::nullopt;
  return state;
}

void StateRecord::each(const std::function<void(uint32_t, std::span<const std::byte>)>& f) const {
  for (size_t number = 1; number < used_; ++number)
    if (const auto payload = content(number)) f(uint32_t(number - 1), *payload);
}

}  // namespace svcd
