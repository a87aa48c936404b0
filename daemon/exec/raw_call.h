// System calls that touch nothing but the kernel: the error is the returned value, errno stays as it is. A child that
// still shares its memory with PID 1 (daemon/linux/shared_child.h) may make no others, as errno is PID 1's too.
#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <type_traits>

namespace svcd {

namespace raw {

#if defined(__x86_64__)
inline constexpr bool leaves_errno = true;
inline long enter(long number, long a, long b, long c, long d, long e) noexcept {
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
               : "rcx", "r11", "memory");
  return result;
}
#else
inline constexpr bool leaves_errno = false;
inline long enter(long number, long a, long b, long c, long d, long e) noexcept {
  const long result = ::syscall(number, a, b, c, d, e);
  return result < 0 ? -errno : result;
}
#endif

template <class T>
long argument(T value) noexcept {
  if constexpr (std::is_pointer_v<T>)
    return reinterpret_cast<long>(value);
  else if constexpr (std::is_null_pointer_v<T>)
    return 0;
  else
    return static_cast<long>(value);
}

}  // namespace raw

/// A system call of up to five arguments (numbers or pointers): its result, or a negative errno.
template <class... Arguments>
int64_t raw_call(long number, Arguments... arguments) noexcept {
  static_assert(sizeof...(arguments) <= 5);
  const long values[6] = {raw::argument(arguments)...};
  return raw::enter(number, values[0], values[1], values[2], values[3], values[4]);
}

/// The same, for calls that answer nothing: an errno, or 0.
template <class... Arguments>
int raw_error(long number, Arguments... arguments) noexcept {
  const int64_t result = raw_call(number, arguments...);
  return result < 0 ? static_cast<int>(-result) : 0;
}

/// A descriptor, closed by execve(); or a negative errno.
inline int raw_open(const char* path, int flags, unsigned mode = 0) noexcept {
  return static_cast<int>(raw_call(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, mode));
}

[[noreturn]] inline void raw_exit(int code) noexcept {
  for (;;) raw_call(SYS_exit_group, code);
}

/// struct sigaction as the kernel has it.
struct KernelSignalAction {
  void (*handler)(int) = SIG_DFL;
  unsigned long flags = 0;
  void (*restorer)() = nullptr;
  uint64_t mask = 0;
};

/// `handler`: SIG_DFL or SIG_IGN. Returns what was there.
inline KernelSignalAction handle_signal(int signal, void (*handler)(int)) noexcept {
  KernelSignalAction action, old;
  action.handler = handler;
  raw_call(SYS_rt_sigaction, signal, &action, &old, sizeof action.mask);
  return old;
}

}  // namespace svcd
