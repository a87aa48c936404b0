// Properties set over D-Bus, as systemd 252 takes and writes them: answers/transient.tsv. Where svcd writes something
// else on purpose, answers/transient_differences.tsv says what and why.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "libunit/command_line.h"
#include "libunit/set_property.h"
#include "support/token_source.h"

namespace svcd {
namespace {

std::vector<std::vector<std::string>> read_table(const std::string& name) {
  std::ifstream in(std::string(SVCD_SOURCE_DIR "/tests/compat/answers/") + name);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::vector<std::string> row;
    for (size_t at = 0; at <= line.size();) {
      const size_t tab = std::min(line.find('\t', at), line.size());
      row.push_back(line.substr(at, tab - at));
      at = tab + 1;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Words of a shell: double quotes, in which \" \\ \$ \` are escapes.
std::vector<std::string> shell_words(std::string_view text) {
  std::vector<std::string> words;
  bool open = false, any = false;
  std::string word;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' && !open) {
      if (any) words.push_back(word);
      word.clear();
      any = false;
      continue;
    }
    any = true;
    if (c == '"') {
      open = !open;
    } else if (c == '\\' && i + 1 < text.size() &&
               (!open || std::string_view("\"\\$`").find(text[i + 1]) != std::string_view::npos)) {
      word += text[++i];
    } else {
      word += c;
    }
  }
  if (any) words.push_back(word);
  return words;
}

std::string joined(const std::vector<Assignment>& lines) {
  std::string text, section;
  for (const Assignment& line : lines) {
    if (line.section != section) text += fmt::format("{}[{}]", text.empty() ? "" : " ¶ ", line.section);
    section = line.section;
    text += fmt::format(" ¶ {}={}", line.key, line.value);
  }
  return text;
}

UnitType type_named(std::string_view name) {
  const auto unit = UnitName::parse(fmt::format("n.{}", name));
  return unit ? unit->type() : UnitType::service;
}

struct Made {
  std::string answer;
  std::vector<Assignment> lines;
  UnitConfig config;
};

Made make(const std::string& type, const std::string& property, const std::string& signature,
          const std::string& value) {
  Made made;
  made.config.set_type(type_named(type));
  const UnitName name = UnitName::parse("n." + type).value();
  LoadContext context;
  context.unit = &name;
  TokenSource source(signature, shell_words(value));
  const auto done = set_property(Settable::transient, property, source, made.config, context, made.lines);
  if (done) {
    made.answer = joined(made.lines);
  } else if (done.error().code == ErrorCode::property_read_only) {
    made.answer = "org.freedesktop.DBus.Error.PropertyReadOnly: " + done.error().message;
  } else if (done.error().code == ErrorCode::invalid_args) {
    made.answer = "org.freedesktop.DBus.Error.InvalidArgs: " + done.error().message;
  } else {
    made.answer = "System.Error.ENXIO: " + done.error().message;
  }
  return made;
}

/// What an error is called; its text may be in words of our own.
std::string without_text(const std::string& answer) {
  const bool is_error = answer.starts_with("org.freedesktop.") || answer.starts_with("System.Error.");
  return is_error ? answer.substr(0, answer.find(": ")) : answer;
}

TEST(TransientProperties, BecomeTheLinesThatSystemdWrites) {
  std::map<std::vector<std::string>, std::string> differences;
  for (const auto& row : read_table("transient_differences.tsv"))
    differences[{row.at(0), row.at(1), row.at(2), row.at(3)}] = row.at(4);
  size_t asked = 0;
  for (const auto& row : read_table("transient.tsv")) {
    ASSERT_EQ(row.size(), 5u);
    ++asked;
    const std::string said = make(row[0], row[1], row[2], row[3]).answer;
    const auto difference = differences.find({row[0], row[1], row[2], row[3]});
    const std::string& expected = difference != differences.end() ? difference->second : row[4];
    EXPECT_EQ(without_text(said), without_text(expected))
        << row[0] << ' ' << row[1] << ' ' << row[2] << ' ' << row[3] << "\n  said: " << said;
    if (difference != differences.end()) differences.erase(difference);
  }
  EXPECT_GT(asked, 1150u);
  EXPECT_TRUE(differences.empty()) << "no longer asked: " << differences.begin()->first[1];
}

TEST(TransientProperties, MeanTheSameWhenTheFileIsReadAgain) {
  for (const auto& row : read_table("transient.tsv")) {
    const Made made = make(row[0], row[1], row[2], row[3]);
    if (made.lines.empty() || made.answer.starts_with("org.") || made.answer.starts_with("System.")) continue;
    const auto read = parse_unit_text("/run/systemd/transient/n", unit_file_text("# made\n", made.lines));
    ASSERT_TRUE(read) << made.answer;
    EXPECT_TRUE(read->diagnostics.empty()) << made.answer;
    EXPECT_EQ(joined(read->assignments), made.answer);
  }
}

TEST(TransientProperties, HaveTheValueThatWasSentWhateverIsInIt) {
  const Made command = make("service", "ExecStart", "a(sasb)", R"(1 "/tmp/my dir/a%n b" 2 "argv 0" "x" false)");
  ASSERT_EQ(command.config.service().exec_start.size(), 1u) << command.answer;
  EXPECT_EQ(command.answer, R"([Service] ¶ ExecStart= ¶ ExecStart="@/tmp/my dir/a%%n b" "argv 0" "x")");
  const auto secret = make("service", "SetCredential", "a(say)", "1 pw 4 49 48 37 0").config.sandbox().set_credential;
  ASSERT_EQ(secret.size(), 1u);
  EXPECT_EQ(secret[0].data, std::string("10%\0", 4));
  const auto hidden =
      make("service", "InaccessiblePaths", "as", "1 \"/sec\tr\\\\et\"").config.sandbox().inaccessible_paths;
  EXPECT_EQ(hidden, std::vector<std::string>{"/sec\tr\\et"});
  const auto folder = make("service", "StateDirectory", "as", "1 \"a\tb\"").config.exec();
  EXPECT_EQ(folder.directories[size_t(ExecSection::Directory::state)].entries[0].path, "a\tb");
}

TEST(TransientProperties, AreRefusedWhereOneValueWouldBecomeTwoOrNone) {
  const char* const refused[][3] = {
      {"Conditions", "a(sbbs)", R"(1 "ConditionPathExists" false false "")"},
      {"Conditions", "a(sbbs)", R"(1 "ConditionHost" false false "!foo")"},
      {"InaccessiblePaths", "as", "1 \"/sec\nret\""},
      {"TemporaryFileSystem", "a(ss)", R"(1 "/mnt" "ro /srv:ro")"},
      {"RootImageOptions", "a(ss)", R"(1 "root" "ro home:rw")"},
      {"Description", "s", "\"a\nUser=root\""},
      {"DeviceAllow", "a(ss)", R"(1 "/dev/../etc/x" "r")"},
  };
  for (const auto& [property, signature, value] : refused)
    EXPECT_TRUE(
        make("service", property, signature, value).answer.starts_with("org.freedesktop.DBus.Error.InvalidArgs"))
        << property << ' ' << value;
}

}  // namespace
}  // namespace svcd
