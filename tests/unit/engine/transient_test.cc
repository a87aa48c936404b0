// Units made over D-Bus and properties set over it; what happens to their files as systemd 252 has it.
#include "unit/engine/engine_test.h"

namespace svcd {
namespace {

using testing::HasSubstr;

class TransientTest : public EngineTest {
 protected:
  TransientTest() { program("/bin/work"); }
  static constexpr const char* path = "/run/systemd/transient/a.service";

  Result<UnitId> make(std::string_view name, const std::vector<Assignment>& lines) {
    return manager->make_transient(UnitName::parse(name).value(), lines);
  }
  Result<UnitId> make_a() {
    return make("a.service", {{"Unit", "Description", "Made", 0}, {"Service", "ExecStart", "/bin/work", 0}});
  }
  std::string text(const std::string& file) { return kernel.memory.read(file).value_or("none"); }
  Result<> set(std::string_view name, bool runtime, const char* key, const char* value,
               const char* section = "Service") {
    return manager->set_properties(id(name), runtime, {{{section, key, value, 0}}});
  }
};

TEST_F(TransientTest, TheUnitIsReadFromAFileOfItsOwn) {
  ASSERT_TRUE(make_a());
  EXPECT_THAT(text(path), HasSubstr("[Unit]\nDescription=Made\n\n[Service]\nExecStart=/bin/work\n"));
  start("a.service");
  EXPECT_EQ(sub_state("a.service"), "running");
  EXPECT_EQ(manager->loaded(id("a.service")).fragment_path, path);
  EXPECT_EQ(manager->loaded(id("a.service")).config.unit().description, "Made");
}

TEST_F(TransientTest, TheFileGoesWithTheUnit) {
  ASSERT_TRUE(make_a());
  start("a.service");
  ASSERT_TRUE(set("a.service", true, "TasksMax", "7"));
  EXPECT_THAT(text("/run/systemd/transient/a.service.d/50-TasksMax.conf"), HasSubstr("[Service]\nTasksMax=7\n"));
  stop("a.service");
  run_for(1s);
  EXPECT_EQ(sub_state("a.service"), "not loaded");
  EXPECT_EQ(text(path), "none");
  EXPECT_EQ(text("/run/systemd/transient/a.service.d/50-TasksMax.conf"), "none");
}

TEST_F(TransientTest, AUnitThatNobodyStartsIsForgotten) {
  ASSERT_TRUE(make("b.service", {{"Service", "Type", "oneshot", 0}}));  // nothing to run: a bad setting
  settle();
  EXPECT_EQ(sub_state("b.service"), "not loaded");
  EXPECT_EQ(text("/run/systemd/transient/b.service"), "none");
}

TEST_F(TransientTest, WhatThereIsIsNotMadeAgain) {
  file("c.service", "[Service]\nExecStart=/bin/work\n");
  const auto made = make("c.service", {{"Service", "ExecStart", "/bin/work", 0}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::unit_exists);
  EXPECT_EQ(made.error().message, "Unit c.service was already loaded or has a fragment file.");
  ASSERT_TRUE(make_a());
  start("a.service");
  EXPECT_FALSE(make_a()) << "it runs";
}

TEST_F(TransientTest, TargetsAndTheirLikeCannotBeMade) {
  const auto made = make("d.target", {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "Unit type target does not support transient units.");
}

TEST_F(TransientTest, APropertyOfARunningUnitTakesEffectAndStays) {
  file("c.service", "[Service]\nExecStart=/bin/work\nTasksMax=5\n");
  start("c.service");
  ASSERT_TRUE(set("c.service", true, "TasksMax", "9"));
  EXPECT_EQ(manager->loaded(id("c.service")).config.resource().tasks_max->value, 9u);
  EXPECT_THAT(text("/run/systemd/system.control/c.service.d/50-TasksMax.conf"), HasSubstr("TasksMax=9"));
  ASSERT_TRUE(set("c.service", false, "MemoryMax", "1000000"));
  EXPECT_THAT(text("/etc/systemd/system.control/c.service.d/50-MemoryMax.conf"), HasSubstr("MemoryMax=1000000"));
  EXPECT_FALSE(manager->need_daemon_reload(id("c.service")));
  EXPECT_EQ(sub_state("c.service"), "running");
  manager->reload(1);
  run_for(1s);
  EXPECT_EQ(manager->loaded(id("c.service")).config.resource().tasks_max->value, 9u);
  EXPECT_EQ(manager->loaded(id("c.service")).config.resource().memory_max.value, 1000000u);
}

}  // namespace
}  // namespace svcd
