// Runs while the build is configured: prints a line `{"NAME", NUMBER},` for each system call that libseccomp knows,
// also those of other architectures (they have negative numbers), in the order of their names.
#include <seccomp.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

int main() {
  std::map<std::string, int> calls;
  for (int number = -20000; number < 2000; ++number)
    if (char* name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number)) {
      calls.emplace(name, number);
      std::free(name);
    }
  for (const auto& [name, number] : calls) std::printf("{\"%s\", %d},\n", name.c_str(), number);
}
