// The first line of an explanation, with the last words of the program.
#include "ctl/explanation.h"

#include <gmock/gmock.h>

namespace svcd::ctl {

TEST(Explanation, ASentenceEndsWithOneFullStop) {
  EXPECT_EQ(with_full_stop("a.service failed"), "a.service failed.");
  EXPECT_EQ(with_full_stop("a.service cannot be started because it has a bad unit file setting."),
            "a.service cannot be started because it has a bad unit file setting.");
}

TEST(Explanation, TheLastLineOfAProgramStandsBehindTheCauseWithoutWhatContinuesIt) {
  client::Explanation why;
  why.sentence = "web.service failed: ExecStart=/bin/web exited with code 1";
  std::vector<LogEntry> words(3);
  words[0].message = "starting";
  words[1].message = "bind: Address already in use";
  words[2].message = "  at socket.c:7";
  EXPECT_EQ(first_line(why, words), why.sentence + ": bind: Address already in use");
  EXPECT_EQ(first_line(why, {}), why.sentence + ".");
}

}  // namespace svcd::ctl
