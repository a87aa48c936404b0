// kernel-command-line(7) and systemd(1): what systemd 252 answered for each word.
#include "libunit/boot_options.h"

#include <gtest/gtest.h>

#include "unit/libunit/shown_text.h"

namespace svcd {
namespace {

using Words = std::vector<std::string>;

struct Heard {
  ManagerSettings settings;
  BootOptions options;
  Words complaints, unknown;
};

Heard hear(const Words& words, bool is_container = true) {
  Heard heard;
  apply_command_line(words, {heard.settings, heard.options, is_container}, heard.complaints);
  return heard;
}

std::string shown(const Heard& heard, const char* property) {
  BusctlSink sink;
  const ManagerSetting* row = find_manager_property(property);
  if (row != nullptr) row->show(heard.settings, sink);
  return sink.text();
}

struct Case {
  Words words;
  const char *property, *value, *said;
};

class BootOptionsTest : public testing::TestWithParam<Case> {};

TEST_P(BootOptionsTest, IsTakenOrComplainedOfAsSystemdDoes) {
  const Case& c = GetParam();
  const Heard heard = hear(c.words);
  EXPECT_EQ(heard.complaints, *c.said == '\0' ? Words{} : Words{c.said});
  if (c.property != nullptr) {
    EXPECT_EQ(shown(heard, c.property), c.value);
  }
}

// clang-format off
const Case cases[] = {
  {{"systemd.show_status"}, "ShowStatus", " true", ""},
  {{"systemd.show_status=no"}, "ShowStatus", " false", ""},
  {{"systemd.show-status=auto"}, "ShowStatus", " false", ""},
  {{"systemd.show_status=x"}, "ShowStatus", " true", "Failed to parse show status switch x, ignoring: Invalid argument"},
  {{"systemd.show_status="}, "ShowStatus", " true", "Failed to parse show status switch , ignoring: Invalid argument"},
  {{"quiet"}, "ShowStatus", " false", ""},
  {{"quiet=1"}, "ShowStatus", " true", ""},
  {{"quiet", "systemd.show_status=yes"}, "ShowStatus", " true", ""},
  {{"systemd.show_status=yes", "quiet"}, "ShowStatus", " true", ""},
  {{"debug"}, "LogTarget", " \"console\"", ""},
  {{"debug"}, "LogLevel", " \"debug\"", ""},
  {{"debug=1"}, "LogLevel", " \"info\"", ""},
  {{"systemd.log_level=debug"}, "LogLevel", " \"debug\"", ""},
  {{"systemd.log-level=warning"}, "LogLevel", " \"warning\"", ""},
  {{"systemd.log_level"}, "LogLevel", " \"info\"", "Missing argument for systemd.log_level= kernel command line switch, ignoring."},
  {{"systemd.log_level="}, "LogLevel", " \"info\"", "Failed to parse log level ''. Ignoring."},
  {{"systemd.log_level=x"}, "LogLevel", " \"info\"", "Failed to parse log level 'x'. Ignoring."},
  {{"systemd.log_target=console"}, "LogTarget", " \"console\"", ""},
  {{"systemd.log_target=x"}, "LogTarget", " \"journal\"", "Failed to parse log target 'x'. Ignoring."},
  {{"systemd.log_color=x"}, nullptr, "", "Failed to parse log color setting 'x'. Ignoring."},
  {{"systemd.log_location=x"}, nullptr, "", "Failed to parse log location setting 'x'. Ignoring."},
  {{"systemd.log_time=x"}, nullptr, "", "Failed to parse log time setting 'x'. Ignoring."},
  {{"systemd.log_tid=x"}, nullptr, "", "Failed to parse log tid setting 'x'. Ignoring."},
  {{"systemd.dump_core=x"}, nullptr, "", "Failed to parse dump core switch x, ignoring: Invalid argument"},
  {{"systemd.crash_chvt=x"}, nullptr, "", "Failed to parse crash chvt switch x, ignoring: Invalid argument"},
  {{"systemd.crash_chvt=64"}, nullptr, "", ""},
  {{"systemd.crash_shell=x"}, nullptr, "", "Failed to parse crash shell switch x, ignoring: Invalid argument"},
  {{"systemd.crash_reboot=x"}, nullptr, "", "Failed to parse crash reboot switch x, ignoring: Invalid argument"},
  {{"systemd.confirm_spawn"}, "ConfirmSpawn", " true", ""},
  {{"systemd.confirm_spawn=ttyS0"}, "ConfirmSpawn", " true", ""},
  {{"systemd.confirm_spawn=no"}, "ConfirmSpawn", " false", ""},
  {{"systemd.service_watchdogs=no"}, "ServiceWatchdogs", " false", ""},
  {{"systemd.service_watchdogs"}, "ServiceWatchdogs", " true", ""},
  {{"systemd.service_watchdogs=x"}, "ServiceWatchdogs", " true", "Failed to parse service watchdog switch x, ignoring: Invalid argument"},
  {{"systemd.status_unit_format=x"}, nullptr, "", "Failed to parse systemd.status_unit_format=x, ignoring: Invalid argument"},
  {{"systemd.status_unit_format"}, nullptr, "", "Missing argument for systemd.status_unit_format= kernel command line switch, ignoring."},
  {{"systemd.default_standard_output=null"}, "DefaultStandardOutput", " \"null\"", ""},
  {{"systemd.default_standard_output=socket"}, "DefaultStandardOutput", " \"socket\"", ""},
  {{"systemd.default_standard_output=file:/x"}, "DefaultStandardOutput", " \"journal\"", "Failed to parse default standard output switch file:/x, ignoring: Invalid argument"},
  {{"systemd.default-standard-error"}, "DefaultStandardError", " \"inherit\"", "Missing argument for systemd.default-standard-error= kernel command line switch, ignoring."},
  {{"systemd.default_standard_error=x"}, "DefaultStandardError", " \"inherit\"", "Failed to parse default standard error switch x, ignoring: Invalid argument"},
  {{"systemd.setenv=FOO"}, nullptr, "", "Environment variable assignment 'FOO' is not valid. Ignoring."},
  {{"systemd.setenv=1FOO=x"}, nullptr, "", "Environment variable assignment '1FOO=x' is not valid. Ignoring."},
  {{"systemd.setenv"}, nullptr, "", "Missing argument for systemd.setenv= kernel command line switch, ignoring."},
  {{"systemd.machine_id=x"}, nullptr, "", "MachineID 'x' is not valid, ignoring: Invalid argument"},
  {{"systemd.default_timeout_start_sec=20"}, "DefaultTimeoutStartUSec", " 20000000", ""},
  {{"systemd.default_timeout_start_sec=0"}, "DefaultTimeoutStartUSec", " 18446744073709551615", ""},
  {{"systemd.default_timeout_start_sec=x"}, "DefaultTimeoutStartUSec", " 90000000", "Failed to parse default start timeout 'x', ignoring: Invalid argument"},
  {{"systemd.cpu_affinity=x"}, nullptr, "", "Failed to parse CPU affinity mask 'x', ignoring: Invalid argument"},
  {{"systemd.watchdog_device=/dev/wd"}, "WatchdogDevice", " \"/dev/wd\"", ""},
  {{"systemd.watchdog_sec=20"}, "RuntimeWatchdogUSec", " 20000000", ""},
  {{"systemd.watchdog_sec=20"}, "KExecWatchdogUSec", " 20000000", ""},
  {{"systemd.watchdog_sec=off"}, "RebootWatchdogUSec", " 0", ""},
  {{"systemd.watchdog_sec=default"}, "RebootWatchdogUSec", " 18446744073709551615", ""},
  {{"systemd.watchdog_sec=x"}, "RebootWatchdogUSec", " 600000000", "Failed to parse systemd.watchdog_sec= argument 'x', ignoring: Invalid argument"},
  {{"systemd.watchdog_pre_sec=default"}, "RuntimeWatchdogPreUSec", " 18446744073709551615", ""},
  {{"systemd.watchdog_pre_sec=x"}, "RuntimeWatchdogPreUSec", " 0", "Failed to parse systemd.watchdog_pre_sec= argument 'x', ignoring: Invalid argument"},
  {{"systemd.watchdog_pretimeout_governor=noop"}, "RuntimeWatchdogPreGovernor", " \"noop\"", ""},
  {{"systemd.clock-usec=x"}, nullptr, "", "Failed to parse systemd.clock_usec= argument, ignoring: x"},
  {{"systemd.random_seed=x"}, nullptr, "", "Failed to parse systemd.random_seed= argument, ignoring: x"},
  {{"systemd.early_core_pattern=x"}, nullptr, "", "Specified core pattern 'x' is not an absolute path, ignoring."},
  {{"systemd.unit=foo"}, nullptr, "", "Unit name specified on systemd.unit= is not valid, ignoring: foo"},
  {{"systemd.unit=foo@.service"}, nullptr, "", "Unit name specified on systemd.unit= is not valid, ignoring: foo@.service"},
  {{"systemd.unit"}, nullptr, "", "Missing argument for systemd.unit= kernel command line switch, ignoring."},
  {{"systemd.bogus=1", "root=/dev/sda", "systemd.mask=a.service", "rd.systemd.show_status=no", "foo"}, "ShowStatus", " true", ""},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Answers, BootOptionsTest, testing::ValuesIn(cases));

TEST(BootOptionsWordsTest, NameTheUnitToBootInto) {
  EXPECT_EQ(hear({"systemd.unit=foo.target"}).options.unit, "foo.target");
  for (const char* word : {"emergency", "-b"}) EXPECT_EQ(hear({word}).options.unit, "emergency.target");
  for (const char* word : {"rescue", "single", "-s", "s", "S", "1"})
    EXPECT_EQ(hear({word}).options.unit, "rescue.target");
  for (const char* word : {"2", "3", "4"}) EXPECT_EQ(hear({word}).options.unit, "multi-user.target");
  EXPECT_EQ(hear({"5"}).options.unit, "graphical.target");
  EXPECT_EQ(hear({"single=1", "rd.emergency", "rd.systemd.unit=a.target"}).options.unit, "");
  EXPECT_EQ(hear({"5", "systemd.unit=a.target"}).options.unit, "a.target");
}

TEST(BootOptionsWordsTest, SetVariablesOverThoseOfTheConfiguration) {
  Heard heard;
  heard.settings.default_environment = {"A=1"};
  const Words words{"systemd.setenv=A=2", "systemd.setenv=B=x y", "systemd.setenv=B=z \"q\""};
  apply_command_line(words, {heard.settings, heard.options, true}, heard.complaints);
  EXPECT_EQ(heard.settings.default_environment, (Environment{"A=2", "B=z \"q\""}));
  EXPECT_EQ(hear({"locale.LANG=de_DE.UTF-8", "locale.NOPE=x"}).options.locale, Words{"LANG=de_DE.UTF-8"});
}

TEST(BootOptionsWordsTest, DebugGoesToTheConsoleOfAContainerAlone) {
  EXPECT_EQ(hear({"debug"}, false).settings.controls.log_target, LogTarget::journal);
}

TEST(BootOptionsWordsTest, OfProgramArgumentsAreTheSame) {
  Heard heard;
  const Words words{"--log-level=debug", "--unit", "a.target", "--show-status=no", "--foo", "--dump-core", "3"};
  apply_arguments(words, {heard.settings, heard.options, true}, heard.complaints, heard.unknown);
  EXPECT_EQ(heard.settings.controls.log_level, 7);
  EXPECT_EQ(heard.options.unit, "a.target");
  EXPECT_EQ(heard.settings.controls.show_status, ShowStatus::no);
  EXPECT_EQ(heard.unknown, Words{"--foo"});
  EXPECT_EQ(heard.complaints, Words{});
}

TEST(CommandLineTest, WordsAreSplitAtSpacesOutsideOfQuotes) {
  EXPECT_EQ(split_command_line("a  b=\"c d\" 'e f'\n"), (Words{"a", "b=c d", "e f"}));
  EXPECT_EQ(split_command_line(""), Words{});
}

}  // namespace
}  // namespace svcd
