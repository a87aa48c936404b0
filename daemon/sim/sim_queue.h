// What will happen on a simulated machine, in the order of time and, at one moment, of asking. The commonest things are
// plain values; whatever is rare is a function in a pool, so that the heap moves small items only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "daemon/engine/kernel.h"

namespace svcd {

struct SimTask {
  enum class Kind : uint8_t {
    action,      // a function of the pool
    run_script,  // of process `who`
    end,         // of process `who`, by itself
    stopped,     // … as it answers a signal
    signal,      // `number` to process `who`
    notify,      // notification `number` of process `who`
    tell_exit,   // of process `who`
    look_empty,  // at cgroup `number`: whether somebody is to be told
    tell_empty,  // the hint of cgroup `number`
    timer,       // slot `number`, armed for the `order`-th time
  };
  Kind kind = Kind::action;
  pid_t who = 0;
  uint64_t serial = 0;  // of the process: its pid may belong to another by then; of a timer: the arming
  uint64_t number = 0;
  ExitStatus status = {};  // of `stopped`
};

class SimQueue {
 public:
  using Action = std::function<std::optional<Event>()>;
  struct Item {
    Time at{0};
    uint64_t order = 0;
    uint64_t manager = 0;  // 0: of the world; else dies with that manager
    SimTask task;
    bool operator>(const Item& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  void push(Time at, uint64_t manager, const SimTask& task) { heap_.push({at, ++order_, manager, task}); }
  void push(Time at, uint64_t manager, Action action) {
    SimTask task;
    if (free_.empty()) {
      task.number = actions_.size();
      actions_.push_back(std::move(action));
    } else {
      task.number = free_.back();
      free_.pop_back();
      actions_[task.number] = std::move(action);
    }
    push(at, manager, task);
  }
  bool empty() const { return heap_.empty(); }
  const Item& top() const { return heap_.top(); }
  Item pop() {
    Item item = heap_.top();
    heap_.pop();
    return item;
  }
  /// The function of an item that was taken out; it has to be taken even if nobody calls it.
  Action take(const SimTask& task) {
    Action action = std::move(actions_[task.number]);
    actions_[task.number] = nullptr;
    free_.push_back(uint32_t(task.number));
    return action;
  }

 private:
  std::priority_queue<Item, std::vector<Item>, std::greater<>> heap_;
  std::vector<Action> actions_;
  std::vector<uint32_t> free_;
  uint64_t order_ = 0;
};

}  // namespace svcd
