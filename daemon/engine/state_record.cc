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
  // The header's page ends with a bit for each page of large copies: whether it has memory.
};

struct StateRecord::SlotHead {
  uint64_t sequence;
  uint64_t checksum;
  uint32_t length;
  uint32_t number;
};

namespace {

constexpr char record_magic[8] = {'s', 'v', 'c', 'd', 'r', 'e', 'c', '1'};
constexpr uint32_t record_version = 5;
constexpr size_t page = 4096, header_size = page, bits_at = 64;
constexpr size_t units_a_page = page / (2 * record_large_slot_size);
constexpr size_t most_slots = (header_size - bits_at) * 8 * units_a_page;
constexpr size_t grow_step = size_t{64} * 1024;

/// FNV-1a, 64 bit.
uint64_t checksum(uint64_t seed, std::span<const std::byte> data) {
  uint64_t hash = 14695981039346656037u ^ seed;
  for (const std::byte byte : data) hash = (hash ^ uint64_t(byte)) * 1099511628211u;
  return hash;
}

}  // namespace

StateRecord::StateRecord(std::span<std::byte> memory, Grow grow) : memory_(memory), grow_(std::move(grow)) {
  constexpr size_t around = header_size + 2 * page;  // both kinds of copies end in the middle of a page
  slots_ = memory_.size() < around ? 0 : (memory_.size() - around) / record_bytes_a_unit;
  slots_ = std::min(slots_, most_slots);
  large_ = (header_size + slots_ * 2 * record_slot_size + page - 1) / page * page;
  if (slots_ < 2 || !reach(0)) {
    memory_ = {};
    slots_ = 0;
    return;
  }
  Header header;
  std::memcpy(&header, memory_.data(), sizeof header);
  inherited_ = std::memcmp(header.magic, record_magic, sizeof record_magic) == 0 && header.version == record_version &&
               header.slot_size == record_slot_size && content(0).has_value();
  if (!inherited_) {
    used_ = 0;
    std::fill(memory_.begin() + bits_at, memory_.begin() + header_size, std::byte{0});
    write_header();
    return;
  }
  used_ = size_t(std::min<uint64_t>(header.used, slots_));
  if (used_ > 0 && !reach(used_ - 1)) {  // it has memory already, unless the header lies
    used_ = 1;
  }
  for (size_t number = 0; number < used_; ++number) {
    note_sequences(number, small_copies);
    if (!has_large(number)) continue;
    const size_t at = large_ + number / units_a_page * page;
    if (!grow_ || grow_(at, at + page))
      note_sequences(number, large_copies);
    else
      memory_[bits_at + number / units_a_page / 8] &= ~(std::byte{1} << (number / units_a_page % 8));
  }
}

void StateRecord::note_sequences(size_t number, const std::array<int, 2>& copies) {
  for (const int copy : copies) {
    const uint64_t sequence = head_of(number, copy).sequence;
    sequence_ = std::max(sequence_, sequence == UINT64_MAX ? 0 : sequence);
  }
}

StateRecord::SlotHead StateRecord::head_of(size_t number, int copy) const {
  SlotHead head;
  std::memcpy(&head, slot(number, copy).data(), sizeof head);
  return head;
}

/// Pages without memory are not even looked at: that would give them some.
bool StateRecord::has_large(size_t number) const {
  const size_t bit = number / units_a_page;
  return (memory_[bits_at + bit / 8] >> (bit % 8) & std::byte{1}) != std::byte{0};
}

bool StateRecord::make_large(size_t number) {
  if (has_large(number)) return true;
  const size_t bit = number / units_a_page, at = large_ + bit * page;
  if (grow_ && !grow_(at, at + page)) return false;
  std::fill_n(memory_.begin() + long(at), page, std::byte{0});  // whatever was there belongs to nobody
  memory_[bits_at + bit / 8] |= std::byte{1} << (bit % 8);
  return true;
}

/// In larger steps than slots, as each is a system call; near the end of the memory just what is needed.
bool StateRecord::reach(size_t number) {
  if (number >= slots_) return false;
  const size_t need = header_size + (number + 1) * 2 * record_slot_size;
  if (need <= granted_ || !grow_) return true;
  for (const size_t to : {std::min((need + grow_step - 1) / grow_step * grow_step, large_), need})
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
  if (copy < large_copies[0])
    return memory_.subspan(header_size + (number * 2 + size_t(copy)) * record_slot_size, record_slot_size);
  const size_t pair = number * 2 + size_t(copy - large_copies[0]);
  return memory_.subspan(large_ + pair * record_large_slot_size, record_large_slot_size);
}

std::optional<std::span<const std::byte>> StateRecord::content(size_t number) const {
  std::optional<std::span<const std::byte>> best;
  uint64_t best_sequence = 0;
  const int copies = has_large(number) ? 4 : 2;
  for (int copy = 0; copy < copies; ++copy) {
    const std::span<const std::byte> whole = slot(number, copy);
    const SlotHead head = head_of(number, copy);
    if (head.sequence <= best_sequence || head.number != number || head.length > whole.size() - sizeof head) continue;
    const std::span<const std::byte> payload = whole.subspan(sizeof head, head.length);
    if (checksum(head.sequence + head.length, payload) != head.checksum) continue;
    best = payload;
    best_sequence = head.sequence;
  }
  if (best && best->empty()) return std::nullopt;  // erased
  return best;
}

/// Of the copies of that size the older one is written: the newest of all stays.
bool StateRecord::store(size_t number, std::span<const std::byte> payload) {
  if (number >= used_) {  // whatever was there belongs to nobody
    for (; used_ <= number; ++used_)
      for (const int copy : small_copies) std::memset(slot(used_, copy).data(), 0, sizeof(SlotHead));
    write_header();
  }
  const bool is_small = payload.size() <= record_slot_size - sizeof(SlotHead);
  if (!is_small && (payload.size() > record_large_slot_size - sizeof(SlotHead) || !make_large(number))) return false;
  const auto& [one, other] = is_small ? small_copies : large_copies;
  const int copy = head_of(number, one).sequence <= head_of(number, other).sequence ? one : other;
  SlotHead head{++sequence_, 0, uint32_t(payload.size()), uint32_t(number)};
  head.checksum = checksum(head.sequence + head.length, payload);
  const std::span<std::byte> into = slot(number, copy);
  SlotHead void_head{};
  std::memcpy(into.data(), &void_head, sizeof void_head);                 // not valid while it is written
  std::copy(payload.begin(), payload.end(), into.begin() + sizeof head);  // may be empty
  std::memcpy(into.data(), &head, sizeof head);
  return true;
}

bool StateRecord::write(const Unit& unit, const Job* job) {
  const size_t number = size_t(unit.index()) + 1;
  if (!reach(number)) return false;
  std::array<std::byte, record_large_slot_size - sizeof(SlotHead)> buffer;
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
  return store(number, std::span(buffer).first(writer.size()));
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
