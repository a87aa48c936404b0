// The other forms of a report: JSON with the fields of docs/sim.md, and the chart.
#include <map>

#include "unit/rehearsal/rehearsed.h"

namespace svcd::rehearsal {
namespace {

constexpr const char* pair_of_services =
    "== a.service\n[Unit]\nDescription=A <\"&'> \xc3\xbc\nDefaultDependencies=no\nAfter=b.service\nRequires=b.service\n"
    "[Service]\nExecStart=/bin/a\n"
    "== b.service\n[Unit]\nDefaultDependencies=no\n[Service]\nType=notify\nExecStart=/bin/b\n";

/// Every element is closed where it was opened, and nothing stands open at the end; attributes are quoted.
std::string fault_of_xml(std::string_view text) {
  std::vector<std::string> open;
  for (size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const size_t end = text.find('>', at);
    if (end == std::string_view::npos) return "an element without an end";
    const std::string_view tag = text.substr(at + 1, end - at - 1);
    if (tag.starts_with('?')) continue;
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return std::string(tag);
    const std::string name(tag.substr(tag.starts_with('/'), tag.find_first_of(" /", 1) - tag.starts_with('/')));
    if (tag.starts_with('/')) {
      if (open.empty() || "/" + open.back() != tag) return std::string(tag);
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(name);
    }
  }
  for (size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1))
    if (const size_t end = text.find(';', at); end == std::string_view::npos || end > at + 6) return "a bare &";
  return open.empty() ? "" : open.back() + " is left open";
}

TEST(Json, HasTheFieldsOfTheManual) {
  const Said said = rehearse_files({"--start=a", "-o", "json"}, pair_of_services);
  EXPECT_EQ(said.code, 0);
  EXPECT_EQ(said.text,
            R"~({"format":1,"seed":1,"target":"a.service","reached_usec":357000,"end_usec":357000,)~"
            R"~("exit_code":0,"deadlock":false,"jobs":[{"unit":"a.service","type":"start","asked_usec":0,)~"
            R"~("began_usec":357000,"ended_usec":357000,"result":"done","simulated":true,)~"
            R"~("waited_for":{"unit":"b.service","type":"start","because":"After= in a.service"}},)~"
            R"~({"unit":"b.service","type":"start","asked_usec":0,"began_usec":0,"ended_usec":357000,)~"
            R"~("result":"done","simulated":true,"waited_for":null}],"units":[{"unit":"-.mount",)~"
            R"~("description":"Root Mount","file":null,"restarts":0,"restarted_because":null,)~"
            R"~("states":[{"at_usec":0,"active":"active","sub":"mounted"}]},{"unit":"-.slice",)~"
            R"~("description":"Root Slice","file":null,"restarts":0,"restarted_because":null,)~"
            R"~("states":[{"at_usec":0,"active":"active","sub":"active"}]},{"unit":"a.service",)~"
            R"~("description":"A <\"&'> ü","file":"FOLDER/a.service","restarts":0,"restarted_because":null,)~"
            R"~("states":[{"at_usec":357000,"active":"active","sub":"running"}]},{"unit":"b.service",)~"
            R"~("description":"","file":"FOLDER/b.service","restarts":0,"restarted_because":null,)~"
            R"~("states":[{"at_usec":0,"active":"activating","sub":"start"},{"at_usec":357000,)~"
            R"~("active":"active","sub":"running"}]},{"unit":"init.scope",)~"
            R"~("description":"System and Service Manager","file":null,"restarts":0,)~"
            R"~("restarted_because":null,"states":[{"at_usec":0,"active":"active","sub":"running"}]},)~"
            R"~({"unit":"system.slice","description":"System Slice","file":null,"restarts":0,)~"
            R"~("restarted_because":null,"states":[{"at_usec":0,"active":"active","sub":"active"}]}],)~"
            R"~("critical_chain":[{"unit":"a.service","began_usec":357000,"ended_usec":357000,)~"
            R"~("because":"After= in a.service"},{"unit":"b.service","began_usec":0,"ended_usec":357000,)~"
            R"~("because":null}],"cycles":[],"unfinished":[],"long_stops":[],"failures":[],"missing":[],)~"
            R"~("untested_conditions":[],"notes":[],"standard_units":[]})~"
            "\n");
}

