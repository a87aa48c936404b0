// A child that runs in the memory of its parent, on a stack of its own, from the clone to its execve(): no page table
// is copied at the clone and no page after it, which was half of what starting a unit cost PID 1. Unlike after vfork(2)
// the parent goes on meanwhile. What must hold: the child makes raw calls only (daemon/exec/raw_call.h), writes nothing
// but what was made for it, and that stays as it is until is_gone().
// What the kernel keeps with the memory is shared, too (OOM score, dumpable, what prctl(2) says of memory), and an OOM
// kill of one is one of all: who asks for such a child sees to it that neither can happen.
#pragma once

#include <sys/types.h>

#include <cstddef>

struct clone_args;

namespace svcd {

class SharedChild {
 public:
  /// Whether this processor and this build can do it, and the kernel: one before 5.16 ends all that share the memory
  /// when one of them dumps core.
  static bool is_possible();

  SharedChild();
  ~SharedChild();
  SharedChild(const SharedChild&) = delete;

  /// clone3(2) with these arguments (flags, cgroup and exit_signal), then `run(argument)` in the child; it must not
  /// return. The pid, or -1 with errno: then nothing runs. Only when is_gone().
  pid_t start(clone_args&, void (*run)(void*), void* argument);
  /// The child has left the memory: it is its program now, or has ended.
  bool is_gone() const { return __atomic_load_n(&tid_, __ATOMIC_ACQUIRE) == 0; }

 private:
  void* stack_;    // nullptr: there was no memory
  pid_t tid_ = 0;  // the kernel writes 0 when the child leaves; CLONE_CHILD_CLEARTID
};

}  // namespace svcd
