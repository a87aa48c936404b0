// The table of systemd.service(5), "Exit causes and the effect of the Restart= settings".
#include "unit/engine/engine_test.h"

namespace svcd {

enum class End { clean_exit, clean_signal, unclean_exit, unclean_signal, timeout, watchdog };

struct RestartCase {
  const char* setting;
  End end;
  bool restarts;
};

std::ostream& operator<<(std::ostream& out, const RestartCase& c) {
  return out << c.setting << '/' << int(c.end);
}

class RestartTest : public EngineTest, public testing::WithParamInterface<RestartCase> {};

TEST_P(RestartTest, FollowsTheTable) {
  const RestartCase& c = GetParam();
  file("a.service", std::string("[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/a\nTimeoutStartSec=1s\n") +
                        "WatchdogSec=2s\nRestartSec=60s\nRestart=" + c.setting + "\n");
  start("a.service");
  const pid_t pid = service("a.service").main_pid;
  if (c.end != End::timeout) manager->handle(Notified{id("a.service"), pid, 0, {"READY=1"}});
  switch (c.end) {
    case End::clean_exit: kernel.end(pid, {ExitStatus::Kind::exited, 0}); break;
    case End::clean_signal: kernel.end(pid, {ExitStatus::Kind::killed, SIGTERM}); break;
    case End::unclean_exit: kernel.end(pid, {ExitStatus::Kind::exited, 1}); break;
    case End::unclean_signal: kernel.end(pid, {ExitStatus::Kind::killed, SIGKILL}); break;
    case End::timeout:
    case End::watchdog: break;
  }
  run_for(10s);
  EXPECT_EQ(sub_state("a.service") == "auto-restart", c.restarts) << sub_state("a.service");
}

INSTANTIATE_TEST_SUITE_P(
    Manual, RestartTest,
    testing::Values(  // clang-format off
  RestartCase{"no",          End::clean_exit,     false}, RestartCase{"no",          End::clean_signal, false},
  RestartCase{"no",          End::unclean_exit,   false}, RestartCase{"no",          End::unclean_signal, false},
  RestartCase{"no",          End::timeout,        false}, RestartCase{"no",          End::watchdog,     false},
  RestartCase{"always",      End::clean_exit,     true},  RestartCase{"always",      End::clean_signal, true},
  RestartCase{"always",      End::unclean_exit,   true},  RestartCase{"always",      End::unclean_signal, true},
  RestartCase{"always",      End::timeout,        true},  RestartCase{"always",      End::watchdog,     true},
  RestartCase{"on-success",  End::clean_exit,     true},  RestartCase{"on-success",  End::clean_signal, true},
  RestartCase{"on-success",  End::unclean_exit,   false}, RestartCase{"on-success",  End::unclean_signal, false},
  RestartCase{"on-success",  End::timeout,        false}, RestartCase{"on-success",  End::watchdog,     false},
  RestartCase{"on-failure",  End::clean_exit,     false}, RestartCase{"on-failure",  End::clean_signal, false},
  RestartCase{"on-failure",  End::unclean_exit,   true},  RestartCase{"on-failure",  End::unclean_signal, true},
  RestartCase{"on-failure",  End::timeout,        true},  RestartCase{"on-failure",  End::watchdog,     true},
  RestartCase{"on-abnormal", End::clean_exit,     false}, RestartCase{"on-abnormal", End::clean_signal, false},
  RestartCase{"on-abnormal", End::unclean_exit,   false}, RestartCase{"on-abnormal", End::unclean_signal, true},
  RestartCase{"on-abnormal", End::timeout,        true},  RestartCase{"on-abnormal", End::watchdog,     true},
  RestartCase{"on-abort",    End::clean_exit,     false}, RestartCase{"on-abort",    End::clean_signal, false},
  RestartCase{"on-abort",    End::unclean_exit,   false}, RestartCase{"on-abort",    End::unclean_signal, true},
  RestartCase{"on-abort",    End::timeout,        false}, RestartCase{"on-abort",    End::watchdog,     false},
  RestartCase{"on-watchdog", End::clean_exit,     false}, RestartCase{"on-watchdog", End::clean_signal, false},
  RestartCase{"on-watchdog", End::unclean_exit,   false}, RestartCase{"on-watchdog", End::unclean_signal, false},
  RestartCase{"on-watchdog", End::timeout,        false}, RestartCase{"on-watchdog", End::watchdog,     true}));
// clang-format on

using RestartSettingsTest = EngineTest;

TEST_F(RestartSettingsTest, RestartPreventExitStatusWinsOverRestart) {
  file("a.service", "[Service]\nExecStart=/bin/a\nRestart=always\nRestartPreventExitStatus=3\n");
  program("/bin/a") = {.runs_for = 1s, .status = {ExitStatus::Kind::exited, 3}};
  start("a.service");
  run_for(5s);
  EXPECT_EQ(sub_state("a.service"), "failed");
}

TEST_F(RestartSettingsTest, RestartForceExitStatusRestartsWithoutRestart) {
  file("a.service", "[Service]\nExecStart=/bin/a\nRestartForceExitStatus=3\nRestartSec=60s\n");
  program("/bin/a") = {.runs_for = 1s, .status = {ExitStatus::Kind::exited, 3}};
  start("a.service");
  run_for(5s);
  EXPECT_EQ(sub_state("a.service"), "auto-restart");
}

TEST_F(RestartSettingsTest, StopDuringThePauseEndsIt) {
  file("a.service", "[Service]\nExecStart=/bin/a\nRestart=always\nRestartSec=60s\n");
  program("/bin/a").runs_for = 1s;
  start("a.service");
  run_for(5s);
  ASSERT_EQ(sub_state("a.service"), "auto-restart");
  stop("a.service");
  run_for(120s);
  EXPECT_EQ(history["a.service"], (History{"running", "auto-restart", "dead"}));
  EXPECT_EQ(kernel.spawned.size(), 1u);
}

TEST_F(RestartSettingsTest, CounterStartsAnewWithTheNextStartByHand) {
  file("a.service", "[Service]\nExecStart=/bin/a\nRestart=on-failure\n");
  program("/bin/a") = {.runs_for = 1s, .status = {ExitStatus::Kind::exited, 1}};
  start("a.service");
  run_for(1500ms);
  EXPECT_EQ(service("a.service").n_restarts, 1u);
  program("/bin/a").runs_for = infinity;
  EXPECT_TRUE(submit("a.service", JobType::restart));
  run_for(100ms);
  EXPECT_EQ(service("a.service").n_restarts, 0u);
}

}  // namespace svcd