TEST(Json, TellsWhatWentWrong) {
  const Said said = rehearse_files({"--start=a", "-o", "json", "--hang=b", "--shutdown"}, pair_of_services);
  EXPECT_EQ(said.code, 3);
  EXPECT_THAT(said.text, testing::HasSubstr("\"reached_usec\":null,\"end_usec\":180000000,\"exit_code\":3"));
  EXPECT_THAT(said.text, testing::HasSubstr(
                             "\"long_stops\":[{\"unit\":\"b.service\",\"began_usec\":90000000,\"ended_usec\":180000000,"
                             "\"limit\":\"TimeoutStopSec=1min 30s, the default\"}]"));
  EXPECT_THAT(said.text,
              testing::HasSubstr(
                  "\"failures\":[{\"unit\":\"b.service\",\"at_usec\":180000000,"
                  "\"why\":\"it was not up within TimeoutStartSec=1min 30s, the default\",\"consequence\":false},"
                  "{\"unit\":\"a.service\",\"at_usec\":180000000,"
                  "\"why\":\"given up: b.service did not start (Requires= in a.service)\",\"consequence\":true}]"));
}

TEST(Json, OfManySeedsCountsThem) {
  const Said said = rehearse_files({"--start=a", "-o", "json", "--seeds=3", "--until=200ms"}, pair_of_services);
  EXPECT_EQ(said.text,
            R"~({"format":1,"target":"a.service","first_seed":1,"seeds":3,"reached":null,"exit_code":5,)~"
            R"~("bad_seeds":[{"seed":1,"exit_code":5,"what":"a.service/start does not end"},{"seed":2,)~"
            R"~("exit_code":5,"what":"a.service/start does not end"},{"seed":3,"exit_code":5,)~"
            R"~("what":"a.service/start does not end"}],"units":[{"unit":"a.service","up":null,"took":null,)~"
            R"~("on_critical_chain":0,"results":{"unfinished":3}},{"unit":"b.service","up":null,)~"
            R"~("took":null,"on_critical_chain":0,"results":{"unfinished":3}}]})~"
            "\n");
  EXPECT_EQ(said.code, 5);
}

TEST(Json, PrettyIsTheSameWithIndents) {
  std::string pretty = rehearse_files({"--start=a", "-o", "json-pretty"}, pair_of_services).text;
  EXPECT_THAT(pretty, testing::StartsWith("{\n\t\"format\": 1,\n\t\"seed\": 1,\n"));
}

TEST(Chart, IsXmlWhateverUnitsAreCalled) {
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{}, {"--hang=b", "--shutdown"}, {"--fail=b"}, {"--stop=a@5s"}}) {
    std::vector<std::string> words{"--start=a", "-o", "svg"};
    words.insert(words.end(), options.begin(), options.end());
    const Said said = rehearse_files(words, pair_of_services);
    EXPECT_EQ(fault_of_xml(said.text), "");
    EXPECT_THAT(said.text, testing::HasSubstr("<title>a.service - A &lt;&quot;&amp;'&gt; \xc3\xbc</title>"));
    EXPECT_THAT(said.text, testing::HasSubstr("prefers-color-scheme: dark"));
  }
}

TEST(Chart, HasARowAUnitInTheOrderOfTheBoot) {
  const std::string text = rehearse_files({"--start=a", "-o", "svg"}, pair_of_services).text;
  const size_t b = text.find(">b.service</text>"), a = text.find(">a.service</text>");
  ASSERT_NE(b, std::string::npos);
  ASSERT_NE(a, std::string::npos);
  EXPECT_LT(b, a);
  // a waits as long as b starts; both are on the critical chain
  EXPECT_THAT(text, testing::HasSubstr("<line class=\"wait\" x1=\"290.0\""));
  EXPECT_THAT(text, testing::HasSubstr("<rect class=\"starting\" x=\"290.0\""));
  EXPECT_THAT(text, testing::HasSubstr("<path class=\"path\" d=\"M"));
}

TEST(Chart, NamesThatAreTooLongAreCut) {
  const std::string name = std::string(60, 'n') + ".service";
  const Said said = rehearse_files({"--start=" + name, "-o", "svg"},
                                   "== " + name + "\n[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/a\n");
  EXPECT_THAT(said.text, testing::HasSubstr(">" + std::string(39, 'n') + "…</text>"));
}

}  // namespace
}  // namespace svcd::rehearsal
