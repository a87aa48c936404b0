// Trees in which something goes wrong: loops, deadlocks, long stops, failures, units that are not there.
#include "unit/rehearsal/tree_text.h"

namespace svcd::rehearsal {

// clang-format off
const TreeText troubles[] = {
TreeText{"ACycleIsBroken", {"--start=a"},
R"(== a.service
[Unit]
DefaultDependencies=no
After=b.service
Wants=b.service
[Service]
ExecStart=/bin/a
== b.service
[Unit]
DefaultDependencies=no
Before=c.service
After=c.service
Wants=c.service
[Service]
ExecStart=/bin/b
== c.service
[Unit]
DefaultDependencies=no
[Service]
ExecStart=/bin/c
)", 4,
R"(
a.service is reached after 0.000s, seed 1: 1 ordering cycle.

Ordering cycle at 0.000s: broken by leaving out c.service
  c.service/start waits for b.service  [Before= in b.service]
  b.service/start waits for c.service  [After= in b.service]

Critical chain: each had to wait for the one below it
  a.service    @0.000s              [After= in a.service]
  `-b.service  @0.000s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   done          b.service
          -    0.000s         -  start   done          a.service  after b.service [After= in a.service]
)"},
TreeText{"ACycleThatCannotBeBroken", {"--start=a"},
R"(== a.service
[Unit]
DefaultDependencies=no
After=b.service
Requires=b.service
[Service]
ExecStart=/bin/a
== b.service
[Unit]
DefaultDependencies=no
After=a.service
[Service]
ExecStart=/bin/b
)", 4,
R"(
a.service is not reached, seed 1: 1 ordering cycle, 1 failure.

Ordering cycle at 0.000s: it cannot be broken, the request is refused
  b.service/start waits for a.service  [After= in b.service]
  a.service/start waits for b.service  [After= in a.service]

Failed
     0.000s  Failed to start default target: Transaction order is cyclic. See system logs for details.

Schedule
     waited     began      took  job     result        unit
)"},
TreeText{"AOneshotThatHangsIsADeadlock", {"--start=late", "--hang=slow"},
R"(== slow.service
[Unit]
DefaultDependencies=no
Before=late.service
[Service]
Type=oneshot
ExecStart=/bin/slow
== late.service
[Unit]
DefaultDependencies=no
Wants=slow.service
[Service]
ExecStart=/bin/late
)", 5,
R"(
late.service is not reached, seed 1: 2 jobs did not end.

Deadlock: by itself nothing would ever end these jobs
  slow.service/start runs (start)
    waits for itself (TimeoutStartSec=infinity, the default)
  late.service/start waits
    waits for slow.service/start (Before= in slow.service)

Schedule
     waited     began      took  job     result        unit
          -    0.000s            start   never ended   slow.service
                never            start   never ended   late.service
)"},
TreeText{"AStartTimeoutTakesOthersAlong", {"--start=app", "--hang=db"},
R"(== app.service
[Unit]
DefaultDependencies=no
Requires=db.service
After=db.service
[Service]
ExecStart=/bin/app
== db.service
[Unit]
DefaultDependencies=no
[Service]
Type=notify
ExecStart=/bin/db
TimeoutStartSec=5s
TimeoutStopSec=3s
)", 3,
R"(
app.service is not reached, seed 1: 1 stop until its timeout, 2 failures.

Stops that took until their timeout
  db.service from 5.000s, 3.000s long: TimeoutStopSec=3s

Failed
     8.000s  db.service: it was not up within TimeoutStartSec=5s
     8.000s  app.service: given up: db.service did not start (Requires= in app.service)

Schedule
     waited     began      took  job     result        unit
          -    0.000s    8.000s  start   failed        db.service
                never            start   dependency    app.service  after db.service [Requires= in app.service]
)"},
TreeText{"ANinetySecondStopAtPoweroff", {"--start=app", "--stubborn=app", "--shutdown"},
R"(== app.service
[Unit]
DefaultDependencies=no
Conflicts=shutdown.target
Before=shutdown.target
[Service]
ExecStart=/bin/app
)", 3,
R"(
app.service is reached after 0.000s, all is over after 90.000s, seed 1: 1 stop until its timeout, 1 failure.

Stops that took until their timeout
  app.service from 0.000s, 90.000s long: TimeoutStopSec=1min 30s, the default

Failed
    90.000s  app.service: its stop took longer than TimeoutStopSec=1min 30s, the default

Critical chain: each had to wait for the one below it
  app.service  @0.000s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   done          app.service
          -    0.000s         -  start   done          umount.target
          -    0.000s   90.000s  stop    done          app.service
    90.000s   90.000s         -  start   done          shutdown.target  after app.service [Before= in app.service]
    90.000s   90.000s         -  start   done          final.target  after shutdown.target [After= in final.target]
    90.000s   90.000s         -  start   done          svcd-poweroff.service  after final.target [After= in svcd-poweroff.service]
    90.000s   90.000s         -  start   done          poweroff.target  after svcd-poweroff.service [After= in poweroff.target]

Taken for granted
  units that the tree does not have, as they usually are: final.target, poweroff.target, shutdown.target, svcd-poweroff.service, umount.target
)"},
TreeText{"AServiceThatAlwaysFailsHitsItsStartLimit", {"--start=b", "--fail=b"},
R"(== b.service
[Unit]
DefaultDependencies=no
[Service]
ExecStart=/bin/b
Restart=always
)", 2,
R"(
b.service is reached after 0.000s, seed 1: 1 failure.

Failed
     2.285s  b.service: exit code 1 of its main process; started too often: StartLimitBurst=5, StartLimitIntervalSec=10s

Restarted by themselves
  b.service, 5 times: exit code 1 of its main process

Critical chain: each had to wait for the one below it
  b.service  @0.000s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   done          b.service
          -    0.457s         -  restart done          b.service
          -    0.914s         -  restart done          b.service
          -    1.371s         -  restart done          b.service
          -    1.828s         -  restart done          b.service
          -    2.285s         -  restart failed        b.service
)"},
TreeText{"AMountFailsAndADeviceIsNotThere", {"--start=top.target", "--fail=data.mount", "--hang=dev-ttyS0.device"},
R"(== top.target
[Unit]
DefaultDependencies=no
Wants=needs-path.service needs-device.service needs-other-device.service
== data.mount
[Unit]
DefaultDependencies=no
[Mount]
What=tmpfs
Where=/data
== needs-path.service
[Unit]
DefaultDependencies=no
RequiresMountsFor=/data/x
[Service]
ExecStart=/bin/a
== needs-device.service
[Unit]
DefaultDependencies=no
BindsTo=dev-ttyS0.device
After=dev-ttyS0.device
[Service]
ExecStart=/bin/a
== needs-other-device.service
[Unit]
DefaultDependencies=no
BindsTo=dev-ttyS1.device
After=dev-ttyS1.device
[Service]
ExecStart=/bin/a
)", 2,
R"(
top.target is reached after 0.000s, seed 1: 4 failures.

Failed
     0.000s  dev-ttyS0.device: it is not there; what needs it is given up
     0.000s  needs-device.service: given up: dev-ttyS0.device did not start (BindsTo= in needs-device.service)
     0.074s  data.mount: exit code 32 of /bin/mount
     0.074s  needs-path.service: given up: data.mount did not start (a path of needs-path.service)

Critical chain: each had to wait for the one below it
  top.target  @0.000s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   unsupported   dev-ttyS0.device
                never            start   dependency    needs-device.service  after dev-ttyS0.device [BindsTo= in needs-device.service]
          -    0.000s         -  start   done          top.target
          -    0.000s         -  start   done          needs-other-device.service
          -    0.000s    0.074s  start   failed        data.mount
                never            start   dependency    needs-path.service  after data.mount [a path of needs-path.service]
)"},
TreeText{"UnitsThatAreNotThereMaskedOrBad", {"--start=top.target"},
R"(== top.target
[Unit]
DefaultDependencies=no
Wants=gone.service needy.service masked.service bad.service
== needy.service
[Unit]
DefaultDependencies=no
Requires=also-gone.service
[Service]
ExecStart=/bin/a
== masked.service -> /dev/null
== bad.service
[Service]
Type=oneshot
Restart=always
ExecStart=/bin/a
)", 2,
R"(
top.target is reached after 0.000s, seed 1: 1 unit that is needed is not there.

Not there
  also-gone.service (not-found), needed through Requires= in needy.service
  bad.service (bad-setting: bad.service: Service has Restart= set to either always or on-success, which isn't allowed for Type=oneshot services. Refusing.), wanted through Wants= in top.target
  gone.service (not-found), wanted through Wants= in top.target
  masked.service (masked), wanted through Wants= in top.target

Critical chain: each had to wait for the one below it
  top.target  @0.000s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   done          top.target
          -    0.000s         -  start   done          needy.service
)"},
TreeText{"AShutdownEndsADeadlockThatIsToldAllTheSame", {"--start=late", "--hang=slow", "--shutdown"},
R"(== slow.service
[Unit]
DefaultDependencies=no
Conflicts=shutdown.target
Before=late.service shutdown.target
[Service]
Type=oneshot
ExecStart=/bin/slow
TimeoutStopSec=10s
== late.service
[Unit]
DefaultDependencies=no
Conflicts=shutdown.target
Before=shutdown.target
Wants=slow.service
[Service]
ExecStart=/bin/late
)", 5,
R"(
late.service is not reached, all is over after 10.000s, seed 1: 2 jobs did not end, 1 stop until its timeout, 1 failure.

Deadlock: by itself nothing would ever end these jobs
  slow.service/start runs (start)
    waits for itself (TimeoutStartSec=infinity, the default)
  late.service/start waits
    waits for slow.service/start (Before= in slow.service)

Stops that took until their timeout
  slow.service from 0.000s, 10.000s long: TimeoutStopSec=10s

Failed
    10.000s  slow.service: its stop took longer than TimeoutStopSec=10s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   canceled      slow.service
                never            start   canceled      late.service
          -    0.000s         -  start   done          umount.target
          -    0.000s         -  stop    done          late.service
          -    0.000s   10.000s  stop    done          slow.service  after late.service [Before= in slow.service]
    10.000s   10.000s         -  start   done          shutdown.target  after slow.service [Before= in slow.service]
    10.000s   10.000s         -  start   done          final.target  after shutdown.target [After= in final.target]
    10.000s   10.000s         -  start   done          svcd-poweroff.service  after final.target [After= in svcd-poweroff.service]
    10.000s   10.000s         -  start   done          poweroff.target  after svcd-poweroff.service [After= in poweroff.target]

Taken for granted
  units that the tree does not have, as they usually are: final.target, poweroff.target, shutdown.target, svcd-poweroff.service, umount.target
)"},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Troubles, Text, testing::ValuesIn(troubles), Text::name_of);

}  // namespace svcd::rehearsal
