#include "libunit/plan.h"

#include <gmock/gmock.h>

#include <chrono>

namespace svcd {

namespace {

/// Many units that are all alike; states can be set one by one.
class Machine : public PlanInput {
 public:
  explicit Machine(UnitIndex count) : names(count), active(count, ActiveState::inactive), jobs(count) {
    for (UnitIndex i = 0; i < count; ++i) {
      names[i] = UnitName::parse(fmt::format("u{}.service", i)).value();
      all.push_back(i);
    }
  }
  UnitFacts facts(UnitIndex unit) const override {
    UnitFacts facts;
    facts.name = &names[unit];
    facts.load = LoadState::loaded;
    facts.active = active[unit];
    facts.allow_isolate = true;
    facts.ignore_on_isolate = unit == ignored;
    return facts;
  }
  std::optional<JobFacts> job(UnitIndex unit) const override { return jobs[unit]; }
  const std::vector<UnitIndex>& units() const override { return all; }

  std::vector<UnitName> names;
  std::vector<ActiveState> active;
  std::vector<std::optional<JobFacts>> jobs;
  std::vector<UnitIndex> all;
  UnitIndex ignored = UINT32_MAX;
  Graph graph;
};

std::vector<std::pair<UnitIndex, JobType>> pairs(const Transaction& transaction) {
  std::vector<std::pair<UnitIndex, JobType>> jobs;
  for (const PlannedJob& job : transaction.jobs) jobs.emplace_back(job.unit, job.type);
  return jobs;
}

using testing::ElementsAre;
using testing::Pair;
using enum Dependency;

}  // namespace

TEST(MustWait, FollowsTheTableOfTheManual) {
  using enum JobType;
  // a After=b: a's start waits for b's start, and for b's stop; a's stop does not wait.
  EXPECT_TRUE(must_wait(start, after, start));
  EXPECT_TRUE(must_wait(start, after, stop));
  EXPECT_TRUE(must_wait(reload, after, start));
  EXPECT_FALSE(must_wait(stop, after, start));
  EXPECT_FALSE(must_wait(stop, after, stop));
  EXPECT_FALSE(must_wait(restart, after, start));
  // b Before=a: b waits for what a has to stop first.
  EXPECT_TRUE(must_wait(stop, before, stop));
  EXPECT_TRUE(must_wait(start, before, stop));
  EXPECT_TRUE(must_wait(stop, before, restart));
  EXPECT_FALSE(must_wait(stop, before, start));
  EXPECT_FALSE(must_wait(start, before, start));
  EXPECT_FALSE(must_wait(nop, after, start));
  EXPECT_FALSE(must_wait(start, after, nop));
  EXPECT_FALSE(must_wait(start, requires_, start));
}

TEST(Plan, GivesTheAnchorFirstAndTheOthersAsTheyArePulledIn) {
  Machine machine(5);
  machine.graph.add(3, requires_, 1, cause_file);
  machine.graph.add(1, wants, 4, cause_file);
  machine.graph.add(3, wants, 0, cause_file);
  const auto transaction = plan(machine.graph, machine, {3, JobType::start, JobMode::replace, true});
  ASSERT_TRUE(transaction);
  EXPECT_THAT(pairs(*transaction), ElementsAre(Pair(3, JobType::start), Pair(1, JobType::start),
                                               Pair(4, JobType::start), Pair(0, JobType::start)));
}

TEST(Plan, ChangesNothingAndAnswersTheSameAgain) {
  Machine machine(3);
  machine.graph.add(0, requires_, 1, cause_file);
  machine.graph.add(0, conflicts, 2, cause_file);
  machine.active[2] = ActiveState::active;
  const auto first = plan(machine.graph, machine, {0, JobType::start, JobMode::replace, true});
  const auto second = plan(machine.graph, machine, {0, JobType::start, JobMode::replace, true});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(pairs(*first), pairs(*second));
}

TEST(Plan, IsolateStopsWhatIsUpAndNotAskedFor) {
  Machine machine(6);
  machine.graph.add(0, wants, 1, cause_file);
  for (const UnitIndex up : {1u, 2u, 3u}) machine.active[up] = ActiveState::active;
  machine.ignored = 3;                                                  // IgnoreOnIsolate=yes
  machine.jobs[4] = JobFacts{JobType::start, JobState::waiting};        // about to come up
  machine.jobs[5] = JobFacts{JobType::start, JobState::waiting, true};  // irreversible
  const auto refused = plan(machine.graph, machine, {0, JobType::start, JobMode::isolate, true});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::transaction_is_destructive);
  machine.jobs[5].reset();
  const auto transaction = plan(machine.graph, machine, {0, JobType::start, JobMode::isolate, true});
  ASSERT_TRUE(transaction);
  EXPECT_THAT(pairs(*transaction),
              ElementsAre(Pair(0, JobType::start), Pair(2, JobType::stop), Pair(4, JobType::stop)));
}

TEST(Plan, IsolateKeepsWhatATriggerThatStaysHasTriggered) {
  Machine machine(3);
  machine.active[1] = machine.active[2] = ActiveState::active;
  machine.graph.add(1, triggers, 2, cause_implicit);
  machine.graph.add(0, wants, 1, cause_file);
  const auto transaction = plan(machine.graph, machine, {0, JobType::start, JobMode::isolate, true});
  ASSERT_TRUE(transaction);
  EXPECT_THAT(pairs(*transaction), ElementsAre(Pair(0, JobType::start)));
}

