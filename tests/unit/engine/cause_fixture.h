// What is told of a unit: the first sentence of its explanation and the chain behind it.
#pragma once

#include "unit/engine/engine_test.h"

namespace svcd {

class CauseTest : public EngineTest {
 protected:
  Explanation why(const std::string& name) {
    const auto unit = manager->load(name);
    (void)manager->ref(*unit, 1);  // else who is down and not needed leaves memory
    settle();
    const Explanation made = manager->explain(*unit);
    (void)manager->unref(*unit, 1);
    settle();
    return made;
  }
  std::string sentence(const std::string& name) { return why(name).sentence; }
  /// "unit kind file:line" of each link.
  std::vector<std::string> chain(const std::string& name) {
    std::vector<std::string> links;
    for (const CauseLink& link : why(name).chain)
      links.push_back(fmt::format("{} {} {}:{}", link.cause.unit, to_string(link.cause.kind),
                                  link.at.path.substr(link.at.path.rfind('/') + 1), link.at.line));
    return links;
  }
  void ends_with(const std::string& path, ExitStatus status, Duration after = 0s) {
    program(path).runs_for = after;
    program(path).status = status;
  }
};

}  // namespace svcd
