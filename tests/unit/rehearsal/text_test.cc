// Small trees of unit files and all that is said of them. The times follow from seeds: the same on every machine.
#include "unit/rehearsal/rehearsed.h"

namespace svcd::rehearsal {

struct Case {
  const char* name;
  std::vector<std::string> options;
  const char* files;
  int code;
  const char* text;
};

class Text : public testing::TestWithParam<Case> {};

TEST_P(Text, IsSaidOfThisTree) {
  const Said said = rehearse_files(GetParam().options, GetParam().files);
  EXPECT_EQ(said.text, GetParam().text + 1);  // without the newline after R"(
  EXPECT_EQ(said.code, GetParam().code);
}

// clang-format off
const Case cases[] = {
Case{"OneServiceNeedsAnother", {"--start=app"},
R"(== app.service
[Unit]
Requires=db.service
After=db.service
[Service]
Type=notify
ExecStart=/bin/app
== db.service
[Service]
Type=forking
PIDFile=/run/db.pid
ExecStartPre=/bin/check
ExecStart=/bin/db
)", 0,
R"(
app.service is reached after 1.307s, seed 1: all is well.

Critical chain: each had to wait for the one below it
  app.service         @1.307s   +0.855s    [After= in app.service]
  `-db.service        @0.452s   +0.452s    [default dependency of db.service]
    `-sysinit.target  @0.000s              [After= in sysinit.target]
      `-swap.target   @0.000s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   done          local-fs.target
          -    0.000s         -  start   done          swap.target
          -    0.000s         -  start   done          sysinit.target  after swap.target [After= in sysinit.target]
          -    0.000s    0.452s  start   done          db.service  after sysinit.target [default dependency of db.service]
     0.452s    0.452s    0.855s  start   done          app.service  after db.service [After= in app.service]

Taken for granted
  units that the tree does not have, as they usually are: local-fs.target, swap.target, sysinit.target
)"},
Case{"ALinkInAFolderAnInstanceAnAliasAndADropIn", {"--states"},
R"(== default.target
[Unit]
DefaultDependencies=no
== default.target.wants/work@one.service -> ../work@.service
== default.target.wants/name.service -> ../real.service
== work@.service
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/work %i
== real.service
[Unit]
DefaultDependencies=no
[Service]
ExecStart=/bin/real
== name.service -> real.service
== work@one.service.d/later.conf
[Unit]
After=name.service
)", 0,
R"(
default.target is reached after 0.000s, seed 1: all is well.

Critical chain: each had to wait for the one below it
  default.target  @0.000s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   done          default.target
          -    0.000s         -  start   done          real.service
          -    0.000s         -  start   done          system-work.slice
          -    0.000s    0.486s  start   done          work@one.service  after system-work.slice [the slice of work@one.service]

States
     0.000s  system.slice: inactive (dead) -> active (active)
     0.000s  -.slice: inactive (dead) -> active (active)
     0.000s  init.scope: inactive (dead) -> active (running)
     0.000s  -.mount: inactive (dead) -> active (mounted)
     0.000s  default.target: inactive (dead) -> active (active)
     0.000s  real.service: inactive (dead) -> active (running)
     0.000s  work@one.service: inactive (dead) -> activating (start)
     0.000s  system-work.slice: inactive (dead) -> active (active)
     0.486s  work@one.service: activating (start) -> inactive (dead)
)"},
Case{"ACycleIsBroken", {"--start=a"},
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
Case{"ACycleThatCannotBeBroken", {"--start=a"},
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
Case{"AOneshotThatHangsIsADeadlock", {"--start=late", "--hang=slow"},
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
Case{"AStartTimeoutTakesOthersAlong", {"--start=app", "--hang=db"},
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
Case{"ANinetySecondStopAtPoweroff", {"--start=app", "--stubborn=app", "--shutdown"},
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
Case{"AStopAndAFailureAtTheirTime", {"--start=top.target", "--stop=a@2s", "--fail=b@3s"},
R"(== top.target
[Unit]
DefaultDependencies=no
Wants=a.service b.service
== a.service
[Unit]
DefaultDependencies=no
[Service]
ExecStart=/bin/a
== b.service
[Unit]
DefaultDependencies=no
[Service]
ExecStart=/bin/b
Restart=on-failure
RestartSec=1s
)", 0,
R"(
top.target is reached after 0.000s, seed 1: all is well.

Restarted by themselves
  b.service, 1 time: exit code 1 of its main process

Critical chain: each had to wait for the one below it
  top.target  @0.000s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   done          top.target
          -    0.000s         -  start   done          a.service
          -    0.000s         -  start   done          b.service
          -    2.000s    0.163s  stop    done          a.service
          -    4.000s         -  restart done          b.service
)"},
Case{"AServiceThatAlwaysFailsHitsItsStartLimit", {"--start=b", "--fail=b"},
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
Case{"AMountFailsAndADeviceIsNotThere", {"--start=top.target", "--fail=data.mount", "--hang=dev-ttyS0.device"},
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
          -    0.000s         -  start   done          top.target
          -    0.000s         -  start   unsupported   dev-ttyS0.device
                never            start   dependency    needs-device.service  after dev-ttyS0.device [BindsTo= in needs-device.service]
          -    0.000s         -  start   done          needs-other-device.service
          -    0.000s    0.074s  start   failed        data.mount
                never            start   dependency    needs-path.service  after data.mount [a path of needs-path.service]
)"},
Case{"UnitsThatAreNotThereMaskedOrBad", {"--start=top.target"},
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
Case{"DurationsAreAsGiven", {"--start=c", "--duration=a=10s", "--duration=b=1min 30s", "--duration=c=1s"},
R"(== a.service
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/a
ExecStart=/bin/aa
== b.service
[Unit]
DefaultDependencies=no
After=a.service
Wants=a.service
[Service]
Type=dbus
BusName=org.b
ExecStart=/bin/b
TimeoutStartSec=infinity
== c.service
[Unit]
DefaultDependencies=no
After=b.service
Wants=b.service
[Service]
ExecStart=/bin/c
)", 0,
R"(
c.service is reached after 100.000s, seed 1: all is well.

Critical chain: each had to wait for the one below it
  c.service      @100.000s            [After= in c.service]
  `-b.service    @100.000s +90.000s   [After= in b.service]
    `-a.service  @10.000s  +10.000s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   done          local-fs.target
          -    0.000s         -  start   done          swap.target
          -    0.000s         -  start   done          sysinit.target  after swap.target [After= in sysinit.target]
          -    0.000s   10.000s  start   done          a.service
          -    0.000s         -  start   done          dbus.socket  after sysinit.target [default dependency of dbus.socket]
    10.000s   10.000s   90.000s  start   done          b.service  after a.service [After= in b.service]
   100.000s  100.000s         -  start   done          c.service  after b.service [After= in c.service]

Taken for granted
  units that the tree does not have, as they usually are: dbus.socket, local-fs.target, swap.target, sysinit.target
)"},
Case{"ManySeeds", {"--start=c", "--seeds=5"},
R"(== a.service
[Unit]
DefaultDependencies=no
[Service]
Type=notify
ExecStart=/bin/a
TimeoutStartSec=800ms
== c.service
[Unit]
DefaultDependencies=no
After=a.service
Requires=a.service
[Service]
Type=oneshot
ExecStart=/bin/c
)", 0,
R"(
c.service: 5 seeds, 1 to 5, reached in 5: after 0.417s to 1.048s, half of them by 0.915s; all is well.

Up after, at least, in the middle, at most; share of it that the unit itself took
        min    median       max    own min    median       max  critical  unit
     0.304s    0.589s    0.740s     0.304s    0.589s    0.740s      100%  a.service
     0.417s    0.915s    1.048s     0.113s    0.282s    0.459s      100%  c.service
)"},
Case{"AShutdownEndsADeadlockThatIsToldAllTheSame", {"--start=late", "--hang=slow", "--shutdown"},
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
          -    0.000s         -  stop    done          late.service
          -    0.000s         -  start   done          umount.target
          -    0.000s   10.000s  stop    done          slow.service  after late.service [Before= in slow.service]
    10.000s   10.000s         -  start   done          shutdown.target  after slow.service [Before= in slow.service]
    10.000s   10.000s         -  start   done          final.target  after shutdown.target [After= in final.target]
    10.000s   10.000s         -  start   done          svcd-poweroff.service  after final.target [After= in svcd-poweroff.service]
    10.000s   10.000s         -  start   done          poweroff.target  after svcd-poweroff.service [After= in poweroff.target]

Taken for granted
  units that the tree does not have, as they usually are: final.target, poweroff.target, shutdown.target, svcd-poweroff.service, umount.target
)"},
Case{"ConditionsThatNobodyCanTestCountAsMet", {"--start=a"},
R"(== a.service
[Unit]
DefaultDependencies=no
BindsTo=b.service
After=b.service
[Service]
ExecStart=/bin/a
== b.service
[Unit]
DefaultDependencies=no
ConditionPathExists=!/run/x
AssertVirtualization=yes
[Service]
ExecStart=/bin/b
KillSignal=SIGUSR1
)", 0,
R"(
a.service is reached after 0.000s, seed 1: all is well.

Critical chain: each had to wait for the one below it
  a.service    @0.000s              [After= in a.service]
  `-b.service  @0.000s

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   done          b.service
          -    0.000s         -  start   done          a.service  after b.service [After= in a.service]

Taken for granted
  2 conditions could not be tested here and count as met
)"},
Case{"TimersStartNothing", {"--start=t.timer"},
R"(== t.timer
[Unit]
DefaultDependencies=no
[Timer]
OnBootSec=1s
== t.service
[Service]
ExecStart=/bin/t
)", 0,
R"(
t.timer is not reached, seed 1: all is well.

Schedule
     waited     began      took  job     result        unit
          -    0.000s         -  start   not simulated t.timer

Taken for granted
  1 job for units that start nothing in a rehearsal (timers, paths …)
)"},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Trees, Text, testing::ValuesIn(cases), [](const auto& test) { return test.param.name; });

}  // namespace svcd::rehearsal
