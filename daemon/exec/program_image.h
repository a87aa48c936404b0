// The program that a child becomes: paths to try, arguments and environment as execve() wants them. Made before the
// clone; afterwards only the gaps are filled that the child alone knows, without allocating anything.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "daemon/exec/exec_plan.h"

namespace svcd {

class ProgramImage {
 public:
  struct Text {
    std::vector<std::string> paths, argv, environment;
    std::vector<std::string> late;  // names of variables that only the child knows
  };
  explicit ProgramImage(Text);
  /// Of a plain plan.
  explicit ProgramImage(const ExecPlan& plan) : ProgramImage(text_of(plan)) {}
  ProgramImage(ProgramImage&&) = delete;  // holds pointers into itself

  /// Environment, late names and command line as the steps of a plan have them.
  static Text text_of(const ExecPlan&);

  /// The variables of the child: its pid, and the journal stream (inode 0: it has none). Async-signal-safe.
  void complete(int64_t pid, uint64_t journal_device, uint64_t journal_inode) noexcept;
  /// Returns only on failure, with an errno: the first that is not ENOENT, if there is one. Async-signal-safe.
  int execute() const noexcept;
  /// After execute(): whether there is a file that might be executed, and the reason lies in it.
  bool is_there() const noexcept;
  /// The program as the unit names it.
  const char* name() const noexcept { return name_.c_str(); }

 private:
  struct Late {
    std::array<char, 96> text{};
    size_t name_length = 0;  // with '='
    bool is_journal = false;
  };
  Text text_;
  std::string name_;
  std::vector<Late> late_;
  std::vector<char*> argv_, environment_;
};

/// All NUL-terminated strings of a step.
std::vector<std::string> split_strings(std::string_view);

}  // namespace svcd
