// The state record with anything in it: the next manager takes over what makes sense, lives, and still does its work.
// The first byte says how the input gets there: laid over the bytes of the record, or as the contents of slots whose
// checksums are right (each: number of the slot, length, bytes).
#include <algorithm>

#include "daemon/engine/state_record.h"
#include "daemon/sim/sim_machine.h"
#include "fuzz/fuzz.h"

namespace svcd {

struct RecordForger {
  static void store(std::span<std::byte> memory, std::string_view slots) {
    StateRecord record(memory);
    while (slots.size() > 2) {
      const size_t number = static_cast<uint8_t>(slots[0]) % 16, length = static_cast<uint8_t>(slots[1]);
      const std::string_view content = slots.substr(2, length);
      record.store(number, std::as_bytes(std::span(content)));
      slots.remove_prefix(2 + content.size());
    }
  }
};

namespace {

void lay_over(std::span<std::byte> memory, std::string_view input) {
  while (input.size() > 3) {
    const size_t at = (static_cast<uint8_t>(input[0]) | size_t{static_cast<uint8_t>(input[1])} << 8) % memory.size();
    const std::string_view bytes = input.substr(3, static_cast<uint8_t>(input[2]));
    const size_t length = std::min(bytes.size(), memory.size() - at);
    std::ranges::copy(std::as_bytes(std::span(bytes.substr(0, length))), memory.begin() + static_cast<long>(at));
    input.remove_prefix(3 + bytes.size());
  }
}

}  // namespace
}  // namespace svcd

FUZZ(record) {
  using namespace svcd;
  if (input.empty()) return;
  SimMachine machine;
  machine.program("/bin/p");
  machine.program("/bin/q");
  machine.load("p.service", "[Unit]\nWants=q.service\n[Service]\nExecStart=/bin/p\nRestart=always\n");
  machine.load("q.service", "[Service]\nType=notify\nExecStart=/bin/q\nExecStop=/bin/q\nTimeoutStartSec=3s\n");
  machine.load("s.socket", "[Socket]\nListenStream=/run/s\nService=p.service\n");
  machine.load("m.mount", "[Mount]\nWhat=a\nWhere=/m\n");
  machine.boot();
  for (const char* name : {"p.service", "q.service", "s.socket"}) machine.unit(name).start();
  machine.run_for(std::chrono::seconds(1));
  const std::span<std::byte> memory = machine.kernel.state_record();
  if (static_cast<uint8_t>(input[0]) % 2 == 0)
    lay_over(memory, input.substr(1));
  else
    RecordForger::store(memory, input.substr(1));
  machine.crash();
  machine.run_for(std::chrono::minutes(3));
  SimUnit& fresh = machine.load("fresh.service", "[Service]\nExecStart=/bin/p\n");
  fresh.start();
  machine.run_for(std::chrono::minutes(3));
  must(fresh.sub_state() == "running", "a manager that took over nonsense starts a service");
}
