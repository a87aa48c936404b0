// A unit file and a drop-in, through the settings table, the loader and install. The first byte picks the unit type, a
// byte 0 parts the two files.
#include <string>

#include "fuzz/fuzz.h"
#include "libunit/install.h"
#include "libunit/loader.h"
#include "libunit/memory_files.h"

FUZZ(loader) {
  if (input.size() < 2) return;
  const auto type = svcd::UnitType(static_cast<uint8_t>(input[0]) % svcd::unit_type_count);
  const std::string_view text = input.substr(1);
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
  const bool differs = loader.differs_from_disk(unit);
  svcd::must(!differs || unit.state != svcd::LoadState::loaded, "what was just loaded is what is on disk");
  (void)svcd::Installer(files, path, host).plan({svcd::InstallVerb::enable, {name}, false, false, {}, {}});
}
