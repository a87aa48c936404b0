#include "libunit/specifiers.h"

#include <gmock/gmock.h>

#include <cerrno>

namespace svcd {

namespace {

class SpecifiersTest : public testing::Test {
 protected:
  std::string expand(std::string_view name, std::string_view text,
                     std::string fragment = "/etc/systemd/system/x.service") {
    const UnitName unit = UnitName::parse(name).value();
    const auto done = Specifiers(host, unit, std::move(fragment)).expand(text);
    return done ? *done : fmt::format("{} ({})", done.error().message, strerrorname_np(done.error().error_number));
  }
  HostFacts host;
};

}  // namespace

TEST_F(SpecifiersTest, ResolveToPartsOfTheNameOfAnInstance) {
  const char* name = "sp-e\\x2dc@a-b\\x2fc.service";
  EXPECT_EQ(expand(name, "%n"), name);
  EXPECT_EQ(expand(name, "%N"), "sp-e\\x2dc@a-b\\x2fc");
  EXPECT_EQ(expand(name, "%p|%P"), "sp-e\\x2dc|sp/e-c");
  EXPECT_EQ(expand(name, "%i|%I"), "a-b\\x2fc|a/b/c");
  EXPECT_EQ(expand(name, "%j|%J"), "e\\x2dc|e-c");
  EXPECT_EQ(expand(name, "%f"), "/a/b/c");
}

TEST_F(SpecifiersTest, ResolveToPartsOfAPlainName) {
  const char* name = "plain-a\\x20b.service";
  EXPECT_EQ(expand(name, "%i|%I"), "|");
  EXPECT_EQ(expand(name, "%p|%P"), "plain-a\\x20b|plain/a b");
  EXPECT_EQ(expand(name, "%j|%J"), "a\\x20b|a b");
  EXPECT_EQ(expand(name, "%f"), "/plain/a b");
  EXPECT_EQ(expand(name, "%d"), "/run/credentials/plain-a\\x20b.service");
}

TEST_F(SpecifiersTest, ResolveToTheFragmentAndItsFolder) {
  EXPECT_EQ(expand("x.service", "%y in %Y"), "/etc/systemd/system/x.service in /etc/systemd/system");
  EXPECT_EQ(expand("x.slice", "%y", ""), "Specifier %y has no value for a unit without a file. (ENOENT)");
}

TEST_F(SpecifiersTest, ResolveToWhatTheHostIs) {
  host.architecture = "x86-64";
  host.boot_id = "b0";
  host.machine_id = "m0";
  host.host_name = "web.example.org";
  host.short_host_name = "web";
  host.kernel_release = "6.1";
  host.os_id = "debian";
  host.os_version_id = "12";
  host.os_variant_id = "server";
  host.os_build_id = "b1";
  host.os_image_id = "img";
  host.os_image_version = "7";
  EXPECT_EQ(expand("a.service", "%a %b %m %H %l %v"), "x86-64 b0 m0 web.example.org web 6.1");
  EXPECT_EQ(expand("a.service", "%o %w %W %B %M %A"), "debian 12 server b1 img 7");
  EXPECT_EQ(expand("a.service", "%q"), "web.example.org");
  host.pretty_host_name = "The Web";
  EXPECT_EQ(expand("a.service", "%q"), "The Web");
  EXPECT_EQ(expand("a.service", "%u %U %g %G %h %s"), "root 0 root 0 /root /bin/sh");
  EXPECT_EQ(expand("a.service", "%t %S %C %L %E %T %V"), "/run /var/lib /var/cache /var/log /etc /tmp /var/tmp");
}

TEST_F(SpecifiersTest, OfOptionalFactsAreEmptyWhereTheOsDoesNotSay) {
  EXPECT_EQ(expand("a.service", "<%W%B%M%A>"), "<>");
}

TEST_F(SpecifiersTest, TakeADoublePercentSignForASingleOne) {
  EXPECT_EQ(expand("a.service", "%%n %%"), "%n %");
  EXPECT_EQ(expand("a.service", "100%"), "100%");
  EXPECT_EQ(expand("a.service", "50% of %-_"), "50% of %-_");
}

TEST_F(SpecifiersTest, ThatAreUnknownAreAnError) {
  EXPECT_EQ(expand("a.service", "x%Zy"), "Specifier %Z is not known. (EBADSLT)");
  EXPECT_EQ(expand("a.service", "%1"), "Specifier %1 is not known. (EBADSLT)");
}

TEST_F(SpecifiersTest, ThatCannotBeResolvedAreAnError) {
  EXPECT_EQ(expand("a@x\\zb.service", "%I"),
            "Specifier %I stands for a part of the unit's name that cannot be unescaped. (EINVAL)");
  EXPECT_EQ(expand("a@-a-..-b.service", "%f"),
            "Specifier %f stands for a part of the unit's name that is no path. (EINVAL)");
  EXPECT_EQ(expand("a@-a-..-b.service", "%I"), "/a/../b");
  EXPECT_EQ(expand("a.service", "%m"), "Specifier %m has no value on this system. (ENOMEDIUM)");
}

}  // namespace svcd
