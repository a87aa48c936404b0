// What unit files say about processes, as plans.
#include <gmock/gmock.h>

#include "daemon/exec/plan_builder.h"
#include "libunit/settings.h"
#include "libunit/unit_text.h"

namespace svcd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PlanTest : public testing::Test {
 protected:
  PlanTest() {
    context.unit = "a.service";
    context.invocation = {0xd5, 0x81};
    context.manager_environment = {"LANG=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
    context.pass_from = {"TERM=xterm", "SECRET=s"};
    context.private_tmp_id = "b007";
    context.journal_stdout = "/run/systemd/journal/stdout";
    context.journal_dev_log = "/run/systemd/journal/dev-log";
    context.inaccessible = "/run/systemd/inaccessible";
    context.directory_roots = {"/run", "/var/lib", "/var/cache", "/var/log", "/etc"};
  }

  BuiltPlan build(std::string_view text) {
    const auto parsed = parse_unit_text("a.service", text);
    EXPECT_TRUE(parsed);
    config = UnitConfig();
    Diagnostics diagnostics;
    LoadContext load;
    const auto name = UnitName::parse("a.service");
    load.unit = &*name;
    load.diagnostics = &diagnostics;
    EXPECT_TRUE(apply(*parsed, UnitType::service, config, load));
    for (const Diagnostic& diagnostic : diagnostics)
      if (diagnostic.level < Diagnostic::Level::notice) ADD_FAILURE() << to_string(diagnostic);
    auto built = build_plan(config, config.service().exec_start.front(), context);
    if (!built) {
      error = built.error();
      refused_for = built.error().setting;
      return {};
    }
    return std::move(*built);
  }
  std::string plan(std::string_view text) { return to_string(build(text).plan); }

  ExecContext context;
  UnitConfig config;
  Error error;
  std::string refused_for;
};

TEST_F(PlanTest, AServiceThatSaysNothingHasAShortPlainPlan) {
  const BuiltPlan built = build("[Service]\nExecStart=/bin/foo --bar\n");
  EXPECT_EQ(to_string(built.plan), R"(signals 1 0x0
session
open 0 0000 "/dev/null"
journal 1 30 1 0 0 "/run/systemd/journal/stdout" "foo" "a.service"
dup 2 1
umask 0022
environment "LANG=C.UTF-8" "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" "INVOCATION_ID=d5810000000000000000000000000000"
environment-late "SYSTEMD_EXEC_PID" "JOURNAL_STREAM"
fds 0
working-directory 0 "/"
execute 1 0 0 "/bin/foo" "/bin/foo" "--bar"
)");
  EXPECT_TRUE(built.plan.is_plain());
  EXPECT_THAT(built.not_in_effect, IsEmpty());
}

TEST_F(PlanTest, VariablesOfTheCommandLineAreExpanded) {
  EXPECT_THAT(plan("[Service]\nEnvironment=ONE=1 \"TWO=2 3\"\nExecStart=/bin/foo $ONE ${TWO} $TWO $NONE $$x\n"),
              HasSubstr(R"(execute 1 0 0 "/bin/foo" "/bin/foo" "1" "2 3" "2" "3" "$x")"));
}

TEST_F(PlanTest, ColonKeepsVariables) {
  EXPECT_THAT(plan("[Service]\nExecStart=:/bin/foo $ONE\n"),
              HasSubstr(R"(execute 1 0 0 "/bin/foo" "/bin/foo" "$ONE")"));
}

TEST_F(PlanTest, AtSignSetsTheProgramsName) {
  EXPECT_THAT(plan("[Service]\nExecStart=@/bin/foo zero one\n"), HasSubstr(R"(execute 1 0 0 "/bin/foo" "zero" "one")"));
}

TEST_F(PlanTest, AMissingProgramMayBeSkippedWithADash) {
  EXPECT_THAT(plan("[Service]\nExecStart=-/bin/foo\n"), HasSubstr(R"(execute 1 1 0 "/bin/foo" "/bin/foo")"));
}

TEST_F(PlanTest, ANameWithoutSlashIsLookedForInTheUsualFolders) {
  EXPECT_THAT(plan("[Service]\nExecStart=foo\n"),
              HasSubstr("execute 6 0 0 \"/usr/local/sbin/foo\" \"/usr/local/bin/foo\" \"/usr/sbin/foo\" "
                        "\"/usr/bin/foo\" \"/sbin/foo\" \"/bin/foo\" \"foo\"\n"));
}

TEST_F(PlanTest, VariablesThatOnlyTheChildKnowsAreExpandedByIt) {
  const BuiltPlan built = build("[Service]\nExecStart=/bin/foo $SYSTEMD_EXEC_PID\n");
  EXPECT_THAT(to_string(built.plan), HasSubstr(R"(execute 1 0 1 "/bin/foo" "/bin/foo" "$SYSTEMD_EXEC_PID")"));
  EXPECT_FALSE(built.plan.is_plain());
}

TEST_F(PlanTest, EnvironmentGoesOverTheManagersAndPassEnvironmentBetweenThem) {
  EXPECT_THAT(plan("[Service]\nEnvironment=LANG=de A=1\nPassEnvironment=SECRET A\nUnsetEnvironment=PATH A=2\n"
                   "ExecStart=/bin/foo\n"),
              HasSubstr("environment \"LANG=de\" \"INVOCATION_ID=d5810000000000000000000000000000\" \"SECRET=s\" "
                        "\"A=1\"\n"));
}

TEST_F(PlanTest, AVariableOfTheUnitIsNotFilledInByTheChild) {
  EXPECT_THAT(plan("[Service]\nEnvironment=SYSTEMD_EXEC_PID=9\nExecStart=/bin/foo\n"),
              HasSubstr("environment-late \"JOURNAL_STREAM\"\n"));
}

TEST_F(PlanTest, SocketsComeAsListenFds) {
  context.listen_fds = {{11, "a.socket"}, {17, "web"}};
  const std::string text = plan("[Service]\nNonBlocking=yes\nExecStart=/bin/foo\n");
  EXPECT_THAT(text, HasSubstr("\nfds 1 11 17\n"));
  EXPECT_THAT(text, HasSubstr("\"LISTEN_FDS=2\" \"LISTEN_FDNAMES=a.socket:web\""));
  EXPECT_THAT(text, HasSubstr("environment-late \"LISTEN_PID\""));
}

TEST_F(PlanTest, WatchdogAndNotifySocketAreTold) {
  context.watchdog = std::chrono::seconds(5);
  context.notify_socket = "/run/systemd/notify";
  const std::string text = plan("[Service]\nExecStart=/bin/foo\n");
  EXPECT_THAT(text, HasSubstr("\"NOTIFY_SOCKET=/run/systemd/notify\" \"WATCHDOG_USEC=5000000\""));
  EXPECT_THAT(text, HasSubstr("environment-late \"WATCHDOG_PID\""));
}

TEST_F(PlanTest, ProcessPropertiesBecomeSteps) {
  const BuiltPlan built = build(
      "[Service]\nUMask=0077\nNice=5\nOOMScoreAdjust=-100\nLimitNOFILE=77:88\nLimitCORE=infinity\n"
      "IgnoreSIGPIPE=no\nWorkingDirectory=-/srv\nNoNewPrivileges=yes\nExecStart=/bin/foo\n");
  const std::string text = to_string(built.plan);
  for (const char* line : {"signals 0 0x0\n", "umask 0077\n", "nice 5\n", "oom-score-adjust -100\n", "limit 7 77 88\n",
                           "limit 4 infinity infinity\n", "working-directory 1 \"/srv\"\n", "no-new-privileges\n"})
    EXPECT_THAT(text, HasSubstr(line));
  EXPECT_TRUE(built.plan.is_plain());
}

TEST_F(PlanTest, SchedulingBecomesSteps) {
  EXPECT_THAT(plan("[Service]\nCPUSchedulingPolicy=rr\nCPUSchedulingPriority=7\nCPUSchedulingResetOnFork=yes\n"
                   "CPUAffinity=0 65\nIOSchedulingClass=idle\nTimerSlackNSec=77\nExecStart=/bin/foo\n"),
              HasSubstr("cpu-scheduling 2 7 1\ncpu-affinity 0x1 0x2\nio-priority 3 4\ntimer-slack 77\n"));
}

TEST_F(PlanTest, ASocketAsStandardInputIsNotPassedASecondTime) {
  context.listen_fds = {{11, "connection"}};
  context.standard_socket = 11;
  const std::string text = plan("[Service]\nStandardInput=socket\nExecStart=/bin/foo\n");
  EXPECT_THAT(text, HasSubstr("dup 0 11\ndup 1 0\ndup 2 1\n"));
  EXPECT_THAT(text, HasSubstr("\nfds 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("LISTEN")));
}

TEST_F(PlanTest, LimitsThatTheManagerHasAlreadyAreNotSet) {
  context.inherited_limits[RLIMIT_NOFILE] = ResourceLimit{77, 88};
  EXPECT_THAT(plan("[Service]\nLimitNOFILE=77:88\nExecStart=/bin/foo\n"), Not(HasSubstr("limit")));
}

TEST_F(PlanTest, OutputsGoWhereTheUnitSays) {
  EXPECT_THAT(plan("[Service]\nStandardOutput=append:/var/log/x\nStandardError=null\nExecStart=/bin/foo\n"),
              HasSubstr("open 1 2501 \"/var/log/x\"\nopen 2 0001 \"/dev/null\"\n"));
  EXPECT_THAT(plan("[Service]\nStandardOutput=null\nExecStart=/bin/foo\n"),
              HasSubstr("open 1 0001 \"/dev/null\"\ndup 2 1\n"));
  EXPECT_THAT(plan("[Service]\nStandardInput=tty\nTTYPath=/dev/tty5\nTTYVHangup=yes\nStandardOutput=inherit\n"
                   "ExecStart=/bin/foo\n"),
              HasSubstr("tty-prepare 0 1 0 \"/dev/tty5\"\ntty 0 0 \"/dev/tty5\"\ndup 1 0\ndup 2 1\n"));
}

TEST_F(PlanTest, OutputsShareATerminalUnlessTheUnitSaysOtherwise) {
  EXPECT_THAT(plan("[Service]\nStandardInput=tty\nTTYPath=/dev/tty5\nExecStart=/bin/foo\n"),
              HasSubstr("tty 0 0 \"/dev/tty5\"\ndup 1 0\ndup 2 1\n"));
  EXPECT_THAT(plan("[Service]\nStandardInput=tty\nTTYPath=/dev/tty5\nStandardOutput=journal\nExecStart=/bin/foo\n"),
              HasSubstr("tty 0 0 \"/dev/tty5\"\njournal 1 30"));
}

TEST_F(PlanTest, WhereThereIsNothingToInheritTheDefaultCounts) {
  EXPECT_EQ(plan("[Service]\nStandardOutput=inherit\nExecStart=/bin/foo\n"), plan("[Service]\nExecStart=/bin/foo\n"));
}

TEST_F(PlanTest, TheConsoleHasTheTerminalThatTheManagerWasStartedWith) {
  const std::string text = "[Service]\nStandardInput=tty\nExecStart=/bin/foo\nTTYPath=";
  EXPECT_THAT(plan(text + "/dev/console\n"), HasSubstr("\"TERM=xterm\""));
  EXPECT_THAT(plan(text + "/dev/pts/0\n"), HasSubstr("\"TERM=vt220\""));
  EXPECT_THAT(plan(text + "/dev/tty1\n"), HasSubstr("\"TERM=linux\""));
}

TEST_F(PlanTest, SyslogSettingsReachTheJournal) {
  EXPECT_THAT(plan("[Service]\nSyslogIdentifier=id\nSyslogFacility=local0\nSyslogLevel=err\nSyslogLevelPrefix=no\n"
                   "ExecStart=/bin/foo\n"),
              HasSubstr("journal 1 131 0 0 0 \"/run/systemd/journal/stdout\" \"id\" \"a.service\"\n"));
}

TEST_F(PlanTest, ASocketThatIsNotThereIsAnError) {
  build("[Service]\nStandardInput=socket\nExecStart=/bin/foo\n");
  EXPECT_EQ(error.message, "The standard input is to be a socket, but there is none.");
  build("[Service]\nStandardInput=fd:web\nExecStart=/bin/foo\n");
  EXPECT_EQ(error.message, "Failed to load a named file descriptor: No such file or directory");
}

TEST_F(PlanTest, AUserIsLookedUpByTheHelper) {
  const BuiltPlan built =
      build("[Service]\nUser=web\nSupplementaryGroups=ssl log\nEnvironment=A=1\nExecStart=/bin/foo $HOME\n");
  const std::string text = to_string(built.plan);
  EXPECT_THAT(text, HasSubstr("session\nidentity \"web\" \"\" \"ssl\" \"log\"\n"));
  EXPECT_THAT(text,
              HasSubstr("environment-user\nenvironment \"A=1\"\ngroups 0\nfds 0\nuser\nworking-directory 0 \"/\"\n"
                        "execute 1 0 1 \"/bin/foo\" \"/bin/foo\" \"$HOME\"\n"));
  EXPECT_FALSE(built.plan.is_plain());
}

TEST_F(PlanTest, FullPrivilegesSkipUserNamespacesAndLimits) {
  const std::string text = plan(
      "[Service]\nUser=web\nPrivateTmp=yes\nLimitNOFILE=77\nNoNewPrivileges=yes\n"
      "CapabilityBoundingSet=CAP_KILL\nExecStart=+/bin/foo\n");
  for (const char* step : {"groups 0", "\nuser", "mount-namespace", "limit", "no-new-privileges", "bounding-set"})
    EXPECT_THAT(text, Not(HasSubstr(step)));
  EXPECT_THAT(text, HasSubstr("environment-user"));
}

TEST_F(PlanTest, ExclamationMarkKeepsTheUserButNotThePrivileges) {
  const std::string text = plan("[Service]\nUser=web\nLimitNOFILE=77\nNoNewPrivileges=yes\nExecStart=!/bin/foo\n");
  EXPECT_THAT(text, Not(HasSubstr("\nuser\n")));
  EXPECT_THAT(text, HasSubstr("limit 7 77 77\nworking-directory 0 \"/\"\nno-new-privileges\n"));
}

TEST_F(PlanTest, DirectoriesAreMadeAndTold) {
  const std::string text = plan(
      "[Service]\nRuntimeDirectory=foo bar/baz\nRuntimeDirectoryMode=0700\n"
      "StateDirectory=st:link\nExecStart=/bin/foo\n");
  EXPECT_THAT(text, HasSubstr("directory 0 0700 \"/run\" \"bar/baz\"\ndirectory 0 0700 \"/run\" \"foo\"\n"
                              "directory 1 0755 \"/var/lib\" \"st\" \"link\"\n"));
  EXPECT_THAT(text, HasSubstr("\"RUNTIME_DIRECTORY=/run/bar/baz:/run/foo\" \"STATE_DIRECTORY=/var/lib/st\""));
}

TEST_F(PlanTest, DirectoriesGoWhenTheUnitStopsUnlessPreserved) {
  build("[Service]\nRuntimeDirectory=foo\nStateDirectory=st\nPrivateTmp=yes\nExecStart=/bin/foo\n");
  EXPECT_EQ(to_string(build_removal_plan(config.exec(), context)),
            "remove-tree 0 \"/run\" \"foo\"\nremove-tree 1 \"/tmp\" \"systemd-private-b007-a.service-\"\n"
            "remove-tree 1 \"/var/tmp\" \"systemd-private-b007-a.service-\"\n");
  build("[Service]\nRuntimeDirectory=foo\nRuntimeDirectoryPreserve=restart\nExecStart=/bin/foo\n");
  EXPECT_EQ(to_string(build_removal_plan(config.exec(), context)), "remove-tree 0 \"/run\" \"foo\"\n");
  build("[Service]\nRuntimeDirectory=foo\nRuntimeDirectoryPreserve=yes\nExecStart=/bin/foo\n");
  EXPECT_EQ(to_string(build_removal_plan(config.exec(), context)), "");
}

TEST_F(PlanTest, ProtectionsBecomeMountRules) {
  EXPECT_THAT(plan("[Service]\nProtectSystem=full\nProtectHome=yes\nReadWritePaths=-/etc/x\nExecStart=/bin/foo\n"),
              HasSubstr(R"(mount-namespace
mount-rule 0 1 "/etc"
mount-rule 0 1 "/usr"
mount-rule 0 1 "/boot"
mount-rule 0 1 "/efi"
mount-rule 0 1 "/lib"
mount-rule 0 1 "/lib64"
mount-rule 0 1 "/bin"
mount-rule 0 1 "/sbin"
mount-rule 2 1 "/home"
mount-rule 2 1 "/run/user"
mount-rule 2 1 "/root"
mount-rule 1 1 "/etc/x"
apply-mount-rules "/run/systemd/inaccessible"
)"));
}

TEST_F(PlanTest, PrivateTmpIsNamedAfterTheRun) {
  EXPECT_THAT(plan("[Service]\nPrivateTmp=yes\nExecStart=/bin/foo\n"),
              HasSubstr("private-tmp \"/tmp/systemd-private-b007-a.service-d581000000000000\" \"/tmp\"\n"
                        "private-tmp \"/var/tmp/systemd-private-b007-a.service-d581000000000000\" \"/var/tmp\"\n"));
}

TEST_F(PlanTest, WhereNobodyCanHaveNamespacesTheServiceStartsWithout) {
  context.mount_namespaces = context.network_namespaces = false;
  const BuiltPlan built =
      build("[Service]\nPrivateTmp=yes\nProtectSystem=full\nProtectHome=yes\nPrivateNetwork=yes\nExecStart=/bin/foo\n");
  EXPECT_THAT(built.not_in_effect, ElementsAre("PrivateNetwork", "PrivateTmp", "ProtectSystem", "ProtectHome"));
  EXPECT_TRUE(built.plan.is_plain());
}

TEST_F(PlanTest, CapabilitiesAreTakenAndKept) {
  EXPECT_THAT(plan("[Service]\nUser=web\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_KILL\n"
                   "AmbientCapabilities=CAP_NET_BIND_SERVICE\nExecStart=/bin/foo\n"),
              HasSubstr("bounding-set 0x420\nkeep-capabilities 0x400\nuser\nambient-capabilities 0x400\n"));
}

TEST_F(PlanTest, V1HierarchiesAreEnteredByTheChild) {
  context.cgroup_attach = {"/sys/fs/cgroup/pids/a/cgroup.procs"};
  EXPECT_THAT(plan("[Service]\nExecStart=/bin/foo\n"), HasSubstr("cgroup \"/sys/fs/cgroup/pids/a/cgroup.procs\"\n"));
}

TEST_F(PlanTest, PlansSurviveBeingSent) {
  const BuiltPlan built = build("[Service]\nUser=web\nPrivateTmp=yes\nExecStart=/bin/foo \"a b\" ''\n");
  const auto again = ExecPlan::parse(built.plan.bytes());
  ASSERT_TRUE(again);
  EXPECT_EQ(to_string(*again), to_string(built.plan));
}

TEST_F(PlanTest, WhatStandsInTheWayIsNamed) {
  const auto refused = [&](const char* line) {
    refused_for = "nothing";
    build(std::string("[Service]\n") + line + "\nExecStart=/bin/foo\n");
    return refused_for;
  };
  EXPECT_EQ(refused("DynamicUser=yes"), "DynamicUser");
  EXPECT_EQ(refused("RootDirectory=/srv"), "RootDirectory");
  EXPECT_EQ(refused("RootImage=/srv/image"), "RootImage");
  EXPECT_EQ(error.message, "RootImage= is not supported yet, and nothing runs without it.");
  EXPECT_EQ(refused("StandardInput=socket"), "StandardInput");
  EXPECT_EQ(refused("StandardOutput=fd:out"), "StandardOutput");
  EXPECT_EQ(refused("StandardError=fd:err"), "StandardError");
  EXPECT_EQ(refused("RootDirectory=/"), "nothing");
}

TEST_F(PlanTest, DamagedPlansAreRefused) {
  const BuiltPlan built = build("[Service]\nExecStart=/bin/foo\n");
  const std::vector<std::byte> good(built.plan.bytes().begin(), built.plan.bytes().end());
  for (size_t length = 0; length < good.size(); ++length)
    EXPECT_FALSE(ExecPlan::parse(std::span(good).first(length))) << length;
  for (size_t at = 0; at < good.size(); ++at) {  // whatever is flipped: refused, or a plan that can be walked over
    std::vector<std::byte> bad = good;
    bad[at] ^= std::byte{0xff};
    if (const auto plan = ExecPlan::parse(bad)) (void)to_string(*plan);
  }
  std::vector<std::byte> newer = good;
  newer[4] = std::byte{2};
  EXPECT_FALSE(ExecPlan::parse(newer));
}

TEST(ExecSteps, NameSettingsThatThereAre) {
  for (const StepInfo& info : step_infos()) {
    if (info.setting == nullptr) continue;
    EXPECT_NE(find_setting(UnitType::service, "Service", key_of(info.setting)), nullptr) << info.name;
  }
}

TEST(ExecSteps, HaveTheExitCodesOfTheManual) {
  EXPECT_EQ(exit_code_of(StepKind::open, 0), 208);
  EXPECT_EQ(exit_code_of(StepKind::open, 1), 209);
  EXPECT_EQ(exit_code_of(StepKind::open, 2), 222);
  EXPECT_EQ(exit_code_of(StepKind::directory, 0), 233);
  EXPECT_EQ(exit_code_of(StepKind::directory, 1), 238);
  EXPECT_EQ(exit_code_of(StepKind::directory, 4), 241);
  EXPECT_STREQ(step_name_of(240), "LOGS_DIRECTORY");
  EXPECT_STREQ(step_name_of(203), "EXEC");
  EXPECT_STREQ(step_name_of(200), "CHDIR");
}

}  // namespace
}  // namespace svcd
