// Trees whose boot comes to its end: the critical chain, the schedule, what was taken for granted.
#include "unit/rehearsal/tree_text.h"

namespace svcd::rehearsal {

TEST_P(Text, IsSaidOfThisTree) {
  const Said said = rehearse_files(GetParam().options, GetParam().files);
  EXPECT_EQ(said.text, GetParam().text + 1);
  EXPECT_EQ(said.code, GetParam().code);
}

// clang-format off
const TreeText schedules[] = {
TreeText{"OneServiceNeedsAnother", {"--start=app"},
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
TreeText{"ALinkInAFolderAnInstanceAnAliasAndADropIn", {"--states"},
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
          -    0.000s         -  start   done          system-work.slice
          -    0.000s         -  start   done          default.target
          -    0.000s         -  start   done          real.service
          -    0.000s    0.486s  start   done          work@one.service  after real.service [After= in work@one.service]

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
TreeText{"AStopAndAFailureAtTheirTime", {"--start=top.target", "--stop=a@2s", "--fail=b@3s"},
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
TreeText{"DurationsAreAsGiven", {"--start=c", "--duration=a=10s", "--duration=b=1min 30s", "--duration=c=1s"},
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
          -    0.000s         -  start   done          dbus.socket  after sysinit.target [default dependency of dbus.socket]
          -    0.000s   10.000s  start   done          a.service
    10.000s   10.000s   90.000s  start   done          b.service  after a.service [After= in b.service]
   100.000s  100.000s         -  start   done          c.service  after b.service [After= in c.service]

Taken for granted
  units that the tree does not have, as they usually are: dbus.socket, local-fs.target, swap.target, sysinit.target
)"},
TreeText{"ManySeeds", {"--start=c", "--seeds=5"},
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
TreeText{"ConditionsThatNobodyCanTestCountAsMet", {"--start=a"},
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
TreeText{"TimersStartNothing", {"--start=t.timer"},
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

INSTANTIATE_TEST_SUITE_P(Schedules, Text, testing::ValuesIn(schedules), Text::name_of);

}  // namespace svcd::rehearsal
