// What svcctl sim takes, and what it says of what it does not take.
#include <sys/wait.h>

#include <array>
#include <cstdio>

#include "unit/rehearsal/rehearsed.h"

namespace svcd::rehearsal {
namespace {

using namespace std::chrono_literals;

Parsed parse(std::vector<const char*> words) {
  words.insert(words.begin(), "sim");
  return parse_command_line(int(words.size()), words.data());
}

std::string complaint(std::vector<const char*> words) {
  const Parsed parsed = parse(std::move(words));
  EXPECT_TRUE(parsed.ends);
  EXPECT_EQ(parsed.exit_code, 1);
  return parsed.text;
}

/// What a command prints, both outputs, and its exit code.
Said run(const std::string& command) {
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::string text;
  std::array<char, 4096> piece{};
  while (const size_t size = std::fread(piece.data(), 1, piece.size(), pipe)) text.append(piece.data(), size);
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text};
}

TEST(CommandLine, NamesOfUnitsAreCompletedAndTimesAreSpans) {
  const Request request = parse({"--units",
                                 "/a",
                                 "--units=/b",
                                 "--root=/r",
                                 "--start=x",
                                 "--stop=y@1min 30s",
                                 "--fail=z",
                                 "--fail=m.mount@5",
                                 "--hang",
                                 "d.device",
                                 "--stubborn=s",
                                 "--duration=a@b=200ms",
                                 "--shutdown=2h",
                                 "--seed=7",
                                 "--seeds=9",
                                 "--until=1h",
                                 "-o",
                                 "json",
                                 "--output",
                                 "f",
                                 "--states"})
                              .request;
  EXPECT_THAT(request.folders, testing::ElementsAre("/a", "/b"));
  EXPECT_EQ(request.root, "/r");
  EXPECT_THAT(request.starts, testing::ElementsAre("x.service"));
  ASSERT_EQ(request.stops.size(), 1u);
  EXPECT_EQ(request.stops[0].unit, "y.service");
  EXPECT_EQ(request.stops[0].at, Duration(90s));
  ASSERT_EQ(request.failures.size(), 2u);
  EXPECT_EQ(request.failures[0].unit, "z.service");
  EXPECT_EQ(request.failures[0].at, std::nullopt);
  EXPECT_EQ(request.failures[1].unit, "m.mount");
  EXPECT_EQ(request.failures[1].at, Duration(5s));
  EXPECT_THAT(request.stubborn, testing::ElementsAre("s.service"));
  EXPECT_THAT(request.hanging, testing::ElementsAre("d.device"));
  EXPECT_THAT(request.durations, testing::ElementsAre(testing::Pair("a@b.service", Duration(200ms))));
  EXPECT_EQ(request.shutdown_at, Duration(2h));
  EXPECT_EQ(request.seed, 7u);
  EXPECT_EQ(request.seeds, 9u);
  EXPECT_EQ(request.until, Duration(1h));
  EXPECT_EQ(request.form, Form::json);
  EXPECT_EQ(request.file, "f");
  EXPECT_TRUE(request.states);
}

TEST(CommandLine, AnInstanceAndATimeAreToldApart) {
  const Request request =
      parse({"--fail=getty@tty1.service", "--fail=getty@tty2.service@5s", "--fail=cron@1min"}).request;
  ASSERT_EQ(request.failures.size(), 3u);
  EXPECT_EQ(request.failures[0].unit, "getty@tty1.service");
  EXPECT_EQ(request.failures[0].at, std::nullopt);
  EXPECT_EQ(request.failures[1].unit, "getty@tty2.service");
  EXPECT_EQ(request.failures[1].at, Duration(5s));
  EXPECT_EQ(request.failures[2].unit, "cron.service");
  EXPECT_EQ(request.failures[2].at, Duration(60s));
}

TEST(CommandLine, ShutdownMayStandAlone) {
  EXPECT_TRUE(parse({"--shutdown"}).request.shuts_down);
  EXPECT_EQ(parse({"--shutdown", "--seed=2"}).request.shutdown_at, std::nullopt);
  EXPECT_EQ(parse({"--shutdown@20s"}).request.shutdown_at, Duration(20s));
  EXPECT_FALSE(parse({}).request.shuts_down);
}

TEST(CommandLine, WhatIsWrongIsSaidWithTheNextStep) {
  EXPECT_EQ(complaint({"--bogus"}),
            "svcctl sim: The following argument was not expected: --bogus. 'svcctl sim --help' lists the options.\n");
  EXPECT_EQ(complaint({"--stop=a"}), "svcctl sim: --stop=a: say when, e.g. --stop=a@30s.\n");
  EXPECT_EQ(complaint({"--duration=a"}), "svcctl sim: --duration=a: say UNIT=TIME, e.g. --duration=a.service=2s.\n");
  EXPECT_EQ(complaint({"--fail=a.target"}),
            "svcctl sim: --fail: a.target runs no program that could fail; services and mounts do.\n");
  EXPECT_EQ(complaint({"--start=a@"}), "svcctl sim: --start: a@ is a template: name an instance of it.\n");
  EXPECT_EQ(complaint({"--seeds=0"}), "svcctl sim: --seeds=0: a number from 1 to 10000 is wanted.\n");
  EXPECT_EQ(complaint({"--seed=-1"}), "svcctl sim: --seed=-1: that is no number.\n");
  EXPECT_EQ(complaint({"--until=soon"}), "svcctl sim: --until=soon: that is no time; 30s and 1h are.\n");
  EXPECT_EQ(complaint({"--shutdown=infinity"}),
            "svcctl sim: --shutdown=infinity: that is no time; 30s and 2min are.\n");
  EXPECT_EQ(complaint({"-o", "png"}), "svcctl sim: -o png: there are text, json, json-pretty and svg.\n");
  EXPECT_EQ(complaint({"-o", "svg", "--seeds=2"}),
            "svcctl sim: -o svg draws one run: leave out --seeds=, or choose one with --seed=.\n");
}

TEST(CommandLine, AFolderAndAUnitHaveToBeThere) {
  EXPECT_EQ(rehearse_with({}, "/nowhere/at/all").text, "Cannot read folder /nowhere/at/all: No such file or directory");
  EXPECT_EQ(rehearse_files({"--start=x"}, "== a.service\n").text, "There is no x.service in FOLDER");
  EXPECT_EQ(rehearse_files({"--start=a", "--hang=x"}, "== a.service\n[Service]\nExecStart=/bin/a\n").text,
            "There is no x.service in FOLDER");
  EXPECT_EQ(
      rehearse_files({"--start=a"}, "== a.service\n[Service]\nDescription=x\n").text,
      "a.service cannot be started: a.service: Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.");
  EXPECT_EQ(rehearse_files({"--start=a"}, "== a.service -> /dev/null\n").text, "a.service is masked");
}

TEST(CommandLine, SvcctlFindsTheProgramAndPassesTheWordsOn) {
  const Folder folder("== a.service\n[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/a\n");
  const std::string options = fmt::format(" sim --units={} --start=a", folder.path());
  const Said by_svcctl = run(SVCD_BINARY_DIR "/ctl/svcctl" + options);
  EXPECT_EQ(by_svcctl.text, rehearse_with({"--start=a"}, folder.path()).text);
  EXPECT_EQ(by_svcctl.code, 0);
  EXPECT_EQ(run(SVCD_BINARY_DIR "/ctl/svcctl" + options + " --fail=a").code, 2);
  const Said to_file = run(SVCD_BINARY_DIR "/ctl/svcctl" + options + " --output=/nowhere/x");
  EXPECT_EQ(to_file.text, "svcctl sim: Cannot write /nowhere/x: No such file or directory.\n");
  EXPECT_EQ(to_file.code, 1);
}

}  // namespace
}  // namespace svcd::rehearsal
