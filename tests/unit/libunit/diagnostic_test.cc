#include "libunit/diagnostic.h"

#include <gmock/gmock.h>

namespace svcd {

TEST(Diagnostic, NamesFileAndLineAsSystemdLogsThem) {
  EXPECT_EQ(to_string(Diagnostic{{}, {"/etc/systemd/system/a.service", 3}, "Missing '=', ignoring line."}),
            "/etc/systemd/system/a.service:3: Missing '=', ignoring line.");
}

}  // namespace svcd
