#include "daemon/linux/turns.h"

#include "daemon/linux/timers.h"

namespace svcd {

namespace {
constexpr Duration longest_drain =
    std::chrono::milliseconds(5);  // with the last piece's step half of what a step may take
constexpr unsigned short_turns_at_most = 3;
}  // namespace

void Turns::begin() {
  if (!is_others_turn_) turn();
}

void Turns::begin_later() {
  if (!soon_)
    if (auto made = loop_.on_turn(priority_, [this] { begin(); })) soon_ = std::move(*made);
  soon_.enable_once();
}

void Turns::turn() {
  is_others_turn_ = false;
  const Time until = saturating_add(monotonic_now(), longest_drain);
  if (!piece_()) return;
  bool is_more = true;
  while (is_more && monotonic_now() < until) is_more = piece_();
  // Others have their turn even if nothing is left now: when children end without pause there is always more to come.
  // But not each time: this costs more than many a piece.
  if (!is_more && ++short_turns_ < short_turns_at_most) return;
  short_turns_ = 0;
  // Sources of one priority go in the order in which they became ready, so requests without end do not keep us waiting.
  // That holds for timers and descriptors; a source of on_turn() would always be the first.
  constexpr Time at_once{0};
  is_others_turn_ = true;
  if (after_others_) return EventLoop::set_time(after_others_, at_once, Duration(1));
  auto made = loop_.on_time(at_once, Duration(1), Priority::requests, [this] { turn(); });
  is_others_turn_ = bool(made);
  if (made) after_others_ = std::move(*made);
}

}  // namespace svcd
