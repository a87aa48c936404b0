// A file descriptor with one owner, born close-on-exec.
#pragma once

#include <utility>

namespace svcd {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~UniqueFd() { reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

/// One that somebody else sent. Closing the last copy of a socket may wait as long as its sender set with SO_LINGER;
/// then the kernel is told not to.
class ReceivedFd {
 public:
  ReceivedFd() = default;
  explicit ReceivedFd(int fd) : fd_(fd) {}
  ReceivedFd(ReceivedFd&&) noexcept = default;
  ReceivedFd& operator=(ReceivedFd&& other) noexcept;
  ~ReceivedFd() { do_not_linger(); }
  int get() const { return fd_.get(); }
  explicit operator bool() const { return bool(fd_); }

 private:
  void do_not_linger() const;
  UniqueFd fd_;
};

}  // namespace svcd
