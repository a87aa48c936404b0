#include "libunit/unit_findings.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "libunit/codecs.h"
#include "libunit/command_line.h"
#include "libunit/findings_draft.h"
#include "libunit/path_text.h"
#include "libunit/suggestion.h"
#include "libunit/unit_text.h"

namespace svcd {
namespace {

using Severity = Finding::Severity;

/// What the loader noted. Where it names a line, the line's directive stands beside it.
void take_diagnostics(FindingsDraft& draft) {
  for (const Diagnostic& d : draft.unit.diagnostics) {
    if (d.level > Diagnostic::Level::notice) continue;
    const bool is_summary = d.level == Diagnostic::Level::notice && d.at.line == 0;
    // Settings without effect are told line by line; that a bad unit will not start is told by what makes it bad.
    if (is_summary && (!d.at.path.empty() || draft.unit.state == LoadState::bad_setting)) continue;
    std::string_view text = d.text;
    if (text.starts_with(draft.unit.id.str() + ": ")) text.remove_prefix(draft.unit.id.str().size() + 2);
    Finding finding = draft.make(d.level == Diagnostic::Level::error ? Severity::error : Severity::warning,
                                 std::string(text), d.at.path.empty() ? draft.file() : d.at);
    if (const WrittenValue* value = draft.at_line(d.at)) {
      finding.section = value->section;
      finding.directive = value->key;
      if (value->row == nullptr) finding.suggestion = suggest_key(draft.unit.id.type(), value->section, value->key);
    } else if (const std::string section = draft.header_at(d.at); !section.empty()) {
      finding.section = section;
      finding.suggestion = suggest_section(draft.unit.id.type(), section);
    }
    draft.findings.push_back(std::move(finding));
  }
}

/// Whether the value switches its setting off, or resets it.
bool asks_for_nothing(std::string_view value) {
  bool on = true;
  return value.empty() || (parse_boolean(value, on) && !on);
}

void look_at_rows(FindingsDraft& draft) {
  for (const WrittenValue& value : draft.values) {
    if (!value.counts) continue;
    if (value.row->status == SettingStatus::accepted && !asks_for_nothing(value.value))
      draft.add(Severity::hint, fmt::format("{}= is taken and shown, but has no effect in svcd yet", value.key),
                &value);
    if (value.row->status == SettingStatus::legacy) {
      const std::string_view today = key_of(value.row->member);
      draft.add(Severity::hint, fmt::format("{}= is a spelling of the past", value.key), &value,
                today.empty() || today == value.key ? "" : fmt::format("write {}=", today));
    }
  }
}

// ---- programs

using Member = ExecCommands ServiceSection::*;
using SocketMember = ExecCommands SocketSection::*;

/// The first line that a command can come from.
const WrittenValue* origin_of_command(const FindingsDraft& draft, std::string_view key, const ExecCommand& command) {
  const WrittenValue* last = nullptr;
  for (const WrittenValue& value : draft.values) {
    if (!value.counts || value.key != key || value.value.empty()) continue;
    if (value.value.find(command.path) != std::string::npos) return &value;
    last = &value;
  }
  return last;
}

void look_at_command(FindingsDraft& draft, std::string_view key, const ExecCommand& command) {
  const UnitConfig& config = draft.unit.config;
  std::string reason;
  if (command.path.starts_with('/')) {
    const int error = draft.machine.why_not_executable(config.exec().root_directory + command.path);
    if (error != 0)
      reason = fmt::format("{} cannot be executed: {}", command.path, std::generic_category().message(error));
  } else {
    const auto is_there = [&](std::string_view folder) {
      return draft.machine.why_not_executable(
                 fmt::format("{}{}/{}", config.exec().root_directory, folder, command.path)) == 0;
    };
    const auto& own = config.sandbox().exec_search_path;
    const bool found = own.empty() ? std::any_of(command_folders.begin(), command_folders.end(), is_there)
                                   : std::any_of(own.begin(), own.end(), is_there);
    if (!found) reason = fmt::format("{} is in none of the folders where programs are looked for", command.path);
  }
  if (reason.empty()) return;
  draft.add(command.ignore_failure ? Severity::hint : Severity::error, std::move(reason),
            origin_of_command(draft, key, command));
}

void look_at_programs(FindingsDraft& draft) {
  const UnitConfig& config = draft.unit.config;
  if (!draft.machine.why_not_executable || !config.sandbox().root_image.empty()) return;
  const auto look = [&](std::string_view key, const ExecCommands& commands) {
    for (const ExecCommand& command : commands) look_at_command(draft, key, command);
  };
  using S = ServiceSection;
  using K = SocketSection;
  if (draft.unit.id.type() == UnitType::service) {
    look(key_of<&S::exec_condition>(), config.service().exec_condition);
    look(key_of<&S::exec_start_pre>(), config.service().exec_start_pre);
    look(key_of<&S::exec_start>(), config.service().exec_start);
    look(key_of<&S::exec_start_post>(), config.service().exec_start_post);
    look(key_of<&S::exec_reload>(), config.service().exec_reload);
    look(key_of<&S::exec_stop>(), config.service().exec_stop);
    look(key_of<&S::exec_stop_post>(), config.service().exec_stop_post);
  }
  if (draft.unit.id.type() == UnitType::socket) {
    look(key_of<&K::exec_start_pre>(), config.socket().exec_start_pre);
    look(key_of<&K::exec_start_post>(), config.socket().exec_start_post);
    look(key_of<&K::exec_stop_pre>(), config.socket().exec_stop_pre);
    look(key_of<&K::exec_stop_post>(), config.socket().exec_stop_post);
  }
}

// ---- what is to be read about a unit

/// "man:ls(1)": whether the page is installed; also true where the whole section is missing, as in small images.
bool has_manual(FileSource& files, std::string_view page) {
  const size_t open = page.find('('), close = page.find(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) return false;
  const std::string name(page.substr(0, open)), section(page.substr(open + 1, close - open - 1));
  bool any_pages = false;
  for (const char* folder : {"/usr/share/man/man", "/usr/local/share/man/man", "/usr/local/man/man"}) {
    const std::string pages = fmt::format("{}{}", folder, section[0]);
    any_pages = any_pages || !files.list(pages).empty();
    for (const char* packed : {".gz", "", ".xz", ".bz2", ".zst", ".lzma"})
      if (files.look(fmt::format("{}/{}.{}{}", pages, name, section, packed)).kind == FileInfo::Kind::regular)
        return true;
  }
  return !any_pages;
}

void look_at_documentation(FindingsDraft& draft) {
  const std::string_view key = key_of<&UnitSection::documentation>();
  const std::vector<std::string>& documentation = draft.unit.config.unit().documentation;
  if (documentation.empty()) draft.add(Severity::hint, fmt::format("The unit has no {}=", key), nullptr);
  for (const std::string& where : documentation) {
    const WrittenValue* value = find_written(draft.values, key, where);
    if (where.starts_with("man:") && !has_manual(draft.files, where.substr(4)))
      draft.add(Severity::hint, fmt::format("There is no manual page {}", where.substr(4)), value);
    if (!where.starts_with("file:")) continue;
    std::string path = where.substr(5);
    if (path.starts_with("//")) path.erase(0, 2);
    if (draft.files.look(path).kind == FileInfo::Kind::missing)
      draft.add(Severity::hint, fmt::format("There is no file {}", path), value);
  }
}

// ---- who it runs as

bool has_account(FileSource& files, const std::string& list, const std::string& name) {
  const auto text = files.read(list);
  return !text || text->starts_with(name + ":") || text->find("\n" + name + ":") != std::string::npos;
}

void look_at_accounts(FindingsDraft& draft) {
  const ExecSection& exec = draft.unit.config.exec();
  if (!has_exec(draft.unit.id.type()) || exec.dynamic_user) return;
  const auto look = [&](std::string_view key, const std::string& name, const char* list, const char* what) {
    const bool is_number = name.find_first_not_of("0123456789") == std::string::npos;
    if (name.empty() || is_number || has_account(draft.files, list, name)) return;
    draft.add(Severity::hint, fmt::format("The {} {} is not in {}", what, name, list),
              find_written(draft.values, key, name));
  };
  const std::string root = draft.host.configuration_root;
  look(key_of<&ExecSection::user>(), exec.user, (root + "/passwd").c_str(), "user");
  look(key_of<&ExecSection::group>(), exec.group, (root + "/group").c_str(), "group");
}

}  // namespace

std::vector<Finding> find_faults(FileSource& files, OfflineUnits& units, const UnitName& name, const HostFacts& host,
                                 const MachineFacts& machine) {
  const UnitIndex index = units.load(name);
  FindingsDraft draft(files, units, index, host, machine);
  const LoadedUnit& unit = draft.unit;
  if (unit.state == LoadState::not_found || unit.state == LoadState::masked) {
    draft.add(Severity::error, unit.error.message, nullptr);
    return std::move(draft.findings);
  }
  take_diagnostics(draft);
  const auto is_error = [](const Finding& f) { return f.severity == Severity::error; };
  if (unit.state != LoadState::loaded && std::none_of(draft.findings.begin(), draft.findings.end(), is_error))
    draft.add(Severity::error, unit.error.message, nullptr);
  look_at_rows(draft);
  look_at_programs(draft);
  look_at_accounts(draft);
  look_at_documentation(draft);
  if (unit.state == LoadState::loaded) look_at_dependencies(draft);
  std::stable_sort(draft.findings.begin(), draft.findings.end(), [&](const Finding& a, const Finding& b) {
    if (a.at.path != b.at.path) return draft.rank(a.at.path) < draft.rank(b.at.path);
    return a.at.line < b.at.line;
  });
  return std::move(draft.findings);
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::hint: return "hint";
  }
  return {};
}

std::string to_string(const Finding& f) {
  std::string text = f.at.path.empty() ? f.unit : f.at.path;
  if (f.at.line > 0) text += fmt::format(":{}", f.at.line);
  text += fmt::format(": {}: {}", to_string(f.severity), f.message);
  if (!f.suggestion.empty()) text += fmt::format(" ({})", f.suggestion);
  return text;
}

}  // namespace svcd
