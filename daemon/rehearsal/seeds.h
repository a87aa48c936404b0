// Many runs of one request, a seed each: what they have in common, and which of them went wrong.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/rehearsal/run.h"

namespace svcd::rehearsal {

/// Of some figures, the smallest, the one in the middle and the largest.
struct Spread {
  size_t count = 0;
  Duration least{0}, median{0}, most{0};
};

/// A unit's starts in all runs.
struct UnitSpread {
  std::string unit;
  Spread up;                              // when it was up
  Spread took;                            // how long that took, from when it could begin
  size_t on_chain = 0;                    // runs in which it was on the critical chain
  std::map<std::string, size_t> results;  // of its first start in each run: how often
};

struct BadSeed {
  uint64_t seed = 0;
  Verdict verdict = Verdict::well;
  std::string what;  // in short
};

struct SeedsReport {
  std::string target;
  uint64_t first_seed = 0;
  size_t seeds = 0;
  Spread reached;
  std::vector<UnitSpread> units;  // those with a time of their own first, by when they are up
  std::vector<BadSeed> bad;
  Verdict verdict = Verdict::well;  // the worst
};

class Seeds {
 public:
  void add(const Run&);
  SeedsReport report() const;

 private:
  struct Figures {
    std::vector<Duration> up, took;
    size_t on_chain = 0;
    std::map<std::string, size_t> results;
  };
  SeedsReport report_;
  std::vector<Duration> reached_;
  std::map<std::string, Figures> units_;
};

/// For people.
std::string text_report(const SeedsReport&);

}  // namespace svcd::rehearsal
