// Every unit file of Debian's systemd package loads, and says nothing that systemd 252 does not say.
#include <gmock/gmock.h>

#include "libunit/install.h"
#include "libunit/loader.h"
#include "support/real_files.h"

namespace svcd {

namespace {

class DebianUnits : public testing::Test {
 protected:
  DebianUnits() {
    host.machine_id = host.boot_id = std::string(32, '1');
    host.host_name = host.short_host_name = "debian";
    host.kernel_release = "6.1.0";
    host.architecture = "x86-64";
    search_path.folders = {"/lib/systemd/system"};
  }
  void SetUp() override {
    for (const DirectoryEntry& entry : files.list("/lib/systemd/system"))
      if (const auto name = UnitName::parse(entry.name)) units.push_back(*name);
    if (units.empty()) GTEST_SKIP() << "no systemd package here";
  }

  RealFiles files;
  HostFacts host;
  SearchPath search_path = SearchPath::system("/nowhere", "/nowhere", "");
  std::vector<UnitName> units;
};

}  // namespace

TEST_F(DebianUnits, LoadWithoutAComplaint) {
  UnitLoader loader(files, search_path, host);
  for (const UnitName& name : units) {
    const UnitName instance = name.is_template() ? name.with_instance("x").value() : name;
    const LoadedUnit unit = loader.load(instance);
    EXPECT_TRUE(unit.state == LoadState::loaded || unit.state == LoadState::masked)
        << instance.str() << " is " << to_string(unit.state) << ": " << unit.error.message;
    for (const Diagnostic& diagnostic : unit.diagnostics)
      if (diagnostic.level <= Diagnostic::Level::warning) ADD_FAILURE() << to_string(diagnostic);
    EXPECT_FALSE(loader.differs_from_disk(unit)) << instance.str();
    EXPECT_FALSE(loader.would_differ(unit)) << instance.str();
  }
}

TEST_F(DebianUnits, HaveAStateEach) {
  for (const auto& file : Installer(files, search_path, host).list())
    EXPECT_NE(file.state, UnitFileState::bad) << file.path;
}

}  // namespace svcd
