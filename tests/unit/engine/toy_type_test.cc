// A unit type is its files, its phase table, the settings of its section and one row: jobs, orders, restarts of the
// manager, signals and the log know nothing else of it.
#include "unit/engine/engine_test.h"
#include "unit/engine/toy_unit.h"

namespace svcd {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class ToyTypeTest : public EngineTest {
 protected:
  ToyTypeTest() {
    types[size_t(UnitType::path)] = {.type = UnitType::path,
                                     .make = make_machine<Toy>,
                                     .start = {"Winding up {}...", "Wound up {}.", "Failed to wind up {}."},
                                     .stop = {"Holding {}...", "Held {}.", "Failed to hold {}."},
                                     .processes = UnitTypeRow::Processes::none,
                                     .freezes = false,
                                     .transient = UnitTypeRow::Transient::yes,
                                     .in_container = true,
                                     .not_yet = ""};
    make_manager();
    file("robot.path", "[Unit]\nDescription=R\n[Path]\nPathExists=/robot\nTriggerLimitIntervalSec=5s\n");
    file("robot.service", "[Service]\nExecStart=/bin/robot\n");
  }
};

TEST_F(ToyTypeTest, AJobOfItRunsItsPhases) {
  start("robot.path");
  run_for(1s);
  EXPECT_THAT(history["robot.path"], ElementsAre("winding"));
  EXPECT_EQ(active("robot.path"), ActiveState::activating);
  run_for(5s);
  EXPECT_THAT(history["robot.path"], ElementsAre("winding", "going"));
  EXPECT_THAT(ended, Contains("robot.path done"));
  run_for(5s);
  EXPECT_THAT(history["robot.path"], ElementsAre("winding", "going", "still"));
}

TEST_F(ToyTypeTest, TheLogHasTheWordsOfItsRow) {
  start("robot.path");
  run_for(6s);
  stop("robot.path");
  EXPECT_THAT(log, Contains("Winding up robot.path - R..."));
  EXPECT_THAT(log, Contains("Wound up robot.path - R."));
  EXPECT_THAT(log, Contains("Held robot.path - R."));
}

TEST_F(ToyTypeTest, OthersAreOrderedBehindIt) {
  file("after.service", "[Unit]\nRequires=robot.path\nAfter=robot.path\n[Service]\nExecStart=/bin/a\n");
  start("after.service");
  run_for(4s);
  EXPECT_THAT(kernel.spawned, IsEmpty());
  run_for(2s);
  EXPECT_EQ(kernel.spawned.size(), 1u);
}

TEST_F(ToyTypeTest, GoesOnUnderTheNextManager) {
  start("robot.path");
  run_for(6s);
  manager.reset();
  make_manager();
  ASSERT_TRUE(manager->restore());
  settle();
  EXPECT_EQ(sub_state("robot.path"), "going");
  history.clear();
  run_for(6s);
  EXPECT_THAT(history["robot.path"], ElementsAre("still"));
}

TEST_F(ToyTypeTest, HasNoProcessesForASignal) {
  start("robot.path");
  const Result<> killed = manager->kill(id("robot.path"), KillWho::all, 15);
  ASSERT_FALSE(killed);
  EXPECT_EQ(killed.error().message, "Operation not supported");
}

}  // namespace
}  // namespace svcd
