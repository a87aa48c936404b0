// The files of tests/compat/answers: what systemd 252 was asked and answered, a line each, columns apart by tabs.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace svcd {

struct Answer {
  int line = 0;
  std::vector<std::string> columns;
  const std::string& operator[](size_t n) const { return columns[n]; }
};

/// All lines with that many columns; a file that is missing or has too few is a failure.
inline std::vector<Answer> read_answers(const std::string& name, size_t columns, size_t at_least) {
  std::vector<Answer> answers;
  std::ifstream file(SVCD_SOURCE_DIR "/tests/compat/answers/" + name);
  std::string text;
  for (int line = 1; std::getline(file, text); ++line) {
    if (text.starts_with('#')) continue;
    Answer answer{line, {}};
    for (size_t start = 0; start <= text.size();) {
      const size_t end = std::min(text.find('\t', start), text.size());
      answer.columns.push_back(text.substr(start, end - start));
      start = end + 1;
    }
    answer.columns.resize(columns);
    answers.push_back(std::move(answer));
  }
  EXPECT_GE(answers.size(), at_least) << name;
  return answers;
}

}  // namespace svcd
