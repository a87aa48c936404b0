// The kernel's table of mounts, whose paths and options anybody may choose who can mount: parsed, then told to the
// engine, twice, so that units appear and go.
#include "daemon/linux/mount_table.h"
#include "daemon/sim/sim_machine.h"
#include "fuzz/fuzz.h"

FUZZ(mountinfo) {
  using namespace svcd;
  const size_t parting = std::min(input.find('\0'), input.size());
  std::string first(input.substr(0, parting)), second(input.substr(parting));
  std::vector<MountEntry> mounts = MountTable::parse(first);
  for (const MountEntry& mount : mounts) must(mount.where.starts_with('/'), "a mount has a place");
  if (mounts.empty()) return;
  SimMachine machine;
  machine.kernel.post(MountTableChanged{std::move(mounts)});
  machine.run_for(std::chrono::seconds(1));
  machine.kernel.post(MountTableChanged{MountTable::parse(second)});
  machine.run_for(std::chrono::seconds(1));
}
