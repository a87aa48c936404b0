// verify: what is wrong with unit files, told without a manager.
//
// The exit code is 1 if a unit would be refused, could not be started or would break another one's start, else 0.
// Where this differs from `systemd-analyze verify` of systemd 252, by choice:
//  - only the units that were asked for are told about, and for each all that is wrong with it: systemd stops at the
//    first error of a unit, and repeats the warnings of everything that it loads on the way;
//  - a cycle that can be broken by leaving out a job is an error too (systemd: exit code 0), shown as the whole loop;
//  - programs of all Exec…= settings are looked for also in a unit that is refused for another reason; where a failure
//    is ignored ("-"), a missing one is a hint;
//  - a timer or path that starts a unit that is not there is an error, as a socket is;
//  - manual pages are looked up as files, and always; a unit without documentation is a hint;
//  - findings go to stdout, also as JSON.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "ctl/json_text.h"
#include "ctl/offline.h"
#include "ctl/verbs.h"
#include "libunit/path_text.h"
#include "libunit/unit_findings.h"

namespace svcd::ctl {
namespace {

constexpr bool is_file_argument(std::string_view typed) {
  return typed.find('/') != std::string_view::npos;
}

/// The path in the system that is looked at: relative ones are from where we are; what is given with its --root= counts
/// as in it.
std::string path_inside(const Offline& offline, const std::string& typed) {
  const std::string& root = offline.files.root();
  if (!root.empty() && typed.starts_with(root + "/")) return typed.substr(root.size());
  if (typed.starts_with('/')) return typed;
  char here[4096] = "";
  if (!root.empty() || ::getcwd(here, sizeof here) == nullptr) return "/" + typed;
  return fmt::format("{}/{}", here, typed);
}

/// A file's folder comes before all others, so that what is checked is this file and those beside it.
Result<UnitName> unit_of_argument(Offline& offline, const std::string& typed) {
  if (!is_file_argument(typed)) return unit_name_mangle(typed);
  const std::string path = simplify_path(path_inside(offline, typed));
  const size_t slash = path.rfind('/');
  auto name = UnitName::parse(path.substr(slash + 1));
  if (!name) return fail(ErrorCode::invalid_args, "{} is not the name of a unit file", path.substr(slash + 1));
  const std::string folder = slash == 0 ? "/" : path.substr(0, slash);
  std::vector<std::string>& folders = offline.path.folders;
  if (offline.files.look(path).kind == FileInfo::Kind::missing && !name->is_instance())
    return fail(ErrorCode::file_not_found, "There is no file {}", path);
  if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.insert(folders.begin(), folder);
  return name;
}

Finding refusal(const std::string& typed, std::string message) {
  Finding finding;
  finding.unit = typed;
  finding.message = std::move(message);
  return finding;
}

JsonField text_or_null(const char* name, const std::string& text) {
  return {name, text.empty() ? std::nullopt : std::optional<std::string>(text), std::nullopt};
}

JsonRow json_row(const Finding& f) {
  return {text_or_null("unit", f.unit),
          text_or_null("file", f.at.path),
          {"line", std::nullopt, f.at.line > 0 ? std::optional<uint64_t>(f.at.line) : std::nullopt},
          text_or_null("section", f.section),
          text_or_null("directive", f.directive),
          {"severity", std::string(to_string(f.severity)), std::nullopt},
          {"message", f.message, std::nullopt},
          text_or_null("suggestion", f.suggestion)};
}

Colour colour_of(Finding::Severity severity) {
  switch (severity) {
    case Finding::Severity::error: return Colour::red;
    case Finding::Severity::warning: return Colour::yellow;
    case Finding::Severity::hint: return Colour::none;
  }
  return Colour::none;
}

MachineFacts machine_facts(const Offline& offline) {
  MachineFacts machine;
  machine.why_not_executable = [&offline](const std::string& path) {
    const std::string outside = offline.files.outside(path, true);
    if (outside.empty()) return ELOOP;
    if (HostFiles().look(outside).kind == FileInfo::Kind::directory) return EISDIR;
    return ::access(outside.c_str(), X_OK) == 0 ? 0 : errno;
  };
  return machine;
}

}  // namespace

int verb_verify(Context& context) {
  const Options& o = context.options;
  Offline offline(o);
  std::vector<Finding> findings;
  std::vector<UnitName> names;
  for (const std::string& typed : o.arguments) {
    Result<UnitName> name = unit_of_argument(offline, typed);
    // Of a template an instance is checked; systemd 252 takes the same name for it.
    if (name && name->is_template()) name = name->with_instance("i");
    if (name)
      names.push_back(*name);
    else
      findings.push_back(refusal(typed, name.error().message));
  }
  UnitLoader loader(offline.files, offline.path, offline.host);
  OfflineUnits units(loader, offline.host);
  const MachineFacts machine = machine_facts(offline);
  for (const UnitName& name : names) {
    std::vector<Finding> of_unit = find_faults(offline.files, units, name, offline.host, machine);
    std::move(of_unit.begin(), of_unit.end(), std::back_inserter(findings));
  }
  const auto is_error = [](const Finding& f) { return f.severity == Finding::Severity::error; };
  const bool broken = std::any_of(findings.begin(), findings.end(), is_error);
  if (o.output.starts_with("json")) {
    std::vector<JsonRow> rows;
    std::transform(findings.begin(), findings.end(), std::back_inserter(rows), json_row);
    context.print(json_rows(rows, o.output == "json-pretty"));
    return broken ? 1 : 0;
  }
  for (const Finding& finding : findings)
    if (!o.quiet || finding.severity == Finding::Severity::error)
      context.print(context.terminal.paint(colour_of(finding.severity), to_string(finding)) + "\n");
  return broken ? 1 : 0;
}

}  // namespace svcd::ctl
