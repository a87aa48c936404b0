// The simulated machine itself: what it is told to do, it does, and the engine on it behaves as the manual says.
#include <gmock/gmock.h>

#include "daemon/sim/sim_machine.h"

namespace svcd {

using namespace std::chrono_literals;

class SimService : public testing::Test {
 protected:
  SimMachine machine;
};

TEST_F(SimService, StopEscalatesToSigkillAfterTimeoutStopSec) {
  machine.program("/bin/stubborn").ignores_sigterm = true;
  SimUnit& web = machine.load("/etc/systemd/system/web.service", R"(
[Service]
ExecStart=/bin/stubborn
TimeoutStopSec=5s
)");
  web.start();
  machine.run_for(1s);
  EXPECT_EQ(web.sub_state(), "running");
  web.stop();
  machine.run_for(4999ms);
  EXPECT_EQ(web.sub_state(), "stop-sigterm");
  machine.run_for(1ms);
  EXPECT_EQ(web.history, (History{"running", "stop-sigterm", "stop-sigkill", "failed"}));
  EXPECT_EQ(web.result(), UnitResult::timeout);
}

/// systemd.unit(5), Requires=: with After= the unit is not started if the other one fails to.
TEST_F(SimService, RequiresWithAfterFailsAStartWhoseRequirementFailed) {
  machine.load("base.service", "[Service]\nType=oneshot\nExecStart=/bin/false\n");
  SimUnit& app =
      machine.load("app.service", "[Unit]\nRequires=base.service\nAfter=base.service\n[Service]\nExecStart=/bin/app\n");
  machine.program("/bin/app");
  app.start();
  machine.run_for(10s);
  EXPECT_EQ(app.jobs, std::vector{JobResult::dependency});
  EXPECT_EQ(app.history, History{});
  EXPECT_EQ(machine.kernel.spawns, 1u);
}

TEST_F(SimService, WantsStartsAnyway) {
  machine.load("base.service", "[Service]\nType=oneshot\nExecStart=/bin/false\n");
  SimUnit& app =
      machine.load("app.service", "[Unit]\nWants=base.service\nAfter=base.service\n[Service]\nExecStart=/bin/app\n");
  machine.program("/bin/app");
  app.start();
  machine.run_for(10s);
  EXPECT_EQ(app.jobs, std::vector{JobResult::done});
  EXPECT_EQ(app.sub_state(), "running");
}

TEST_F(SimService, ForkingWaitsForTheParentAndFollowsThePidFile) {
  SimProgram& parent = machine.program("/bin/daemonize");
  parent.daemon = "/bin/daemon";
  parent.forks_after = 300ms;
  parent.pid_file = "/run/d.pid";
  machine.program("/bin/daemon");
  SimUnit& d = machine.load("d.service", "[Service]\nType=forking\nPIDFile=/run/d.pid\nExecStart=/bin/daemonize\n");
  d.start();
  machine.run_for(200ms);
  EXPECT_EQ(d.sub_state(), "start");
  machine.run_for(1s);
  EXPECT_EQ(d.history, (History{"start", "running"}));
  ASSERT_EQ(d.processes().size(), 1u);
  EXPECT_EQ(d.main_pid(), d.processes()[0]->pid);
  EXPECT_EQ(d.processes()[0]->path, "/bin/daemon");
}

TEST_F(SimService, NotifyIsUpWhenItSaysSo) {
  machine.program("/bin/n").notifies = {{2s, {"READY=1", "STATUS=Serving"}}};
  SimUnit& n = machine.load("n.service", "[Service]\nType=notify\nExecStart=/bin/n\n");
  n.start();
  machine.run_for(1999ms);
  EXPECT_EQ(n.active_state(), ActiveState::activating);
  machine.run_for(1ms);
  EXPECT_EQ(n.active_state(), ActiveState::active);
  EXPECT_EQ(n.service()->status_text, "Serving");
}

}  // namespace svcd
