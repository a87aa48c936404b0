// What docs/sim.md shows is what svcctl sim says: its units, its commands, its output, its chart.
#include <regex>
#include <sstream>

#include "unit/rehearsal/rehearsed.h"

namespace svcd::rehearsal {
namespace {

std::string content(const std::string& file) {
  std::stringstream text;
  text << std::ifstream(SVCD_SOURCE_DIR "/docs/" + file).rdbuf();
  return text.str();
}

/// Of all blocks "```KIND": what is in them.
std::vector<std::string> blocks(const std::string& page, const std::string& kind) {
  std::vector<std::string> found;
  const std::string begin = "```" + kind + "\n";
  for (size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    found.push_back(page.substr(at, page.find("```", at) - at));
  }
  return found;
}

class Manual : public testing::Test {
 protected:
  const std::string page = content("sim.md");

  /// Its units, as Folder wants them.
  std::string shop() const {
    std::string files;
    for (const std::string& unit : blocks(page, "ini"))
      files += std::regex_replace(unit, std::regex("^# shop/"), "== ");
    return files;
  }
  /// "--units=shop --start=web": without the folder.
  static std::vector<std::string> words(const std::string& command) {
    std::vector<std::string> all;
    std::istringstream text(command);
    for (std::string word; text >> word;)
      if (word != "--units=shop" && !word.starts_with("--output=")) all.push_back(word);
    return all;
  }
};

TEST_F(Manual, ShowsWhatIsSaid) {
  const std::vector<std::string> examples = blocks(page, "console");
  ASSERT_EQ(examples.size(), 3u);
  for (const std::string& example : examples) {
    const std::string prompt = "$ svcctl sim ";
    ASSERT_TRUE(example.starts_with(prompt));
    const size_t end = example.find('\n');
    EXPECT_EQ(rehearse_files(words(example.substr(prompt.size(), end - prompt.size())), shop()).text,
              example.substr(end + 1));
  }
}

TEST_F(Manual, ShowsTheChartThatIsDrawn) {
  std::smatch command;
  ASSERT_TRUE(std::regex_search(page, command, std::regex("`svcctl sim (.* -o svg .*)`")));
  EXPECT_EQ(rehearse_files(words(command[1]), shop()).text, content("sim.svg"));
}

TEST_F(Manual, NamesEveryOption) {
  const char* const words[] = {"sim", "--help"};
  const std::string help = parse_command_line(2, words).text;
  const std::regex option("  (--?[a-z]+)");
  for (auto at = std::sregex_iterator(help.begin(), help.end(), option); at != std::sregex_iterator(); ++at) {
    const std::string name = (*at)[1];
    EXPECT_THAT(page, testing::HasSubstr("`" + name)) << name;
  }
}

}  // namespace
}  // namespace svcd::rehearsal
