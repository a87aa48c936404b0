#include "ctl/job_text.h"

#include <gmock/gmock.h>

#include <csignal>

#include "ctl/names.h"
#include "ctl/unit_files.h"

namespace svcd::ctl {
namespace {

TEST(JobFailure, SaysWhyAndWhereToLook) {
  EXPECT_EQ(job_failure_text("a.service", "failed", "exit-code"),
            "Job for a.service failed because the control process exited with error code.\n"
            "See \"svcctl status a.service\" and \"journalctl -xeu a.service\" for details.");
  EXPECT_EQ(job_failure_text("-.mount", "failed", ""),
            "Job for -.mount failed.\n"
            "See \"svcctl status -- -.mount\" and \"journalctl -xeu -- -.mount\" for details.");
  EXPECT_THAT(job_failure_text("a.service", "failed", "start-limit-hit"),
              testing::HasSubstr("svcctl reset-failed a.service"));
  EXPECT_EQ(job_failure_text("a.service", "canceled", ""), "Job for a.service canceled.");
  EXPECT_EQ(job_failure_text("a.service", "timeout", ""), "Job for a.service timed out.");
  EXPECT_EQ(job_failure_text("a.service", "dependency", ""),
            "A dependency job for a.service failed. See 'journalctl -xe' for details.");
  EXPECT_EQ(job_failure_text("a.service", "assert", ""), "Assertion failed on job for a.service.");
}

TEST(JobFailure, DoneAndSkippedAreNone) {
  EXPECT_EQ(job_failure_text("a.service", "done", ""), "");
  EXPECT_EQ(job_failure_text("a.service", "skipped", ""), "");
}

TEST(Waiting, NamesTheJobThatRuns) {
  const std::vector<client::Job> jobs{{1, "web.service", "start", "waiting", "", ""},
                                      {2, "db.service", "start", "running", "", ""},
                                      {3, "net.service", "stop", "running", "", ""}};
  EXPECT_EQ(waiting_text({"web.service"}, jobs, 12), "Waiting for web.service: db.service is starting, 1 more (12s)");
  EXPECT_EQ(waiting_text({"net.service"}, jobs, 2), "Waiting for net.service: net.service is stopping (2s)");
  EXPECT_EQ(waiting_text({"a.service", "b.service"}, {}, 1), "Waiting for a.service and 1 more (1s)");
}

TEST(Changes, AreTold) {
  Terminal t;
  EXPECT_EQ(change_text(t, {"symlink", "/etc/systemd/system/a.service", "/dev/null"}),
            "Created symlink /etc/systemd/system/a.service → /dev/null.");
  EXPECT_EQ(change_text(t, {"unlink", "/etc/systemd/system/a.service", ""}),
            "Removed \"/etc/systemd/system/a.service\".");
  t.utf8 = false;
  EXPECT_EQ(change_text(t, {"symlink", "/a", "/b"}), "Created symlink /a -> /b.");
}

TEST(Signals, WithoutANameAreShownByNumber) {
  EXPECT_EQ(signal_text(SIGRTMIN + 3), "RTMIN+3");
  EXPECT_EQ(signal_text(SIGRTMIN), "RTMIN+0");
  EXPECT_EQ(signal_text(33), "33");
}

TEST(Ends, AreCleanWithCodeZeroOrASignalThatAsksToGo) {
  EXPECT_TRUE(is_clean_exit(CLD_KILLED, SIGTERM));
  EXPECT_FALSE(is_clean_exit(CLD_KILLED, SIGKILL));
  EXPECT_FALSE(is_clean_exit(CLD_EXITED, 1));
}

}  // namespace
}  // namespace svcd::ctl
