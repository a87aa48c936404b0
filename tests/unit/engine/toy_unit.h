// A unit type that lives in the tests: a toy that is wound up, goes for as long as [Path] TriggerLimitIntervalSec=
// says, and stands still then. It takes the place of the path units, which have no machine of their own yet, and shows
// all that a type takes: this pair of files, a phase table, the settings of a section, and one row (toy_type_test.cc).
#pragma once

#include "daemon/engine/unit.h"

namespace svcd {

enum class ToyState : uint8_t { still, winding, going };

class Toy final : public Unit {
 public:
  using Unit::Unit;
  void handle(const TimerFired&) override;
  void resume() override;

 protected:
  Answer do_start() override;
  Answer do_stop() override;
  void save_state(RecordWriter&) const override;
  void restore_state(RecordReader&) override;

 private:
  struct Phase;
  static const Phase& phase_of(ToyState);
  void enter(ToyState);
  void await_end();

  ToyState state_ = ToyState::still;
};

}  // namespace svcd
