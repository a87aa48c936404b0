// Match rules of AddMatch(), for private connections that speak as to a bus: which of our signals they asked for.
// The grammar and the keys are those of the D-Bus specification, "Match Rules".
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "libunit/result.h"

namespace svcd {

/// What a rule may look at of a signal of ours.
struct SignalFacts {
  std::string_view sender, path, interface, member, arg0;
};

class MatchRule {
 public:
  /// invalid_args for what is not a match rule.
  static Result<MatchRule> parse(std::string_view text);
  bool matches(const SignalFacts&) const;
  bool operator==(const MatchRule&) const = default;

 private:
  std::map<std::string, std::string, std::less<>> keys_;
};

}  // namespace svcd
