// systemd-system.conf(5): what systemd 252 answered for each key, its property and its complaint.
#include "libunit/manager_settings.h"

#include <gtest/gtest.h>

#include <set>

#include "unit/libunit/shown_text.h"

namespace svcd {
namespace {

struct Case {
  const char *line, *property, *shown, *said;
};

/// The file has the line twice as deep as systemd was asked: at line 2.
std::string said_of(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& one : diagnostics)
    if (one.level != Diagnostic::Level::notice || one.text.find("Not in effect") == std::string::npos)
      text +=
          (text.empty() ? "" : " | ") + std::string("<") + std::to_string(3 + int(one.level)) + "> " + to_string(one);
  return text;
}

class ManagerSettingsTest : public testing::TestWithParam<Case> {};

TEST_P(ManagerSettingsTest, IsParsedShownAndComplainedOfAsSystemdDoes) {
  ManagerSettings settings;
  settings.defaults.system_tasks_max = 192728;
  HostFacts host;
  host.host_name = "vm";
  host.boot_id = "91ef3526fca64cc4969b6c97125ad11d";
  Diagnostics diagnostics;
  const Case& c = GetParam();
  apply_manager_configuration("C", fmt::format("[Manager]\n{}\n", c.line), settings, host, diagnostics);
  EXPECT_EQ(said_of(diagnostics), c.said);
  if (c.property == nullptr) return;
  const ManagerSetting* row = find_manager_property(c.property);
  ASSERT_NE(row, nullptr);
  BusctlSink sink;
  row->show(settings, sink);
  EXPECT_EQ(sink.text(), c.shown);
}

// clang-format off
constexpr Case cases[] = {
  {"LogLevel=debug", "LogLevel", " \"debug\"", ""},
  {"LogLevel=7", "LogLevel", " \"debug\"", ""},
  {"LogLevel=bogus", "LogLevel", " \"info\"", "<3> C:2: Invalid log level'bogus': Invalid argument"},
  {"LogLevel=", "LogLevel", " \"info\"", "<3> C:2: Invalid log level'': Invalid argument"},
  {"LogTarget=console", "LogTarget", " \"console\"", ""},
  {"LogTarget=journal-or-kmsg", "LogTarget", " \"journal-or-kmsg\"", ""},
  {"LogTarget=bogus", "LogTarget", " \"journal\"", "<3> C:2: Invalid target'bogus': Invalid argument"},
  {"LogColor=bogus", nullptr, "", "<3> C:2: Invalid color'bogus': Invalid argument"},
  {"LogLocation=bogus", nullptr, "", "<3> C:2: Invalid location'bogus': Invalid argument"},
  {"LogTime=bogus", nullptr, "", "<3> C:2: Invalid time'bogus': Invalid argument"},
  {"DumpCore=bogus", nullptr, "", "<4> C:2: Failed to parse boolean value, ignoring: bogus"},
  {"DumpCore=", nullptr, "", "<4> C:2: Failed to parse boolean value, ignoring: "},
  {"CrashChVT=2", nullptr, "", ""},
  {"CrashChangeVT=64", nullptr, "", ""},
  {"CrashChangeVT=bogus", nullptr, "", "<4> C:2: Failed to parse CrashChangeVT= setting, ignoring: bogus"},
  {"CrashShell=x", nullptr, "", "<4> C:2: Failed to parse boolean value, ignoring: x"},
  {"ShowStatus=no", "ShowStatus", " false", ""},
  {"ShowStatus=auto", "ShowStatus", " false", ""},
  {"ShowStatus=error", "ShowStatus", " false", ""},
  {"ShowStatus=x", "ShowStatus", " true", "<4> C:2: Failed to parse show status setting, ignoring: x"},
  {"StatusUnitFormat=name", nullptr, "", ""},
  {"StatusUnitFormat=", nullptr, "", "<4> C:2: Failed to parse status unit format, ignoring: "},
  {"CPUAffinity=x", nullptr, "", "<3> C:2: Failed to parse CPU affinity 'x'"},
  {"CPUAffinity=numa", nullptr, "", "<3> C:2: Failed to parse CPU affinity 'numa'"},
  {"NUMAPolicy=x", nullptr, "", "<4> C:2: Invalid NUMA policy type, ignoring: x"},
  {"NUMAMask=x", nullptr, "", "<3> C:2: Failed to parse CPU affinity 'x' | <4> C:2: Failed to parse NUMA node mask, ignoring: x"},
  {"JoinControllers=cpu,cpuacct", nullptr, "", ""},
  {"RuntimeWatchdogSec=10", "RuntimeWatchdogUSec", " 10000000", ""},
  {"RuntimeWatchdogSec=off", "RuntimeWatchdogUSec", " 0", ""},
  {"RuntimeWatchdogSec=default", "RuntimeWatchdogUSec", " 18446744073709551615", ""},
  {"RuntimeWatchdogSec=x", "RuntimeWatchdogUSec", " 0", "<4> C:2: Failed to parse sec value, ignoring: x"},
  {"RuntimeWatchdogPreSec=5", "RuntimeWatchdogPreUSec", " 5000000", ""},
  {"RuntimeWatchdogPreGovernor=a b", "RuntimeWatchdogPreGovernor", " \"a b\"", ""},
  {"RebootWatchdogSec=default", "RebootWatchdogUSec", " 18446744073709551615", ""},
  {"", "RebootWatchdogUSec", " 600000000", ""},
  {"ShutdownWatchdogSec=30", "RebootWatchdogUSec", " 30000000", ""},
  {"KExecWatchdogSec=40", "KExecWatchdogUSec", " 40000000", ""},
  {"WatchdogDevice=dev", "WatchdogDevice", " \"\"", "<3> C:2: WatchdogDevice= path is not absolute, ignoring: dev"},
  {"NoNewPrivileges=x", nullptr, "", "<4> C:2: Failed to parse boolean value, ignoring: x"},
  {"SystemCallArchitectures=bogus", nullptr, "", "<4> C:2: Failed to parse system call architecture \"bogus\", ignoring: Invalid argument"},
  {"TimerSlackNSec=x", nullptr, "", "<4> C:2: Failed to parse nsec value, ignoring: x"},
  {"DefaultTimerAccuracySec=5", "DefaultTimerAccuracyUSec", " 5000000", ""},
  {"DefaultStandardOutput=null", "DefaultStandardOutput", " \"null\"", ""},
  {"DefaultStandardOutput=file:/tmp/x", "DefaultStandardOutput", " \"journal\"", "<4> C:2: Failed to parse output type, ignoring: file:/tmp/x"},
  {"DefaultStandardOutput=socket", "DefaultStandardOutput", " \"journal\"", "<4> C:2: Standard output types socket, fd:, file:, append:, truncate: are not supported as defaults, ignoring: socket"},
  {"DefaultStandardOutput=syslog", "DefaultStandardOutput", " \"journal\"", "<5> C:2: Standard output type syslog is obsolete, automatically updating to journal. Please update your configuration."},
  {"DefaultStandardError=", "DefaultStandardError", " \"inherit\"", "<4> C:2: Failed to parse output type, ignoring: "},
  {"DefaultTimeoutStartSec=5", "DefaultTimeoutStartUSec", " 5000000", ""},
  {"DefaultTimeoutStartSec=0", "DefaultTimeoutStartUSec", " 18446744073709551615", ""},
  {"DefaultTimeoutStartSec=x", "DefaultTimeoutStartUSec", " 90000000", "<4> C:2: Failed to parse sec value, ignoring: x"},
  {"DefaultTimeoutStopSec=5", "DefaultTimeoutAbortUSec", " 5000000", ""},
  {"DefaultTimeoutAbortSec=0", "DefaultTimeoutAbortUSec", " 0", ""},
  {"DefaultTimeoutAbortSec=", "DefaultTimeoutAbortUSec", " 90000000", ""},
  {"DefaultTimeoutAbortSec=x", "DefaultTimeoutAbortUSec", " 90000000", "<4> C:2: Failed to parse DefaultTimeoutAbortSec= setting, ignoring: x"},
  {"DefaultDeviceTimeoutSec=7", "DefaultDeviceTimeoutUSec", " 7000000", ""},
  {"DefaultRestartSec=infinity", "DefaultRestartUSec", " 18446744073709551615", ""},
  {"DefaultStartLimitInterval=1", "DefaultStartLimitIntervalUSec", " 1000000", ""},
  {"DefaultStartLimitIntervalSec=0", "DefaultStartLimitIntervalUSec", " 0", ""},
  {"DefaultStartLimitBurst=9", "DefaultStartLimitBurst", " 9", ""},
  {"DefaultStartLimitBurst=-1", "DefaultStartLimitBurst", " 5", "<4> C:2: Failed to parse unsigned value, ignoring: -1"},
  {"DefaultEnvironment=nope 1A=2", nullptr, "", "<4> C:2: Invalid environment assignment, ignoring: nope | <4> C:2: Invalid environment assignment, ignoring: 1A=2"},
  {"DefaultEnvironment=A=\"x", nullptr, "", "<4> C:2: Invalid syntax, ignoring: A=\"x"},
  {"DefaultEnvironment=A=%z", nullptr, "", "<4> C:2: Failed to resolve specifiers in A=%z, ignoring: Invalid slot"},
  {"DefaultLimitCPU=5:10", "DefaultLimitCPU", " 10", ""},
  {"DefaultLimitCPU=5:10", "DefaultLimitCPUSoft", " 5", ""},
  {"DefaultLimitCPU=10:5", "DefaultLimitCPU", " 18446744073709551615", "<4> C:2: Soft resource limit chosen higher than hard limit, ignoring: 10:5"},
  {"DefaultLimitNICE=+5", "DefaultLimitNICE", " 15", ""},
  {"DefaultLimitRTTIME=5ms", "DefaultLimitRTTIME", " 5000", ""},
  {"DefaultLimitNOFILE=", nullptr, "", "<4> C:2: Failed to parse resource value, ignoring: "},
  {"DefaultCPUAccounting=no", "DefaultCPUAccounting", " false", ""},
  {"DefaultCPUAccounting=x", "DefaultCPUAccounting", " true", "<4> C:2: Failed to parse boolean value for DefaultCPUAccounting=, ignoring: x"},
  {"DefaultTasksAccounting=x", "DefaultTasksAccounting", " true", "<4> C:2: Failed to parse boolean value, ignoring: x"},
  {"DefaultTasksMax=100", "DefaultTasksMax", " 100", ""},
  {"DefaultTasksMax=50%", "DefaultTasksMax", " 96364", ""},
  {"DefaultTasksMax=", "DefaultTasksMax", " 18446744073709551615", ""},
  {"DefaultTasksMax=0%", "DefaultTasksMax", " 0", ""},
  {"DefaultTasksMax=0", "DefaultTasksMax", " 28909", "<4> C:2: Maximum tasks value '0' out of range, ignoring."},
  {"DefaultTasksMax=101%", "DefaultTasksMax", " 28909", "<4> C:2: Invalid maximum tasks value '101%', ignoring: Invalid argument"},
  {"CtrlAltDelBurstAction=poweroff-immediate", "CtrlAltDelBurstAction", " \"poweroff-immediate\"", ""},
  {"CtrlAltDelBurstAction=x", "CtrlAltDelBurstAction", " \"reboot-force\"", "<4> C:2: Failed to parse CtrlAltDelBurstAction=, ignoring: x"},
  {"DefaultOOMPolicy=kill", "DefaultOOMPolicy", " \"kill\"", ""},
  {"DefaultOOMPolicy=", "DefaultOOMPolicy", " \"stop\"", "<4> C:2: Failed to parse OOM policy, ignoring: "},
  {"DefaultOOMScoreAdjust=100", "DefaultOOMScoreAdjust", " 100", ""},
  {"DefaultOOMScoreAdjust=x", "DefaultOOMScoreAdjust", " 0", "<4> C:2: Failed to parse the OOM score adjust value 'x', ignoring: Invalid argument"},
  {"DefaultOOMScoreAdjust=2000", "DefaultOOMScoreAdjust", " 0", "<4> C:2: Failed to parse the OOM score adjust value '2000', ignoring: Numerical result out of range"},
  {"ConfirmSpawn=yes", "ConfirmSpawn", " false", "<4> C:2: Unknown key 'ConfirmSpawn' in section [Manager], ignoring."},
  {"ServiceWatchdogs=no", "ServiceWatchdogs", " true", "<4> C:2: Unknown key 'ServiceWatchdogs' in section [Manager], ignoring."},
  {"loglevel=debug", "LogLevel", " \"info\"", "<4> C:2: Unknown key 'loglevel' in section [Manager], ignoring."},
  {"X-Bogus=1", nullptr, "", ""},
  {"[Foo]\nA=b", nullptr, "", "<4> C:2: Unknown section 'Foo'. Ignoring."},
  {"[X-Foo]\nA=b", nullptr, "", ""},
  {"no equals", nullptr, "", "<4> C:2: Missing '=', ignoring line."},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Answers, ManagerSettingsTest, testing::ValuesIn(cases));

TEST(ManagerSettingsTableTest, HasEachKeyOfTheManualAndOfThePast) {
  std::set<std::string_view> keys;
  for (const ManagerSetting& row : manager_settings())
    EXPECT_TRUE(row.key == nullptr || keys.insert(row.key).second) << row.key;
  EXPECT_EQ(keys.size(), 67U);
  EXPECT_NE(find_manager_setting("CrashChVT"), nullptr);
  EXPECT_EQ(find_manager_setting("Nothing"), nullptr);
}

TEST(ManagerSettingsTableTest, SaysWhatHasNoEffectOnceAFile) {
  ManagerSettings settings;
  Diagnostics said;
  apply_manager_configuration("C", "[Manager]\nCrashShell=yes\nLogLevel=err\nDumpCore=no\n", settings, {}, said);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(to_string(said[0]), "C: Not in effect yet: CrashShell=, DumpCore=.");
}

TEST(DefaultEnvironmentTest, IsAddedToResetAndKnowsTheMachine) {
  const auto environment = [](std::string_view text) {
    ManagerSettings settings;
    HostFacts host;
    host.host_name = "vm";
    Diagnostics said;
    apply_manager_configuration("C", text, settings, host, said);
    return settings.default_environment;
  };
  EXPECT_EQ(environment("[Manager]\nDefaultEnvironment=A=1 B=2\nDefaultEnvironment=A=3 \"C=%H x\"\n"),
            (Environment{"A=3", "B=2", "C=vm x"}));
  EXPECT_EQ(environment("[Manager]\nDefaultEnvironment=A=1\nDefaultEnvironment=\n"), Environment{});
}

TEST(ProcessorsTest, AreMergedAndReset) {
  const auto set = [](std::string_view text) {
    ManagerSettings settings;
    Diagnostics said;
    apply_manager_configuration("C", text, settings, {}, said);
    return settings.cpu_affinity;
  };
  EXPECT_EQ(set("[Manager]\nCPUAffinity=0\nCPUAffinity=2-3,9\n"), (NumberSet{0x0d, 0x02}));
  EXPECT_EQ(set("[Manager]\nCPUAffinity=0\nCPUAffinity=\n"), NumberSet{});
}

TEST(UnitDefaultsTest, FlowIntoUnitsThatSayNothing) {
  ManagerSettings settings;
  Diagnostics said;
  apply_manager_configuration(
      "C",
      "[Manager]\nDefaultRestartSec=2\nDefaultStartLimitIntervalSec=3\nDefaultStartLimitBurst=4\n"
      "DefaultTimerAccuracySec=5\nDefaultOOMPolicy=kill\nDefaultOOMScoreAdjust=6\n"
      "DefaultDeviceTimeoutSec=7\n",
      settings, {}, said);
  Block<ManagerDefaults> defaults;
  defaults.change() = settings.defaults;
  UnitConfig unit;
  unit.set_defaults(defaults);
  EXPECT_EQ(effective_restart_sec(unit), std::chrono::seconds(2));
  EXPECT_EQ(effective_start_limit_interval(unit), std::chrono::seconds(3));
  EXPECT_EQ(effective_start_limit_burst(unit), 4U);
  EXPECT_EQ(effective_timer_accuracy(unit), std::chrono::seconds(5));
  EXPECT_EQ(effective_oom_policy(unit), OomPolicy::kill);
  EXPECT_EQ(effective_oom_score_adjust(unit), 6);
  EXPECT_EQ(effective_job_running_timeout(unit), infinity);
  unit.set_type(UnitType::device);
  EXPECT_EQ(effective_job_running_timeout(unit), std::chrono::seconds(7));
  unit.change<ServiceSection>().restart_sec = Duration(0);
  EXPECT_EQ(effective_restart_sec(unit), Duration(0));
}

}  // namespace
}  // namespace svcd
