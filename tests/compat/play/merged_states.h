// States that 252 shows in passing and svcd does not (or the other way round: the row begins with "svcd"): within one
// step a client hears of a unit's last state only. The list of them, with reasons, is tests/compat/merged-states; what
// is on it is left out of a history before it is compared, on both sides.
#pragma once

#include <string>
#include <vector>

namespace svcd {

struct MergedState {
  bool of_svcd = false;
  std::string state, next;             // the one that follows it; as fnmatch(3) patterns
  std::vector<std::string> scenarios;  // where; patterns, too
};

class MergedStates {
 public:
  static MergedStates read(const std::string& path);
  /// The history without them, and without the repeats that come of that.
  std::string leave_out(const std::string& scenario, const std::string& history) const;
  const std::vector<MergedState>& all() const { return all_; }
  static bool is_about(const MergedState&, const std::string& scenario);
  /// Whether that one stands in the history.
  static bool occurs(const MergedState&, const std::string& scenario, const std::string& history);

 private:
  std::vector<MergedState> all_;
};

}  // namespace svcd
