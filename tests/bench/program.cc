// What the services of the benchmarks run: linked statically, so that what is measured is the manager and not the
// dynamic loader.
//
//   program                ends at once
//   program wait           waits for ever
//   program serve FIFO     writes the clock (CLOCK_MONOTONIC, microseconds) into the FIFO, then waits for ever
#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <ctime>

int main(int argc, char** argv) {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  if (argc < 2) return 0;
  const long long clock = time.tv_sec * 1'000'000LL + time.tv_nsec / 1000;
  if (argc == 3 && std::strcmp(argv[1], "serve") == 0) {
    // kept open: what nobody has read yet is there until then
    const int fd = ::open(argv[2], O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && ::write(fd, &clock, sizeof clock) < 0) return 1;
  }
  for (;;) ::pause();
}
