// Unit names and what is made of them and into them: escapes, paths, instances, D-Bus object paths, match rules.
#include "dbus/server/match_rule.h"
#include "dbus/server/object_path.h"
#include "fuzz/fuzz.h"
#include "libunit/unit_name.h"

namespace svcd {
namespace {

void check_name(const UnitName& name) {
  must(UnitName::is_valid(name.str()), "a name that was made is valid");
  must(name.is_instance() + name.is_template() <= 1, "a template is no instance");
  must(name.str().starts_with(name.prefix()), "a name begins with its prefix");
  if (name.is_instance()) must(UnitName::is_valid(name.template_name().str()), "the template of an instance is a name");
  if (const auto other = name.with_instance("x")) must(other->instance() == "x", "with_instance() sets it");
  if (const auto other = name.with_type(UnitType::socket)) must(UnitName::is_valid(other->str()), "with_type()");
  if (name.type() == UnitType::slice) (void)slice_parent(name);
  must(unit_of_path(unit_path(name.str())) == name.str(), "an object path stands for its unit");
  if (const auto path = unit_name_to_path(name))
    if (const auto again = unit_name_from_path(*path, name.type()))
      if (const auto back = unit_name_to_path(*again)) must(*back == *path, "a path that became a name comes back");
}

}  // namespace
}  // namespace svcd

FUZZ(names) {
  using namespace svcd;
  const auto name = UnitName::parse(input);
  must(name.has_value() == UnitName::is_valid(input), "is_valid() says what parse() does");
  if (name) check_name(*name);
  if (const auto mangled = unit_name_mangle(input)) check_name(*mangled);
  if (const auto mount = unit_name_from_path(input, UnitType::mount)) check_name(*mount);
  if (input.find('\0') == std::string_view::npos)
    must(unit_name_unescape(unit_name_escape(input)) == input, "what was escaped is unescaped again");
  (void)unit_name_unescape(input);
  if (const auto escaped = unit_name_path_escape(input))
    must(unit_name_path_unescape(*escaped).has_value(), "an escaped path can be unescaped");
  (void)unit_name_path_unescape(input);
  (void)unit_of_path(input);
  (void)job_of_path(input);
  if (const auto rule = MatchRule::parse(input)) {
    must(*rule == *rule, "a rule is itself");
    (void)rule->matches({"org.freedesktop.systemd1", "/a/b", "a.b", "C", "arg"});
  }
}
