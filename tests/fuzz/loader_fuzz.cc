// libFuzzer: a unit file and a drop-in, through the settings table, the loader and install. The first byte picks the
// unit type, a byte 0 parts the two files. Configure with clang and -DSVCD_FUZZ=ON.
#include <cstdint>
#include <string>
#include <string_view>

#include "libunit/install.h"
#include "libunit/loader.h"
#include "support/memory_files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const auto type = svcd::UnitType(data[0] % svcd::unit_type_count);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t parting = text.find('\0');
  const std::string name = "a-b@i." + std::string(svcd::to_string(type));
  svcd::MemoryFiles files;
  files.write("/etc/systemd/system/" + name, text.substr(0, parting));
  if (parting != std::string_view::npos)
    files.write("/etc/systemd/system/" + name + ".d/a.conf", text.substr(parting + 1));
  svcd::HostFacts host;
  const svcd::SearchPath path = svcd::SearchPath::system("/etc", "/run", "");
  svcd::UnitLoader loader(files, path, host);
  const svcd::LoadedUnit unit = loader.load(svcd::UnitName::parse(name).value());
  (void)loader.differs_from_disk(unit);
  (void)svcd::Installer(files, path, host).enable({name}, false, false);
  return 0;
}
