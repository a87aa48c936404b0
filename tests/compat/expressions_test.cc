// Every line of answers/{timespan,escape,values}.tsv: time spans, escaped names, and values of settings, read as
// systemd 252 reads them. ask-expressions and ask-values make the answers anew.
#include <gmock/gmock.h>

#include "libunit/codecs.h"
#include "libunit/loader.h"
#include "libunit/memory_files.h"
#include "libunit/protections.h"
#include "libunit/settings.h"
#include "libunit/span_text.h"
#include "support/answers.h"
#include "support/busctl_sink.h"

namespace svcd {
namespace {

TEST(Expressions, TimeSpansAreReadAndWrittenAsSystemdDoes) {
  for (const Answer& answer : read_answers("timespan.tsv", 3, 140)) {
    Duration span{};
    const bool taken = parse_span(answer[0], span);
    EXPECT_EQ(taken ? std::to_string(span.count()) : "FAIL", answer[1]) << "line " << answer.line << ": " << answer[0];
    if (!taken) continue;
    EXPECT_EQ(timespan_text(uint64_t(span.count()), 0), answer[2]) << "line " << answer.line;
  }
}

/// What systemd-escape does, by its options.
std::string escape(const std::string& options, const std::string& text) {
  const auto has = [&](const char* option) { return options.find(option) != std::string::npos; };
  const auto value = [&](const std::string& option) {
    const size_t at = options.find(option + "=");
    return at == std::string::npos
               ? std::string()
               : options.substr(at + option.size() + 1, options.find(' ', at) - at - option.size() - 1);
  };
  const auto text_of = [](const auto& result) { return result ? std::string(*result) : "FAIL"; };
  if (has("--mangle")) {
    const auto name = unit_name_mangle(text);
    return name ? name->str() : "FAIL";
  }
  if (has("--unescape")) {
    std::string part = text;
    if (has("--instance") || has("--template")) {
      const auto name = UnitName::parse(text);
      if (!name || !name->is_instance()) return "FAIL";
      if (has("--template") && name->template_name().str() != value("--template")) return "FAIL";
      part = name->instance();
    }
    return text_of(has("--path") ? unit_name_path_unescape(part) : unit_name_unescape(part));
  }
  std::string escaped;
  if (has("--path")) {
    const auto path = unit_name_path_escape(text);
    if (!path) return "FAIL";
    escaped = *path;
  } else {
    escaped = unit_name_escape(text);
  }
  if (has("--template")) {
    const auto name = UnitName::parse(value("--template"));
    const auto instance = name ? name->with_instance(escaped) : name;
    return instance ? instance->str() : "FAIL";
  }
  return has("--suffix") ? escaped + "." + value("--suffix") : escaped;
}

TEST(Expressions, NamesAreEscapedAsSystemdEscapeDoes) {
  for (const Answer& answer : read_answers("escape.tsv", 3, 400))
    EXPECT_EQ(escape(answer[0], answer[1]), answer[2])
        << "line " << answer.line << ": " << answer[0] << " -- " << answer[1];
}

TEST(Expressions, ValuesOfSettingsMeanWhatTheyMeanToSystemd) {
  MemoryFiles files;
  HostFacts host;
  host.user_shell = "/bin/bash";
  host.pretty_host_name = "it";
  ManagerDefaults defaults;
  defaults.limits[RLIMIT_NOFILE] = {1024, 524288};
  defaults.limits[RLIMIT_NICE] = {0, 0};
  Block<ManagerDefaults> of_manager;
  of_manager.change() = defaults;
  const std::vector<Answer> answers = read_answers("values.tsv", 6, 500);
  for (const Answer& a : answers) {
    std::string text = "[Service]\nType=oneshot\n";
    if (a[2] != "ExecStart") text += "ExecStart=/bin/true\n";
    files.write("/etc/systemd/system/" + a[0], fmt::format("{}[{}]\n{}={}\n", text, a[1], a[2], a[3]));
  }
  UnitLoader loader(files, SearchPath::system("/etc", "/run", ""), host);
  for (const Answer& a : answers) {
    const auto name = UnitName::parse(a[0]);
    ASSERT_TRUE(name) << a[0];
    LoadedUnit unit = loader.load(*name);
    unit.config.set_defaults(of_manager);
    const Setting* row = find_property(name->type(), a[4]);
    ASSERT_NE(row, nullptr) << a[4];
    std::string said = "REFUSED";
    if (unit.state == LoadState::loaded) {
      BusctlSink sink;
      row->show(unit.config, sink);
      said = row->signature + sink.text();
    }
    if (said == "REFUSED" && is_protection(*row)) continue;  // systemd leaves it out
    EXPECT_EQ(said, a[5]) << "line " << a.line << ": " << a[2] << "=" << a[3];
  }
}

}  // namespace
}  // namespace svcd
