// Plays scenarios to the manager of the machine it runs on, systemd or svcd, over the private socket: many at once,
// those that are alone one after the other. What happens comes from signals on the bus and from the journal.
#pragma once

#include <systemd/sd-bus.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compat/play/history.h"

namespace svcd {

class BusPlayer {
 public:
  /// `at_once`: how many scenarios may be under way.
  explicit BusPlayer(size_t at_once) : at_once_(at_once) {}
  int open();
  void play(const std::vector<Scenario>&);
  /// After play(): what the log said meanwhile, and then the history of each.
  void read_journal();
  std::map<std::string, std::string> histories() const;

 private:
  struct Stage {  // a scenario under way
    const Scenario* scenario = nullptr;
    std::unique_ptr<ScenarioHistory> history;
    int64_t begin_usec = 0, realtime_usec = 0;
    size_t next = 0;
    bool is_over = false;
    std::map<std::string, SeenUnit> units;
    std::map<std::string, uint32_t> jobs;
  };
  struct Asked {
    BusPlayer* player;
    Stage* stage;
    const ScenarioCommand* command;
    int64_t at_ms;
  };

  void run(std::deque<const Scenario*> waiting, size_t at_once);
  void restore();
  void begin(const Scenario&);
  void obey(Stage&);
  void carry_out(Stage&, const ScenarioCommand&);
  void ask(Stage&, const ScenarioCommand&, sd_bus_message*);
  void clean_up(Stage&);
  void process_until(int64_t usec);
  void hear(sd_bus_message*);
  void hear_job(sd_bus_message*, bool removed);
  void hear_properties(sd_bus_message*);
  Stage* stage_of(std::string_view unit);
  int64_t ms_of(const Stage&) const;
  sd_bus_message* call(const char* member) const;

  size_t at_once_;
  sd_bus* bus_ = nullptr;
  std::deque<Stage> stages_;
  std::deque<Asked> asked_;
};

}  // namespace svcd
