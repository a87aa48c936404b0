// Every fuzzer on its corpus (what was found once, and literal examples) and on mutations of it that are the same in
// every run. libFuzzer itself goes on from there: tests/run fuzz.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/sim/rng.h"
#include "fuzz/fuzz.h"

namespace svcd {

std::vector<Fuzzer>& fuzzers() {
  static std::vector<Fuzzer> all;
  return all;
}

namespace {

constexpr size_t mutations = 15;  // of each example

std::string mutated(std::string text, const std::string& other, Rng& rng) {
  for (uint64_t changes = 1 + rng.below(4); changes > 0 && !text.empty(); --changes) {
    const size_t at = rng.below(text.size());
    switch (rng.below(6)) {
      case 0: text[at] = static_cast<char>(rng.below(256)); break;
      case 1: text.erase(at, 1 + rng.below(8)); break;
      case 2: text.insert(at, text.substr(rng.below(text.size()), rng.below(60))); break;
      case 3: text.resize(at); break;
      case 4: text.insert(at, std::string(1 + rng.below(300), text[at])); break;
      case 5: text.insert(at, other.substr(rng.below(other.size() + 1), rng.below(60))); break;
    }
  }
  return text;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 1000)) {
    if (c >= ' ' && c < 127 && c != '\\')
      out += c;
    else
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

class Replay : public testing::TestWithParam<Fuzzer> {};

TEST_P(Replay, NothingThatComesFromOutsideBreaksAnything) {
  std::vector<std::string> examples;
  const std::filesystem::path folder = std::string(SVCD_SOURCE_DIR "/tests/fuzz/corpus/") + GetParam().name;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    examples.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  std::ranges::sort(examples);  // folders have no order
  ASSERT_FALSE(examples.empty()) << folder;
  Rng rng(1);
  const auto run = [](const std::string& input) {
    SCOPED_TRACE(escaped(input));
    try {
      GetParam().run(input);
    } catch (const std::exception& what) {
      ADD_FAILURE() << what.what();
    }
  };
  for (const std::string& example : examples) {
    run(example);
    for (size_t i = 0; i < mutations && !HasFailure(); ++i)
      run(mutated(example, examples[rng.below(examples.size())], rng));
  }
}

std::vector<Fuzzer> sorted() {
  std::vector<Fuzzer> all = fuzzers();
  std::ranges::sort(all, {}, [](const Fuzzer& fuzzer) { return std::string_view(fuzzer.name); });
  return all;
}

INSTANTIATE_TEST_SUITE_P(Fuzzers, Replay, testing::ValuesIn(sorted()),
                         [](const auto& fuzzer) { return std::string(fuzzer.param.name); });

}  // namespace
}  // namespace svcd
