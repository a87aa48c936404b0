#include "unit/engine/toy_unit.h"

#include "daemon/engine/manager.h"
#include "daemon/engine/state_record.h"

namespace svcd {

struct Toy::Phase {
  ToyState state;
  const char* name;
  ActiveState active;
  bool timed;
  ToyState then;
};

const Toy::Phase& Toy::phase_of(ToyState state) {
  using S = ToyState;
  using A = ActiveState;
  // clang-format off
  static constexpr Phase phases[] = {
      // state     name       ActiveState    timed  then
      {S::still,   "still",   A::inactive,   false, S::still},
      {S::winding, "winding", A::activating, true,  S::going},
      {S::going,   "going",   A::active,     true,  S::still},
  };
  // clang-format on
  return phases[size_t(state)];
}

void Toy::enter(ToyState state) {
  state_ = state;
  await_end();
  publish(phase_of(state).active, phase_of(state).name);
}

void Toy::await_end() {
  arm(TimerPurpose::state_timeout,
      phase_of(state_).timed ? now().monotonic + config().path().trigger_limit_interval : infinity);
}

void Toy::handle(const TimerFired& fired) {
  if (fired.key.purpose == TimerPurpose::state_timeout) enter(phase_of(state_).then);
}

Answer Toy::do_start() {
  if (state_ != ToyState::still) return Answer::already;
  acquire_invocation();
  enter(ToyState::winding);
  return Answer::going;
}

Answer Toy::do_stop() {
  enter(ToyState::still);
  return Answer::going;
}

void Toy::save_state(RecordWriter& record) const {
  record.number(uint64_t(state_));
}
void Toy::restore_state(RecordReader& record) {
  state_ = ToyState(record.below(uint64_t(ToyState::going) + 1));
  own_status().sub_state = phase_of(state_).name;
}
void Toy::resume() {
  await_end();
}

}  // namespace svcd
