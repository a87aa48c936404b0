// The simulated machine itself: what it is told to do, it does, and the engine on it behaves as the manual says.
#include <gmock/gmock.h>

#include "sim/machine/sim_machine.h"

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

}  // namespace svcd
