// What docs/why.md says of causes is what is told: its unit files, what happens to them, their first lines.
#include <fstream>
#include <sstream>

#include "unit/engine/cause_fixture.h"

namespace svcd {

class WhyManualTest : public CauseTest, public testing::WithParamInterface<size_t> {
 protected:
  struct Row {
    std::string file, happens, line;
  };
  static std::vector<Row> rows() {
    std::ifstream page(SVCD_SOURCE_DIR "/docs/why.md");
    std::vector<Row> found;
    for (std::string line; std::getline(page, line);) {
      if (!line.starts_with("| `[")) continue;
      std::vector<std::string> cells;
      std::istringstream row(line.substr(1));
      for (std::string cell; std::getline(row, cell, '|');) {
        const size_t begin = cell.find_first_not_of(' ');
        cells.push_back(begin == cell.npos ? "" : cell.substr(begin, cell.find_last_not_of(' ') + 1 - begin));
      }
      if (cells.size() == 3) found.push_back({lines_of(cells[0]), cells[1], cells[2]});
    }
    return found;
  }
  /// "`[Service] Type=notify`": a word a line.
  static std::string lines_of(const std::string& cell) {
    std::istringstream words(cell.substr(1, cell.size() - 2));
    std::string text;
    for (std::string word; words >> word;) text += word + "\n";
    return text;
  }
};

constexpr size_t rows_of_the_page = 9;

TEST_P(WhyManualTest, ARowOfTheTableIsToldAsItSays) {
  const std::vector<Row> all = rows();
  ASSERT_EQ(all.size(), rows_of_the_page);
  const Row& row = all[GetParam()];
  file("a.service", row.file);
  if (row.happens.find("killed") != std::string::npos) ends_with("/bin/a", {ExitStatus::Kind::killed, SIGKILL}, 10ms);
  if (const size_t at = row.happens.find("ends with "); at != std::string::npos)
    ends_with("/bin/a", {ExitStatus::Kind::exited, std::stoi(row.happens.substr(at + 10))}, 10ms);
  (void)submit("a.service", JobType::start);
  run_for(8s);
  EXPECT_EQ(sentence("a.service"), row.line);
}

INSTANTIATE_TEST_SUITE_P(Page, WhyManualTest, testing::Range(size_t{0}, rows_of_the_page));

}  // namespace svcd
