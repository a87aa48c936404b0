// Plays a scenario on the simulated machine, whose programs speak the language of daemon/sim/actor.h.
#pragma once

#include <map>
#include <string>

#include "compat/play/history.h"
#include "daemon/sim/sim_machine.h"

namespace svcd {

class SimPlayer final : public ChangeListener {
 public:
  explicit SimPlayer(const Scenario& scenario);
  /// The history.
  std::string play();

 private:
  void flush(const Changes&) override;
  void obey(const ScenarioCommand&);
  std::string carry_out(const ScenarioCommand&);
  std::string submit(const std::string& type, const std::string& unit, const std::string& mode);
  std::string on_unit(const ScenarioCommand&);
  std::string show(const ScenarioCommand&);
  int64_t now_ms() const;

  const Scenario& scenario_;
  SimMachine machine_;
  ScenarioHistory history_;
  Time begin_{0};
  std::map<std::string, JobId> jobs_;  // by unit
};

}  // namespace svcd
