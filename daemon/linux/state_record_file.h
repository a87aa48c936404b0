// The file behind Kernel::state_record(): memory that outlives the manager. On tmpfs, 0600, never through a link, ours
// alone. A record belongs to one life of PID 1 (or, for other instances, to one boot): it survives execve(), and what
// an earlier boot left behind is not taken for today's.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "daemon/linux/unique_fd.h"
#include "daemon/scope.h"

namespace svcd {

class StateRecordFile {
 public:
  /// Never fails: without a usable file the record is memory that dies with the manager, and problem() says so.
  explicit StateRecordFile(const Scope&);
  StateRecordFile(StateRecordFile&&) = delete;
  ~StateRecordFile();
  std::span<std::byte> bytes() const { return bytes_; }
  const std::string& problem() const { return problem_; }

  /// Gives these bytes memory, so that touching them is no SIGBUS where the file system is full; false: it is.
  bool grow(size_t from, size_t to) const;

  /// Sparse: only what is used takes memory.
  static constexpr size_t size = 96 * 1024 * 1024;

 private:
  UniqueFd file_;
  std::span<std::byte> bytes_;
  std::string problem_;
};

}  // namespace svcd
