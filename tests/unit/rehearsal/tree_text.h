// Small trees of unit files, and all that is said of them. The times follow from seeds: the same on every machine.
#pragma once

#include "unit/rehearsal/rehearsed.h"

namespace svcd::rehearsal {

struct TreeText {
  const char* name;
  std::vector<std::string> options;
  const char* files;
  int code;
  const char* text;  // behind a newline
};

class Text : public testing::TestWithParam<TreeText> {
 public:
  static std::string name_of(const testing::TestParamInfo<TreeText>& test) { return test.param.name; }
};

}  // namespace svcd::rehearsal
