// PIDFile=, which a service writes, and other small files that belong to others: command lines, cgroup files.
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/linux/cgroup_files.h"
#include "daemon/linux/pid_file.h"
#include "daemon/linux/process_command.h"
#include "fuzz/fuzz.h"
#include "libunit/utf8.h"

FUZZ(pid_file) {
  using namespace svcd;
  static const std::string path = "/dev/shm/svcd-fuzz-" + std::to_string(::getpid());
  FILE* file = ::fopen(path.c_str(), "we");
  must(file != nullptr, "a file can be made");
  (void)::fwrite(input.data(), 1, input.size(), file);
  ::fclose(file);
  if (const auto pid = read_pid_file(path)) must(pid->pid > 0, "a pid file holds a pid");
  (void)read_number(path);
  (void)read_keyed_number(path, "populated");
  std::vector<pid_t> pids;
  read_pids(path, pids, 100);
  must(pids.size() <= 100, "bounded");
  ::unlink(path.c_str());
  must(is_utf8(quote_command_line(input)), "a command line is shown as text");
}
