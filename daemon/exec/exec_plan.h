// What a child must do before it becomes the program: a flat list of steps, as data that can be printed, compared and
// sent. Built in the daemon, applied in the child (plain plans) or in svcd-exec (all others): docs/decisions.md,
// "The child's work is a list".
// A plan is one block of bytes: a header with version and length, then the steps, each with its numbers and its
// NUL-terminated strings. Reading a step allocates nothing, so a child may do it between clone and execve.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/exec/exec_step.h"
#include "libunit/result.h"

namespace svcd {

/// One step of a plan, where it lies. Numbers and strings out of range read as 0 and "".
class StepView {
 public:
  StepView() = default;
  StepView(StepKind kind, std::span<const std::byte> numbers, std::string_view strings, uint32_t string_count)
      : kind_(kind), numbers_(numbers), strings_(strings), string_count_(string_count) {}
  StepKind kind() const { return kind_; }
  size_t number_count() const { return numbers_.size() / sizeof(int64_t); }
  int64_t number(size_t index) const;
  size_t string_count() const { return string_count_; }
  /// NUL-terminated, inside the plan. Linear in the index: walk with strings() where there are many.
  const char* string(size_t index) const;
  /// All strings, each with its NUL, one after the other.
  std::string_view strings() const { return strings_; }

 private:
  StepKind kind_ = StepKind::none;
  std::span<const std::byte> numbers_;
  std::string_view strings_;
  uint32_t string_count_ = 0;
};

class ExecPlan {
 public:
  static constexpr uint32_t magic = 0x44435653, version = 1;
  static constexpr size_t length_at_most = size_t{16} << 20;

  ExecPlan();
  void add(StepKind kind, std::initializer_list<int64_t> numbers = {},
           std::initializer_list<std::string_view> strings = {});
  void add(StepKind kind, std::span<const int64_t> numbers, std::span<const std::string> strings);

  /// The plan as bytes, to be sent.
  std::span<const std::byte> bytes() const { return bytes_; }
  /// A plan that was sent. bad_message: another version, or bytes that are not a plan.
  static Result<ExecPlan> parse(std::span<const std::byte> bytes);

  /// True if a bare child can apply it; otherwise svcd-exec has to.
  bool is_plain() const;

  /// Walks over the steps: `for (ExecPlan::Cursor at(plan); at.next();) use(at.step());`
  class Cursor {
   public:
    explicit Cursor(const ExecPlan& plan) : Cursor(plan.bytes()) {}
    explicit Cursor(std::span<const std::byte> bytes);
    bool next();
    const StepView& step() const { return step_; }
    uint32_t index() const { return index_; }  // of step(), from 0

   private:
    std::span<const std::byte> rest_;
    StepView step_;
    uint32_t index_ = UINT32_MAX;
  };

 private:
  std::vector<std::byte> bytes_;
};

/// One step a line: `nice 5`, `open 1 "/var/log/x" …`. For tests and for people.
std::string to_string(const ExecPlan&);

}  // namespace svcd
