#include "ctl/property_text.h"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <ctime>

namespace svcd::ctl {
namespace {

using client::Value;
using Strings = std::vector<std::string>;

std::string shown(const char* name, const Value& value) {
  return property_lines(name, value, false, false);
}
std::string shown_all(const char* name, const Value& value) {
  return property_lines(name, value, true, false);
}

TEST(Show, SimpleTypes) {
  EXPECT_EQ(shown("Id", Value::of("a.service")), "Id=a.service\n");
  EXPECT_EQ(shown("CanStart", Value::of(true)), "CanStart=yes\n");
  EXPECT_EQ(shown("NRestarts", Value::of(uint32_t{3})), "NRestarts=3\n");
  EXPECT_EQ(shown("Nice", Value::of(int32_t{-5})), "Nice=-5\n");
  EXPECT_EQ(property_lines("MainPID", Value::of(uint32_t{36}), false, true), "36\n");
}

TEST(Show, EmptyPropertiesComeOnRequestOnly) {
  EXPECT_EQ(shown("StatusText", Value::of("")), "");
  EXPECT_EQ(shown_all("StatusText", Value::of("")), "StatusText=\n");
  EXPECT_EQ(shown_all("ExecReload", Value::array("(sasbttttuii)", {})), "");
  EXPECT_EQ(shown_all("Conditions", Value::array("(sbbsi)", {})), "Conditions=[unprintable]\n");
}

TEST(Show, NumbersHaveTheUnitOfTheirName) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  EXPECT_EQ(shown("RestartUSec", Value::of(uint64_t{100'000})), "RestartUSec=100ms\n");
  EXPECT_EQ(shown("RuntimeMaxUSec", Value::of(UINT64_MAX)), "RuntimeMaxUSec=infinity\n");
  EXPECT_EQ(shown("ActiveEnterTimestamp", Value::of(uint64_t{1720592542'000000})),
            "ActiveEnterTimestamp=Wed 2024-07-10 06:22:22 UTC\n");
  EXPECT_EQ(shown_all("ActiveEnterTimestamp", Value::of(uint64_t{0})), "ActiveEnterTimestamp=\n");
  EXPECT_EQ(shown("UMask", Value::of(uint32_t{022})), "UMask=0022\n");
  EXPECT_EQ(shown("UID", Value::of(UINT32_MAX)), "UID=[not set]\n");
  EXPECT_EQ(shown("CoredumpFilter", Value::of(uint64_t{0x33})), "CoredumpFilter=0x33\n");
}

TEST(Show, TheLargestNumberMeansSomethingElseInEachProperty) {
  EXPECT_EQ(shown("CPUWeight", Value::of(UINT64_MAX)), "CPUWeight=[not set]\n");
  EXPECT_EQ(shown("CPUUsageNSec", Value::of(UINT64_MAX)), "CPUUsageNSec=[not set]\n");
  EXPECT_EQ(shown("MemoryCurrent", Value::of(UINT64_MAX)), "MemoryCurrent=[not set]\n");
  EXPECT_EQ(shown("MemoryMax", Value::of(UINT64_MAX)), "MemoryMax=infinity\n");
  EXPECT_EQ(shown("LimitNOFILE", Value::of(UINT64_MAX)), "LimitNOFILE=infinity\n");
  EXPECT_EQ(shown("IPIngressBytes", Value::of(UINT64_MAX)), "IPIngressBytes=[no data]\n");
  EXPECT_EQ(shown("IOReadBytes", Value::of(UINT64_MAX)), "IOReadBytes=18446744073709551615\n");
}

TEST(Show, WordsOfAListAreQuotedWhereAShellNeedsIt) {
  EXPECT_EQ(shown("Documentation", Value::of(Strings{"man:sleep(1)", "https://example.org/a"})),
            "Documentation=\"man:sleep(1)\" https://example.org/a\n");
  EXPECT_EQ(shown("Environment", Value::of(Strings{"A=a \"b\" $c"})), "Environment=\"A=a \\\"b\\\" \\$c\"\n");
}

TEST(Show, CommandsHaveALineEach) {
  const auto run = [](const char* path, int32_t code, int32_t status) {
    return Value::structure(
        "sasbttttuii", {Value::of(path), Value::of(Strings{path, "x"}), Value::of(true), Value::of(uint64_t{0}),
                        Value::of(uint64_t{0}), Value::of(uint64_t{0}), Value::of(uint64_t{0}), Value::of(uint32_t{5}),
                        Value::of(code), Value::of(status)});
  };
  EXPECT_EQ(shown("ExecStart", Value::array("(sasbttttuii)", {run("/a", 0, 0), run("/b", CLD_KILLED, SIGKILL),
                                                              run("/c", CLD_EXITED, 3)})),
            "ExecStart={ path=/a ; argv[]=/a x ; ignore_errors=yes ; start_time=[n/a] ; stop_time=[n/a] ; pid=5 ; "
            "code=(null) ; status=0/0 }\n"
            "ExecStart={ path=/b ; argv[]=/b x ; ignore_errors=yes ; start_time=[n/a] ; stop_time=[n/a] ; pid=5 ; "
            "code=killed ; status=9/KILL }\n"
            "ExecStart={ path=/c ; argv[]=/c x ; ignore_errors=yes ; start_time=[n/a] ; stop_time=[n/a] ; pid=5 ; "
            "code=exited ; status=3 }\n");
}

TEST(Show, Structs) {
  const auto pair = [](const char* a, const char* b) { return Value::structure("ss", {Value::of(a), Value::of(b)}); };
  EXPECT_EQ(shown("LoadError", pair("org.freedesktop.systemd1.NoSuchUnit", "Unit x not found.")),
            "LoadError=org.freedesktop.systemd1.NoSuchUnit \"Unit x not found.\"\n");
  EXPECT_EQ(shown("LoadError", pair("", "")), "");
  EXPECT_EQ(shown("Listen", Value::array("(ss)", {pair("Stream", "/run/a"), pair("FIFO", "/run/b")})),
            "Listen=/run/a (Stream)\nListen=/run/b (FIFO)\n");
  EXPECT_EQ(shown("Job", Value::structure("uo", {Value::of(uint32_t{0}), Value::of("/")})), "");
  EXPECT_EQ(shown("Job", Value::structure("uo", {Value::of(uint32_t{72}), Value::of("/j")})), "Job=72\n");
  const Value denied = Value::structure("bas", {Value::of(false), Value::of(Strings{})});
  EXPECT_EQ(shown("SystemCallFilter", denied), "");
  EXPECT_EQ(shown_all("SystemCallFilter", denied), "SystemCallFilter=~\n");
  EXPECT_EQ(shown("RestrictAddressFamilies",
                  Value::structure("bas", {Value::of(true), Value::of(Strings{"AF_UNIX", "AF_INET"})})),
            "RestrictAddressFamilies=AF_UNIX AF_INET\n");
}

TEST(Show, SetsAreLists) {
  EXPECT_EQ(shown("AmbientCapabilities", Value::of(uint64_t{0b11})),
            "AmbientCapabilities=cap_chown cap_dac_override\n");
  EXPECT_EQ(shown("RestrictNamespaces", Value::of(uint64_t{0x7E020000})), "RestrictNamespaces=no\n");
  EXPECT_EQ(shown("RestrictNamespaces", Value::of(uint64_t{0})), "RestrictNamespaces=yes\n");
  EXPECT_EQ(shown("RestrictNamespaces", Value::of(uint64_t{0x20000000})), "RestrictNamespaces=pid\n");
  const Value mask = Value::array("y", {Value::of(uint32_t{0b10001111}), Value::of(uint32_t{1})});
  EXPECT_EQ(shown("AllowedCPUs", mask), "AllowedCPUs=0-3 7-8\n");
  EXPECT_EQ(shown("InvocationID", mask), "InvocationID=8f01\n");
}

}  // namespace
}  // namespace svcd::ctl
