// The state record: what must survive the manager, in memory that outlives it (docs/decisions.md, "A state record from
// the first day"). A header, then one slot a unit with the unit's job; each slot has two copies with length, sequence
// number and checksum, and the valid copy with the higher number counts, so that a crash in the middle of a write loses
// nothing. Most units have little to say: a second pair of copies, elsewhere, takes what is too long for the first, and
// only then has memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/engine/ids.h"
#include "libunit/time.h"

namespace svcd {

class Unit;
struct Job;

inline constexpr size_t record_slot_size = 384, record_large_slot_size = 1024;  // one copy
/// What a unit takes at most.
inline constexpr size_t record_bytes_a_unit = 2 * (record_slot_size + record_large_slot_size);

/// Writes values into a bounded buffer; what does not fit is cut, and says so.
class RecordWriter {
 public:
  explicit RecordWriter(std::span<std::byte> into) : into_(into) {}
  void number(uint64_t);        // seven bits a byte: small numbers are short
  void text(std::string_view);  // at most 511 bytes of it
  void bytes(std::span<const uint8_t>);
  void time(const Timestamp&);
  bool fits() const { return fits_; }
  /// How long a text may be that comes last.
  size_t room_for_text() const { return into_.size() - size_ < 2 ? 0 : into_.size() - size_ - 2; }
  size_t size() const { return size_; }

 private:
  void put(uint8_t byte);
  std::span<std::byte> into_;
  size_t size_ = 0;
  bool fits_ = true;
};

/// The mirror. Past the end, or on nonsense, everything reads as zero and good() is false.
class RecordReader {
 public:
  explicit RecordReader(std::span<const std::byte> from) : from_(from) {}
  uint64_t number();
  /// A number that must be below `limit`; 0 and not good() otherwise.
  uint64_t below(uint64_t limit);
  std::string text();
  void bytes(std::span<uint8_t>);
  Timestamp time();
  bool good() const { return good_; }

 private:
  uint8_t take();
  std::span<const std::byte> from_;
  size_t at_ = 0;
  bool good_ = true;
};

class StateRecord {
 public:
  /// Kernel::grow_state_record(); without it all of the memory can be used.
  using Grow = std::function<bool(size_t from, size_t to)>;
  /// Takes over memory of an earlier manager if its header says so, else begins anew.
  explicit StateRecord(std::span<std::byte> memory, Grow grow = {});

  struct ManagerState {
    SpawnToken last_token = 0;
    JobId last_job = 0;
    bool startup_done = false;
    uint8_t exit_code = 0;
    Timestamp userspace, finish;
    bool operator==(const ManagerState&) const = default;
  };
  bool has_predecessor() const { return inherited_; }
  /// False: there is no room for this unit.
  bool write(const Unit&, const Job*);
  void erase(UnitId);
  void write_manager(const ManagerState&);
  std::optional<ManagerState> read_manager() const;
  /// Every valid slot: index of the unit, and its content.
  void each(const std::function<void(uint32_t, std::span<const std::byte>)>&) const;
  bool is_missing() const { return slots_ == 0; }  // no memory for any unit

 private:
  friend struct RecordForger;  // tests/fuzz: writes what no manager would
  struct Header;
  struct SlotHead;
  static constexpr std::array<int, 2> small_copies{0, 1}, large_copies{2, 3};
  std::span<std::byte> slot(size_t number, int copy) const;
  bool has_large(size_t number) const;
  bool make_large(size_t number);
  std::optional<std::span<const std::byte>> content(size_t number) const;
  bool store(size_t number, std::span<const std::byte> payload);  // false: too long, and no memory for that
  SlotHead head_of(size_t number, int copy) const;
  void note_sequences(size_t number, const std::array<int, 2>& copies);

  void write_header();
  bool reach(size_t number);  // makes the slot usable

  std::span<std::byte> memory_;
  Grow grow_;
  size_t granted_ = 0;  // bytes from the beginning that may be touched
  size_t slots_ = 0;    // slot 0 is the manager's
  size_t large_ = 0;    // where the large copies begin: at a page
  size_t used_ = 0;
  uint64_t sequence_ = 0;
  bool inherited_ = false;
  ManagerState last_;
};

}  // namespace svcd
