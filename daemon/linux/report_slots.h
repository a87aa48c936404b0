// Shared memory in which children say why they could not become their program. A slot costs no system call a spawn; it
// belongs to one child from before its clone until its exit was dealt with.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "daemon/exec/exec_report.h"
#include "daemon/linux/unique_fd.h"
#include "libunit/result.h"

namespace svcd {

class ReportSlots {
 public:
  using Index = uint32_t;
  static constexpr Index none = UINT32_MAX;

  ReportSlots() = default;
  ReportSlots(ReportSlots&&) = delete;
  ~ReportSlots();

  /// A zeroed slot. Fails when there is no memory, or with the 64k-th child at once.
  Result<Index> take();
  void give_back(Index);
  /// Where the child writes. Valid in a clone of this process.
  ExecReport* at(Index) const;
  /// For svcd-exec, which maps it again: the memory's descriptor; the offset is index * sizeof(ExecReport).
  int fd() const { return memory_.get(); }

 private:
  static constexpr size_t slots_a_chunk = 1024, chunks_at_most = 64;
  UniqueFd memory_;
  std::vector<ExecReport*> chunks_;
  std::vector<Index> free_;
};

}  // namespace svcd
