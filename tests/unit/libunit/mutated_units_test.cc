// A fuzzer in small that every run repeats exactly: whatever stands in a unit file, it is parsed and loaded, or
// refused, and what was made of it is sound. tests/fuzz/ has the large one.
#include <gmock/gmock.h>

#include "libunit/install.h"
#include "libunit/loader.h"
#include "libunit/memory_files.h"
#include "libunit/unit_text.h"
#include "libunit/utf8.h"
#include "support/unit_corpus.h"

namespace svcd {

namespace {

/// xorshift64*: the same on every library.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}
  size_t below(size_t bound) {
    state_ ^= state_ >> 12, state_ ^= state_ << 25, state_ ^= state_ >> 27;
    return size_t((state_ * 0x2545f4914f6cdd1d) >> 33) % bound;
  }

 private:
  uint64_t state_;
};

constexpr std::array<std::string_view, 20> pieces{
    "\\\n", "\n", "\r",  "=", "[",    "]",   "[Service]\n", "[Unit]\n", "%", "%%",
    "\"",   "'",  "\\x", ":", "\xff", "\t ", "#",           "${",       ";", "99999999999999999999"};

std::string mutated(Random& random) {
  std::string text(unit_corpus[random.below(unit_corpus.size())]);
  for (size_t changes = 1 + random.below(6); changes > 0 && !text.empty(); --changes) {
    const size_t at = random.below(text.size());
    switch (random.below(6)) {
      case 0: text[at] = static_cast<char>(random.below(256)); break;
      case 1: text.insert(at, pieces[random.below(pieces.size())]); break;
      case 2: text.erase(at, 1 + random.below(20)); break;
      case 3: text.insert(at, text.substr(random.below(text.size()), random.below(60))); break;
      case 4: text.resize(at); break;
      case 5: text.insert(at, std::string(1 + random.below(300), text[at])); break;
    }
  }
  return text;
}

}  // namespace

TEST(MutatedUnits, AreParsedIntoSoundAssignmentsOrRefused) {
  size_t refused = 0, taken = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    Random random(seed);
    const std::string text = mutated(random);
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    UnitText file;
    const bool whole = parse_unit_text("a", text, file).has_value();
    ++(whole ? taken : refused);
    const auto lines = std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }) + 1;
    ASSERT_EQ(file.sections.size(), file.section_lines.size());
    for (const Assignment& a : file.assignments) {
      ASSERT_FALSE(a.key.empty());
      ASSERT_EQ((a.key + a.value).find_first_of("\n\r"), std::string::npos);
      ASSERT_EQ((a.key + a.value).find('\0'), std::string::npos);
      ASSERT_TRUE(is_utf8(a.key) && is_utf8(a.value));
      ASSERT_TRUE(a.line >= 1 && a.line <= lines);
      ASSERT_NE(std::find(file.sections.begin(), file.sections.end(), a.section), file.sections.end());
    }
    for (const Diagnostic& d : file.diagnostics) ASSERT_TRUE(d.at.line >= 1 && d.at.line <= lines && is_utf8(d.text));
  }
  EXPECT_GT(refused, 100u);
  EXPECT_GT(taken, 1000u);
}

TEST(MutatedUnits, NeverStopTheLoaderNorAnotherUnit) {
  MemoryFiles files;
  HostFacts host;
  const SearchPath path = SearchPath::system("/etc", "/run", "");
  UnitLoader loader(files, path, host);
  const std::string good = "[Unit]\nDescription=good\n[Service]\nExecStart=/bin/true\n";
  files.write("/etc/systemd/system/good.service", good);
  for (uint64_t seed = 0; seed < 800; ++seed) {
    Random random(seed);
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    files.write("/etc/systemd/system/a@.service", mutated(random));
    files.write("/etc/systemd/system/a@i.service.d/b.conf", mutated(random));
    files.write("/etc/systemd/system/s.socket", mutated(random));
    loader.forget();
    for (const char* name : {"a@i.service", "s.socket"}) {
      const LoadedUnit unit = loader.load(UnitName::parse(name).value());
      ASSERT_EQ(unit.state == LoadState::loaded, unit.error.message.empty()) << unit.error.message;
      ASSERT_FALSE(unit.state == LoadState::loaded && loader.differs_from_disk(unit));
    }
    (void)Installer(files, path, host).plan({InstallVerb::enable, {"a@i.service"}, false, true, {}, {}});
    const LoadedUnit other = loader.load(UnitName::parse("good.service").value());
    ASSERT_EQ(other.state, LoadState::loaded);
    ASSERT_TRUE(other.diagnostics.empty());
  }
}

}  // namespace svcd
