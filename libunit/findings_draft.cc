#include "libunit/findings_draft.h"

namespace svcd {

FindingsDraft::FindingsDraft(FileSource& from, OfflineUnits& known, UnitIndex at, const HostFacts& a_host,
                             const MachineFacts& a_machine)
    : files(from),
      units(known),
      index(at),
      unit(known.unit(at)),
      host(a_host),
      machine(a_machine),
      values(written_values(from, unit, a_host)) {
  std::vector<std::string> paths = unit.drop_in_paths;
  if (!unit.fragment_path.empty()) paths.insert(paths.begin(), unit.fragment_path);
  for (const std::string& path : paths) {
    texts_.emplace_back();
    if (const auto text = files.read(path)) (void)parse_unit_text(path, *text, texts_.back());
    texts_.back().path = path;
  }
}

Finding FindingsDraft::make(Finding::Severity severity, std::string message, Origin at) const {
  Finding finding;
  finding.severity = severity;
  finding.unit = unit.id.str();
  finding.at = std::move(at);
  finding.message = std::move(message);
  return finding;
}

void FindingsDraft::add(Finding::Severity severity, std::string message, const WrittenValue* value,
                        std::string suggestion) {
  Finding finding = make(severity, std::move(message), value == nullptr ? file() : value->at);
  if (value != nullptr) {
    finding.section = value->section;
    finding.directive = value->key;
  }
  finding.suggestion = std::move(suggestion);
  findings.push_back(std::move(finding));
}

const WrittenValue* FindingsDraft::at_line(const Origin& at) const {
  if (at.line == 0) return nullptr;
  for (const WrittenValue& value : values)
    if (value.at.line == at.line && value.at.path == at.path) return &value;
  return nullptr;
}

std::string FindingsDraft::header_at(const Origin& at) const {
  for (const UnitText& text : texts_)
    for (size_t i = 0; i < text.section_lines.size() && i < text.sections.size(); ++i)
      if (text.path == at.path && text.section_lines[i] == at.line) return text.sections[i];
  return {};
}

size_t FindingsDraft::rank(const std::string& path) const {
  size_t rank = 0;
  while (rank < texts_.size() && texts_[rank].path != path) ++rank;
  return rank;
}

}  // namespace svcd
