// Switches that are read, kept and shown, and that no code acts on: each is its row of the settings table and nothing
// else. Whoever makes one of them mean something gives it a member of its section. All are off until a file says yes.
#pragma once

#include <algorithm>
#include <vector>

namespace svcd {

class KeptSwitches {
 public:
  bool is_on(const void* row) const { return std::ranges::find(on_, row) != on_.end(); }
  void set(const void* row, bool on) {
    std::erase(on_, row);
    if (on) on_.push_back(row);
  }
  bool operator==(const KeptSwitches&) const = default;

 private:
  std::vector<const void*> on_;  // as their rows name them
};

}  // namespace svcd
