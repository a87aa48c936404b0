#include "libunit/job.h"

#include <gmock/gmock.h>

namespace svcd {

TEST(Job, WordsAreThoseOfTheManual) {
  EXPECT_EQ(to_string(JobType::verify_active), "verify-active");
  EXPECT_EQ(to_string(JobType::reload_or_start), "reload-or-start");
  EXPECT_EQ(to_string(JobMode::replace_irreversibly), "replace-irreversibly");
  EXPECT_EQ(to_string(ActiveState::deactivating), "deactivating");
  EXPECT_EQ(to_string(LoadState::bad_setting), "bad-setting");
  EXPECT_EQ(to_string(JobState::waiting), "waiting");
  EXPECT_EQ(to_string(JobResult::assert_), "assert");
  JobMode mode{};
  EXPECT_TRUE(parse_job_mode("ignore-requirements", mode));
  EXPECT_EQ(mode, JobMode::ignore_requirements);
  EXPECT_FALSE(parse_job_mode("bogus", mode));
  JobType type{};
  EXPECT_TRUE(parse_job_type("try-restart", type));
  EXPECT_EQ(type, JobType::try_restart);
}

TEST(Job, AStopContradictsWhateverBringsUp) {
  for (const JobType type : {JobType::start, JobType::verify_active, JobType::reload, JobType::restart}) {
    EXPECT_TRUE(contradict(JobType::stop, type)) << to_string(type);
    EXPECT_FALSE(contradict(type, type)) << to_string(type);
  }
  EXPECT_FALSE(contradict(JobType::stop, JobType::stop));
  EXPECT_FALSE(contradict(JobType::stop, JobType::nop));
}

TEST(Job, AStartAndAReloadBecomeWhateverTheStateAsksFor) {
  const auto both = merge(JobType::start, JobType::reload);
  ASSERT_EQ(both, JobType::reload_or_start);
  EXPECT_EQ(collapse(*both, ActiveState::inactive), JobType::start);
  EXPECT_EQ(collapse(*both, ActiveState::active), JobType::reload);
}

TEST(Job, TryRestartLeavesAloneWhatIsNotUp) {
  EXPECT_EQ(collapse(JobType::try_restart, ActiveState::failed), JobType::nop);
  EXPECT_EQ(collapse(JobType::try_restart, ActiveState::deactivating), JobType::nop);
  EXPECT_EQ(collapse(JobType::try_restart, ActiveState::activating), JobType::restart);
  EXPECT_EQ(collapse(JobType::try_reload, ActiveState::reloading), JobType::reload);
  EXPECT_EQ(collapse(JobType::stop, ActiveState::inactive), JobType::stop);
}

TEST(Job, ReloadOrRestartReloadsWhatCanReload) {
  EXPECT_EQ(prefer_reload(JobType::restart, true), JobType::reload_or_start);
  EXPECT_EQ(prefer_reload(JobType::restart, false), JobType::restart);
  EXPECT_EQ(prefer_reload(JobType::try_restart, true), JobType::try_reload);
}

}  // namespace svcd
