// scenario-play files ROOT SCENARIO…       writes their unit files below that root
// scenario-play play FOLDER COUNT SCENARIO…  plays them here, so many at once; the histories go into the folder
// scenario-play compare TABLE FOLDER FOLDER NAME…  prints the names whose histories differ
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "compat/play/container/bus_player.h"
#include "compat/play/merged_states.h"

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

int compare(const std::vector<std::string>& arguments) {
  const svcd::MergedStates table = svcd::MergedStates::read(arguments[1]);
  for (size_t i = 4; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    const auto side = [&](size_t folder) { return table.leave_out(name, text_of(arguments[folder] + "/" + name)); };
    if (side(2) != side(3) || side(2).empty()) std::puts(name.c_str());
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  using namespace svcd;
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.size() < 3) return 2;
  if (arguments[0] == "compare") return compare(arguments);
  const std::string& folder = arguments[1];
  const bool plays = arguments[0] == "play";
  std::vector<Scenario> all;
  for (size_t i = plays ? 3 : 2; i < arguments.size(); ++i) all.push_back(Scenario::read(arguments[i]));
  if (!plays) {
    for (const Scenario& scenario : all)
      for (const ScenarioFile& file : scenario.files) {
        std::filesystem::create_directories(std::filesystem::path(folder + file.path).parent_path());
        std::ofstream(folder + file.path) << file.text;
      }
    return 0;
  }
  BusPlayer player(std::stoul(arguments[2]));
  if (const int r = player.open(); r < 0) {
    std::fprintf(stderr, "no manager: %d\n", r);
    return 1;
  }
  player.play(all);
  player.read_journal();
  for (const auto& [name, history] : player.histories()) std::ofstream(folder + "/" + name) << history;
  return 0;
}
