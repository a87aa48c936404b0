// The findings about one unit while they are gathered, and what is asked for again and again. Of libunit/unit_findings.
#pragma once

#include <string>
#include <vector>

#include "libunit/unit_findings.h"
#include "libunit/unit_text.h"

namespace svcd {

class FindingsDraft {
 public:
  FindingsDraft(FileSource& from, OfflineUnits& known, UnitIndex at, const HostFacts& a_host,
                const MachineFacts& a_machine);

  FileSource& files;
  OfflineUnits& units;
  const UnitIndex index;
  const LoadedUnit& unit;
  const HostFacts& host;
  const MachineFacts& machine;
  const std::vector<WrittenValue> values;
  std::vector<Finding> findings;

  /// The unit's file as a whole.
  Origin file() const { return {unit.fragment_path, 0}; }
  Finding make(Finding::Severity severity, std::string message, Origin at) const;
  /// About the line of `value`; null: about the file.
  void add(Finding::Severity severity, std::string message, const WrittenValue* value, std::string suggestion = {});
  const WrittenValue* at_line(const Origin& at) const;
  /// The section that begins in that line; "" for none.
  std::string header_at(const Origin& at) const;
  /// The place of a file among those of the unit.
  size_t rank(const std::string& path) const;

 private:
  std::vector<UnitText> texts_;
};

/// Units that it needs and cannot have, what it activates, loops in the order.
void look_at_dependencies(FindingsDraft& draft);

}  // namespace svcd
