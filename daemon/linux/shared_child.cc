#include "daemon/linux/shared_child.h"

#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>

#include "daemon/exec/raw_call.h"

namespace svcd {

namespace {

constexpr size_t guard_size = 4096;
constexpr size_t stack_size = size_t{64} * 1024;

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)  // which wants to know of every stack
constexpr bool possible = raw::leaves_errno;
/// The child begins on its new, empty stack: it can return to nowhere, so it calls `run` from right here.
long clone_and_run(clone_args* args, void (*run)(void*), void* argument) noexcept {
  register auto r8 asm("r8") = run;
  register void* r9 asm("r9") = argument;
  long result;
  asm volatile(
      "syscall\n\t"
      "testq %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xorl %%ebp, %%ebp\n\t"
      "movq %%r9, %%rdi\n\t"
      "callq *%%r8\n\t"
      "hlt\n"
      "1:"
      : "=a"(result)
      : "0"(SYS_clone3), "D"(args), "S"(sizeof *args), "r"(r8), "r"(r9)
      : "rcx", "r11", "memory");
  return result;
}
#else
constexpr bool possible = false;
long clone_and_run(clone_args*, void (*)(void*), void*) noexcept {
  return -ENOSYS;
}
#endif

}  // namespace

bool SharedChild::is_possible() {
  static const bool can = [] {
    utsname system{};
    unsigned major = 0, minor = 0;
    if (!possible || ::uname(&system) < 0 || std::sscanf(system.release, "%u.%u", &major, &minor) != 2) return false;
    return major > 5 || (major == 5 && minor >= 16);
  }();
  return can;
}

SharedChild::SharedChild()
    : stack_(::mmap(nullptr, guard_size + stack_size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0)) {
  if (stack_ == MAP_FAILED)
    stack_ = nullptr;
  else
    ::mprotect(stack_, guard_size, PROT_NONE);
}

SharedChild::~SharedChild() {
  if (stack_ != nullptr) ::munmap(stack_, guard_size + stack_size);
}

pid_t SharedChild::start(clone_args& args, void (*run)(void*), void* argument) {
  if (stack_ == nullptr) return errno = ENOMEM, -1;
  args.flags |= CLONE_VM | CLONE_CHILD_CLEARTID | CLONE_CLEAR_SIGHAND;
  args.stack = reinterpret_cast<uint64_t>(stack_) + guard_size;
  args.stack_size = stack_size;
  args.child_tid = reinterpret_cast<uint64_t>(&tid_);
  __atomic_store_n(&tid_, 1, __ATOMIC_RELEASE);
  const long pid = clone_and_run(&args, run, argument);
  if (pid >= 0) return static_cast<pid_t>(pid);
  tid_ = 0;
  return errno = static_cast<int>(-pid), -1;
}

}  // namespace svcd
