#include "libunit/unit_name.h"

#include <gmock/gmock.h>

namespace svcd {

namespace {

std::string mangled(std::string_view typed) {
  const auto name = unit_name_mangle(typed);
  return name ? name->str() : "error: " + name.error().message;
}

std::string text(const Result<std::string>& result) {
  return result ? *result : "error";
}
std::string text(const Result<UnitName>& result) {
  return result ? result->str() : "error";
}

}  // namespace

TEST(UnitName, ConsistsOfAPrefixAndATypeSuffix) {
  for (const char* good : {"a.service", "a-b_c:d.e\\x2d.mount", "foo@.socket", "foo@bar.timer", "foo@bar@baz.slice",
                           "..service", "-.mount", "A1.scope", "a.b.target", "x@..device"})
    EXPECT_TRUE(UnitName::is_valid(good)) << good;
  for (const char* bad : {"", "a", ".service", "a.", "a.foo", "a.Service", "@.service", "@a.service", "a b.service",
                          "a/b.service", "a*.service", "\xc3\xbc.service", "a.snapshot", "a.service.", "a\n.service"})
    EXPECT_FALSE(UnitName::is_valid(bad)) << bad;
  EXPECT_EQ(UnitName::parse("a b.service").error().message, "Unit name a b.service is not valid.");
}

TEST(UnitName, MayBeUpTo255BytesLong) {
  EXPECT_TRUE(UnitName::is_valid(std::string(247, 'a') + ".service"));
  EXPECT_FALSE(UnitName::is_valid(std::string(248, 'a') + ".service"));
}

TEST(UnitName, OfAnInstanceHasThePrefixBeforeTheFirstAtSign) {
  const UnitName name = UnitName::parse("foo@bar@baz.qux.socket").value();
  EXPECT_EQ(name.type(), UnitType::socket);
  EXPECT_EQ(name.prefix(), "foo");
  EXPECT_EQ(name.instance(), "bar@baz.qux");
  EXPECT_EQ(name.without_type(), "foo@bar@baz.qux");
  EXPECT_TRUE(name.is_instance());
  EXPECT_FALSE(name.is_template());
  EXPECT_EQ(name.template_name().str(), "foo@.socket");
  EXPECT_EQ(text(name.with_instance("x-y")), "foo@x-y.socket");
  EXPECT_EQ(text(name.with_instance("")), "error");
  EXPECT_EQ(text(name.with_instance("x/y")), "error");
  EXPECT_EQ(text(name.with_type(UnitType::service)), "foo@bar@baz.qux.service");
}

TEST(UnitName, OfATemplateHasAnEmptyInstance) {
  const UnitName name = UnitName::parse("foo@.service").value();
  EXPECT_TRUE(name.is_template());
  EXPECT_FALSE(name.is_instance());
  EXPECT_EQ(name.instance(), "");
  EXPECT_TRUE(name.template_name().empty());
  EXPECT_EQ(text(name.with_instance("a")), "foo@a.service");
}

TEST(UnitName, WithoutAnAtSignIsNeitherTemplateNorInstance) {
  const UnitName name = UnitName::parse("foo.bar.service").value();
  EXPECT_EQ(name.prefix(), "foo.bar");
  EXPECT_FALSE(name.is_template());
  EXPECT_FALSE(name.is_instance());
  EXPECT_EQ(text(name.with_instance("a")), "error");
  const UnitName none;
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(none.is_template());
  EXPECT_EQ(none.prefix(), "");
}

TEST(UnitNameEscape, TurnsSlashesIntoDashesAndOtherBytesIntoHex) {
  EXPECT_EQ(unit_name_escape("a/b"), "a-b");
  EXPECT_EQ(unit_name_escape(".foo"), "\\x2efoo");
  EXPECT_EQ(unit_name_escape("a-b\\c"), "a\\x2db\\x5cc");
  EXPECT_EQ(unit_name_escape("\xc3\xbc x@y:z_"), "\\xc3\\xbc\\x20x\\x40y:z_");
  EXPECT_EQ(unit_name_escape(".."), "\\x2e.");
  EXPECT_EQ(unit_name_escape(""), "");
}

TEST(UnitNameEscape, IsUndoneByUnescape) {
  EXPECT_EQ(text(unit_name_unescape("a-b")), "a/b");
  EXPECT_EQ(text(unit_name_unescape("\\x2d")), "-");
  EXPECT_EQ(text(unit_name_unescape("\\xC3\\xbc")), "\xc3\xbc");
  EXPECT_EQ(text(unit_name_unescape("a\\x00b")), "a");
  EXPECT_EQ(text(unit_name_unescape("a b")), "a b");
  for (const char* bad : {"a\\x2", "a\\y", "\\x2G", "\\", "\\x"}) EXPECT_EQ(text(unit_name_unescape(bad)), "error");
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(text(unit_name_unescape(unit_name_escape(all))), all);
}

TEST(UnitNameEscape, OfAPathDropsLeadingAndTrailingSlashes) {
  EXPECT_EQ(text(unit_name_path_escape("/")), "-");
  EXPECT_EQ(text(unit_name_path_escape("")), "-");
  EXPECT_EQ(text(unit_name_path_escape("/foo//bar/")), "foo-bar");
  EXPECT_EQ(text(unit_name_path_escape("/./foo/./bar/.")), "foo-bar");
  EXPECT_EQ(text(unit_name_path_escape("/.foo/b")), "\\x2efoo-b");
  EXPECT_EQ(text(unit_name_path_escape("/foo/../bar")), "error");
  EXPECT_EQ(text(unit_name_path_escape(".")), "error");
}

TEST(UnitNameEscape, OfAPathIsUndoneToAnAbsoluteNormalizedPath) {
  EXPECT_EQ(text(unit_name_path_unescape("a-b")), "/a/b");
  EXPECT_EQ(text(unit_name_path_unescape("-")), "/");
  EXPECT_EQ(text(unit_name_path_unescape("\\x2d")), "/-");
  EXPECT_EQ(text(unit_name_path_unescape("a\\x2fb")), "/a/b");
  for (const char* bad : {"-a", "a-", "", "a--b", ".-b", "..", "a-..-b"})
    EXPECT_EQ(text(unit_name_path_unescape(bad)), "error") << bad;
}

TEST(UnitNameFromPath, NamesTheMountOfAPath) {
  EXPECT_EQ(text(unit_name_from_path("/var/lib", UnitType::mount)), "var-lib.mount");
  EXPECT_EQ(text(unit_name_to_path(UnitName::parse("var-lib.mount").value())), "/var/lib");
  EXPECT_EQ(text(unit_name_to_path(UnitName::parse("a--b.mount").value())), "error");
}

TEST(UnitNameFromPath, EndsInAHashWhereTheNameWouldBeTooLong) {
  const std::string a(200, 'a');
  const auto name = unit_name_from_path("/" + a + "/" + a, UnitType::mount);
  EXPECT_EQ(text(name), a + "-" + std::string(31, 'a') + "_42e52928be873394.mount");
  EXPECT_EQ(text(unit_name_from_path("/dev/" + a + "/" + a, UnitType::device)),
            "dev-" + a + "-" + std::string(26, 'a') + "_51d3d26066a9d087.device");
  EXPECT_EQ(text(unit_name_to_path(*name)), "error");
}

TEST(UnitNameMangle, UnderstandsWhatAPersonTypes) {
  EXPECT_EQ(mangled("foo"), "foo.service");
  EXPECT_EQ(mangled("foo.service"), "foo.service");
  EXPECT_EQ(mangled("foo.bar"), "foo.bar.service");
  EXPECT_EQ(mangled("foo@"), "foo@.service");
  EXPECT_EQ(mangled("foo@b/c.service"), "foo@b-c.service");
  EXPECT_EQ(mangled("/home"), "home.mount");
  EXPECT_EQ(mangled("//home//x/"), "home-x.mount");
  EXPECT_EQ(mangled("/"), "-.mount");
  EXPECT_EQ(mangled("/a-b"), "a\\x2db.mount");
  EXPECT_EQ(mangled("/dev/sda"), "dev-sda.device");
  EXPECT_EQ(mangled("//dev//sda"), "dev-sda.device");
  EXPECT_EQ(mangled("/dev/."), "dev.mount");
  EXPECT_EQ(mangled("/dev/"), "dev.mount");
  EXPECT_EQ(mangled("/sys/x"), "sys-x.device");
  EXPECT_EQ(mangled("dev/sda"), "dev-sda.service");
  EXPECT_EQ(text(unit_name_mangle("foo", UnitType::target)), "foo.target");
}

TEST(UnitNameMangle, EscapesWhatANameMayNotHave) {
  EXPECT_EQ(mangled("a b"), "a\\x20b.service");
  EXPECT_EQ(mangled("\xc3\xbc"), "\\xc3\\xbc.service");
  EXPECT_EQ(mangled("a/b"), "a-b.service");
  EXPECT_EQ(mangled("*"), "\\x2a.service");
  EXPECT_EQ(mangled("foo.*"), "foo.\\x2a.service");
  EXPECT_EQ(mangled("a\\b"), "a\\b.service");
  EXPECT_EQ(mangled("/home/../x"), "-home-..-x.service");
  EXPECT_EQ(mangled("."), "..service");
  EXPECT_EQ(mangled(".service"), ".service.service");
}

TEST(UnitNameMangle, RefusesWhatCannotBecomeAName) {
  EXPECT_EQ(mangled("@x"), "error: Unit name @x is not valid.");
  EXPECT_EQ(mangled(""), "error: Unit name  is not valid.");
  EXPECT_EQ(mangled(std::string(248, 'a')), "error: Unit name " + std::string(248, 'a') + " is not valid.");
}

TEST(SliceParent, IsTheNameUpToTheLastDash) {
  EXPECT_EQ(text(slice_parent(UnitName::parse("a-b-c.slice").value())), "a-b.slice");
  EXPECT_EQ(text(slice_parent(UnitName::parse("a.slice").value())), "-.slice");
  EXPECT_EQ(text(slice_parent(UnitName::parse("-.slice").value())), "");
  for (const char* bad : {"-a.slice", "a-.slice", "a--b.slice", "a@b.slice", "a.service"})
    EXPECT_EQ(text(slice_parent(UnitName::parse(bad).value())), "error") << bad;
}

}  // namespace svcd
