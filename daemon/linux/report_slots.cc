#include "daemon/linux/report_slots.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

namespace svcd {

ReportSlots::~ReportSlots() {
  for (ExecReport* chunk : chunks_) ::munmap(chunk, slots_a_chunk * sizeof(ExecReport));
}

Result<ReportSlots::Index> ReportSlots::take() {
  if (free_.empty()) {
    if (chunks_.size() >= chunks_at_most)
      return fail(ErrorCode::limits_exceeded, "There are {} children already.", chunks_at_most * slots_a_chunk);
    if (!memory_) memory_ = UniqueFd(::memfd_create("svcd-reports", MFD_CLOEXEC));
    constexpr size_t size = slots_a_chunk * sizeof(ExecReport);
    const auto offset = static_cast<off_t>(chunks_.size() * size);
    void* memory = MAP_FAILED;
    if (memory_ && ::ftruncate(memory_.get(), offset + static_cast<off_t>(size)) == 0)
      memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory_.get(), offset);
    if (memory == MAP_FAILED)
      return tl::unexpected(Error{ErrorCode::no_memory,
                                  fmt::format("No memory for reports of children: {}", std::strerror(errno)), errno});
    chunks_.push_back(static_cast<ExecReport*>(memory));
    for (size_t i = slots_a_chunk; i > 0; --i)
      free_.push_back(static_cast<Index>((chunks_.size() - 1) * slots_a_chunk + i - 1));
  }
  const Index index = free_.back();
  free_.pop_back();
  return index;
}

ExecReport* ReportSlots::at(Index index) const {
  const size_t chunk = index / slots_a_chunk;
  return chunk < chunks_.size() ? chunks_[chunk] + index % slots_a_chunk : nullptr;
}

void ReportSlots::give_back(Index index) {
  if (ExecReport* report = at(index)) {
    if (report->step != 0) new (report) ExecReport{};  // an unused slot is zero, so most need no write
    free_.push_back(index);
  }
}

}  // namespace svcd
