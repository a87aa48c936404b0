// What a unit needs and cannot have: the part of unit_findings that looks at other units.
#include <algorithm>
#include <deque>

#include "libunit/findings_draft.h"

namespace svcd {
namespace {

using Severity = Finding::Severity;

constexpr std::array needs{Dependency::requires_, Dependency::binds_to, Dependency::requisite};

std::string_view why_not_loaded(LoadState state) {
  switch (state) {
    case LoadState::not_found: return "does not exist";
    case LoadState::bad_setting: return "has a bad setting";
    case LoadState::error: return "cannot be loaded";
    case LoadState::masked: return "is masked";
    case LoadState::stub:
    case LoadState::loaded:
    case LoadState::merged: break;
  }
  return "is not loaded";
}

/// Along what it needs, to the units that nobody can start; each with the way that leads there.
bool look_for_missing(FindingsDraft& draft) {
  struct Step {
    UnitIndex unit;
    std::string way;  // "a.service, which requires b.service"
    Dependency first;
    UnitIndex direct;
  };
  bool found = false;
  std::deque<Step> open{{draft.index, {}, Dependency::requires_, draft.index}};
  std::vector<UnitIndex> seen{draft.index};
  while (!open.empty()) {
    const Step step = std::move(open.front());
    open.pop_front();
    for (const Dependency kind : needs) {
      const std::span<const UnitIndex> edges = draft.units.graph().edges(step.unit, kind);
      for (const UnitIndex other : edges) {
        if (std::find(seen.begin(), seen.end(), other) != seen.end()) continue;
        seen.push_back(other);
        const std::string& name = draft.units.unit(other).id.str();
        const bool is_direct = step.unit == draft.index;
        const Step next{other, step.way.empty() ? name : fmt::format("{}, which needs {}", step.way, name),
                        is_direct ? kind : step.first, is_direct ? other : step.direct};
        if (draft.units.unit(other).state == LoadState::loaded) {
          open.push_back(next);
          continue;
        }
        found = true;
        const std::string_view key = to_string(next.first);
        const WrittenValue* value = find_written(draft.values, key, draft.units.unit(next.direct).id.str());
        draft.add(Severity::error,
                  fmt::format("Cannot be started: {}= asks for {}, which {}", key, next.way,
                              why_not_loaded(draft.units.unit(other).state)),
                  value);
      }
    }
  }
  return found;
}

/// The line that lets `later` wait for `earlier`: in one of the two units, or "" if it is a default.
std::string origin_of_order(const FindingsDraft& draft, UnitIndex later, UnitIndex earlier) {
  const auto find = [&](UnitIndex in, Dependency kind, UnitIndex named) -> std::string {
    const LoadedUnit& unit = draft.units.unit(in);
    const auto values = written_values(draft.files, unit, draft.host);
    const WrittenValue* value = find_written(values, to_string(kind), draft.units.unit(named).id.str());
    return value == nullptr ? std::string()
                            : fmt::format("{}={} ({}:{})", value->key, value->value, value->at.path, value->at.line);
  };
  const std::string after = find(later, Dependency::after, earlier);
  return after.empty() ? find(earlier, Dependency::before, later) : after;
}

void add_loop(FindingsDraft& draft, const std::vector<UnitIndex>& loop, std::string_view consequence) {
  // Read aloud from the unit that was asked about, if it is in the loop.
  std::vector<UnitIndex> units(loop.rbegin(), loop.rend());
  if (const auto own = std::find(units.begin(), units.end(), draft.index); own != units.end())
    std::rotate(units.begin(), own, units.end());
  std::string names = draft.units.unit(units.front()).id.str();
  std::vector<std::string> lines;
  const WrittenValue* at = nullptr;
  for (size_t i = 0; i < units.size(); ++i) {
    const UnitIndex later = units[i], earlier = units[(i + 1) % units.size()];
    names += fmt::format(" after {}", draft.units.unit(earlier).id.str());
    if (std::string line = origin_of_order(draft, later, earlier); !line.empty()) lines.push_back(std::move(line));
    if (later == draft.index && at == nullptr)
      at = find_written(draft.values, to_string(Dependency::after), draft.units.unit(earlier).id.str());
    if (earlier == draft.index && at == nullptr)
      at = find_written(draft.values, to_string(Dependency::before), draft.units.unit(later).id.str());
  }
  draft.add(Severity::error, fmt::format("Ordering cycle: {}; {}", names, consequence), at,
            lines.empty() ? "" : fmt::format("take back one of {}", fmt::join(lines, ", ")));
}

void look_at_plan(FindingsDraft& draft) {
  std::vector<PlanNote> notes;
  PlanRequest request;
  request.unit = draft.index;
  request.manual = false;
  const auto planned = plan(draft.units.graph(), draft.units, request, &notes);
  const std::vector<PlanNote>& log = planned ? planned->log : notes;
  bool has_loop = false;
  for (const PlanNote& note : log) {
    if (note.loop.empty()) continue;
    has_loop = true;
    add_loop(draft, note.loop, planned ? "one of them is left out to break it" : "none of them can be started");
  }
  if (!planned && !has_loop) draft.add(Severity::error, "Cannot be started: " + planned.error().message, nullptr);
}

/// What a socket, timer, path or automount is there to start.
void look_at_activated(FindingsDraft& draft) {
  const LoadedUnit& unit = draft.unit;
  UnitName name;
  if (unit.id.type() == UnitType::timer) name = unit.config.timer().unit;
  if (unit.id.type() == UnitType::path) name = unit.config.path().unit;
  if (unit.id.type() == UnitType::socket) {
    name = unit.config.socket().service;
    const bool per_connection = unit.config.socket().accept;
    const std::string same = fmt::format("{}{}.service", unit.id.without_type(), per_connection ? "@1" : "");
    if (name.empty())
      if (auto parsed = UnitName::parse(same)) name = *parsed;
  }
  if (name.empty()) return;
  const LoadedUnit& other = draft.units.unit(draft.units.load(name));
  if (other.state != LoadState::loaded)
    draft.add(Severity::error, fmt::format("Starts {}, which {}", name.str(), why_not_loaded(other.state)), nullptr);
}

}  // namespace

void look_at_dependencies(FindingsDraft& draft) {
  look_at_activated(draft);
  if (!look_for_missing(draft)) look_at_plan(draft);
}

}  // namespace svcd
