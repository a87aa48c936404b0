#include "ctl/list_text.h"

#include <gmock/gmock.h>

namespace svcd::ctl {
namespace {

const std::vector<client::UnitInfo> units{
    {"web.service", "The web", "loaded", "active", "running", "", "/", 0, "", "/"},
    {"bad.service", "bad.service", "loaded", "failed", "failed", "", "/", 0, "", "/"},
    {"gone.mount", "gone.mount", "not-found", "inactive", "dead", "", "/", 0, "", "/"}};

TEST(UnitList, DotsMarkWhatNeedsAttention) {
  UnitListStyle style;
  style.legend = false;
  EXPECT_EQ(unit_list_text(Terminal(), units, style),
            "  web.service loaded    active   running The web\n"
            "● bad.service loaded    failed   failed  bad.service\n"
            "● gone.mount  not-found inactive dead    gone.mount\n");
  style.plain = true;
  EXPECT_EQ(unit_list_text(Terminal(), {units[1]}, style), "bad.service loaded failed failed bad.service\n");
}

TEST(UnitList, JobsGetAColumnIfThereAreAny) {
  std::vector<client::UnitInfo> with_job = units;
  with_job[0].job_id = 7;
  with_job[0].job_type = "restart";
  const std::string text = unit_list_text(Terminal(), with_job, {});
  EXPECT_THAT(text, testing::StartsWith("  UNIT        LOAD      ACTIVE   SUB     JOB     DESCRIPTION\n"
                                        "  web.service loaded    active   running restart The web\n"
                                        "● bad.service loaded    failed   failed          bad.service\n"));
  EXPECT_THAT(text, testing::HasSubstr("\n\n3 loaded units listed. "));
}

TEST(UnitList, AnEmptyListSaysSo) {
  UnitListStyle style;
  style.filtered_by_state = true;
  EXPECT_EQ(unit_list_text(Terminal(), {}, style), "  UNIT LOAD ACTIVE SUB DESCRIPTION\n0 loaded units listed.\n");
}

TEST(UnitFileList, WhatNoPresetCanChangeHasNone) {
  EXPECT_EQ(unit_file_list_text(Terminal(), {{"a.service", "enabled", "disabled"}, {"b@.service", "static", ""}}, true),
            "UNIT FILE  STATE   PRESET\n"
            "a.service  enabled disabled\n"
            "b@.service static  -\n"
            "\n2 unit files listed.\n");
  EXPECT_TRUE(state_has_preset("masked-runtime"));
  EXPECT_FALSE(state_has_preset("generated"));
}

TEST(JobList, NoJobsAreAnAnswerToo) {
  std::vector<client::Job> jobs{{72, "a.service", "start", "running", "/", "/"},
                                {73, "b.target", "start", "waiting", "/", "/"}};
  EXPECT_EQ(job_list_text(Terminal(), jobs, true, false),
            "JOB UNIT      TYPE  STATE\n"
            "72  a.service start running\n"
            "73  b.target  start waiting\n"
            "\n2 jobs listed.\n");
  EXPECT_TRUE(filter_jobs(jobs, {"a.*"}));
  EXPECT_EQ(jobs.size(), 1u);
  EXPECT_FALSE(filter_jobs(jobs, {}));
  EXPECT_EQ(job_list_text(Terminal(), {}, true, false), "No jobs running.\n");
  EXPECT_EQ(job_list_text(Terminal(), {}, true, true), "No jobs listed.\n");
  EXPECT_EQ(job_list_text(Terminal(), {}, false, false), "");
}

TEST(ListText, JobsShowWhomTheyBlockAndWhomTheyWaitFor) {
  const client::Job one{305, "j2.service", "start", "waiting", "", ""},
      two{306, "j1.service", "start", "running", "", ""};
  JobNeighbours neighbours;
  neighbours.blocked[306] = {one};
  neighbours.awaited[305] = {two};
  EXPECT_EQ(job_list_text(Terminal(), {one, two}, true, false, neighbours),
            "JOB UNIT                                    TYPE  STATE\n"
            "305 j2.service                              start waiting\n"
            "└─  \twaiting for job 306 (j1.service/start) -     -\n"
            "306 j1.service                              start running\n"
            "└─  \tblocking job 305 (j2.service/start)    -     -\n"
            "\n2 jobs listed.\n");
}

TEST(ListText, SocketsAreListedByAddress) {
  EXPECT_EQ(socket_list_text(Terminal(), {{"/run/dbus/system_bus_socket", "Stream", "dbus.socket", "dbus.service"}},
                             true, true, true),
            "LISTEN                      TYPE   UNIT        ACTIVATES\n"
            "/run/dbus/system_bus_socket Stream dbus.socket dbus.service\n"
            "\n1 sockets listed.\n");
}

}  // namespace
}  // namespace svcd::ctl