TEST(Plan, FlushCancelsAllOtherJobsButThoseOfUnitsThatIgnoreIsolate) {
  Machine machine(5);
  machine.ignored = 4;
  machine.jobs[4] = JobFacts{JobType::start, JobState::waiting};
  machine.jobs[1] = JobFacts{JobType::start, JobState::waiting};
  machine.jobs[2] = JobFacts{JobType::start, JobState::running};
  machine.jobs[3] = JobFacts{JobType::start, JobState::waiting, true};
  const auto transaction = plan(machine.graph, machine, {0, JobType::start, JobMode::flush, true});
  ASSERT_TRUE(transaction);
  EXPECT_THAT(transaction->cancel, ElementsAre(1, 2, 3));  // irreversible or not
}

TEST(Plan, ReplaceIrreversiblyMarksAllJobs) {
  Machine machine(2);
  machine.graph.add(0, requires_, 1, cause_file);
  const auto transaction = plan(machine.graph, machine, {0, JobType::start, JobMode::replace_irreversibly, true});
  ASSERT_TRUE(transaction);
  for (const PlannedJob& job : transaction->jobs) EXPECT_TRUE(job.irreversible);
}

TEST(Plan, IgnoreDependenciesPlansOneJobOutsideTheOrder) {
  Machine machine(2);
  machine.graph.add(0, requires_, 1, cause_file);
  const auto transaction = plan(machine.graph, machine, {0, JobType::start, JobMode::ignore_dependencies, true});
  ASSERT_TRUE(transaction);
  ASSERT_EQ(transaction->jobs.size(), 1u);
  EXPECT_TRUE(transaction->jobs[0].ignore_order);
}

TEST(Plan, ALoopThatCannotBeBrokenIsNotedWithEveryUnitOfIt) {
  Machine machine(3);
  for (UnitIndex unit = 0; unit < 3; ++unit) {
    machine.graph.add(unit, requires_, (unit + 1) % 3, cause_file);
    machine.graph.add(unit, after, (unit + 1) % 3, cause_file);
  }
  std::vector<PlanNote> log;
  const auto transaction = plan(machine.graph, machine, {0, JobType::start, JobMode::replace, true}, &log);
  ASSERT_FALSE(transaction);
  EXPECT_EQ(transaction.error().code, ErrorCode::transaction_order_is_cyclic);
  std::vector<std::string> lines;
  for (const PlanNote& note : log) lines.push_back(note.text);
  EXPECT_THAT(lines, ElementsAre("u0.service: Found ordering cycle on u1.service/start",
                                 "u0.service: Found dependency on u2.service/start",
                                 "u0.service: Found dependency on u0.service/start",
                                 "u0.service: Unable to break cycle starting with u0.service/start"));
}

TEST(Plan, AJobDeletedToBreakALoopIsNamedForTheConsole) {
  Machine machine(3);
  machine.graph.add(0, wants, 1, cause_file);
  machine.graph.add(0, wants, 2, cause_file);
  machine.graph.add(1, after, 2, cause_file);
  machine.graph.add(2, after, 1, cause_file);
  const auto transaction = plan(machine.graph, machine, {0, JobType::start, JobMode::replace, true});
  ASSERT_TRUE(transaction);
  EXPECT_EQ(transaction->skipped.size(), 1u);
  EXPECT_EQ(transaction->jobs.size(), 2u);
}

TEST(Plan, ManyUnitsOfOneTargetTakeMilliseconds) {
  constexpr UnitIndex count = 20'000;
  Machine machine(count + 2);
  for (UnitIndex unit = 1; unit <= count; ++unit) {
    machine.graph.add(0, wants, unit, cause_file);
    machine.graph.add(0, after, unit, cause_default);
    machine.graph.add(unit, requires_, count + 1, cause_default);
    machine.graph.add(unit, after, count + 1, cause_default);
  }
  const auto began = std::chrono::steady_clock::now();
  const auto transaction = plan(machine.graph, machine, {0, JobType::start, JobMode::replace, true});
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(500));
  ASSERT_TRUE(transaction);
  EXPECT_EQ(transaction->jobs.size(), count + 2);
}

TEST(Plan, AChainOfAnyLengthNeedsNoStack) {
  constexpr UnitIndex count = 200'000;
  Machine machine(count);
  for (UnitIndex unit = 0; unit + 1 < count; ++unit) {
    machine.graph.add(unit, requires_, unit + 1, cause_file);
    machine.graph.add(unit, after, unit + 1, cause_file);
  }
  const auto transaction = plan(machine.graph, machine, {0, JobType::start, JobMode::replace, true});
  ASSERT_TRUE(transaction);
  EXPECT_EQ(transaction->jobs.size(), count);
}

/// u1 is stopped at once and then waits, like any start, for u2, which waits for it: in 252 both wait for ever.
TEST(Plan, BreaksALoopOfARestartThatIsToBeAStartAsWell) {
  Machine machine(3);
  machine.active[0] = machine.active[1] = ActiveState::active;
  machine.graph.add(1, requires_, 0, cause_file);  // restarted with u0 …
  machine.graph.add(0, wants, 1, cause_file);      // … and started for it
  machine.graph.add(0, wants, 2, cause_file);
  machine.graph.add(1, after, 2, cause_file);
  machine.graph.add(2, after, 1, cause_file);
  const auto transaction = plan(machine.graph, machine, {0, JobType::restart, JobMode::replace, true});
  ASSERT_TRUE(transaction);
  EXPECT_THAT(pairs(*transaction), ElementsAre(Pair(0, JobType::restart), Pair(1, JobType::restart)));
}

}  // namespace svcd
