// Unit files as they come, several of them, on a simulated machine: loaded, started, reloaded, stopped. A byte 0 parts
// the files; they are a.service, b.socket, c@.service, d.mount, e.target and a drop-in for all services.
#include "daemon/sim/sim_machine.h"
#include "fuzz/fuzz.h"

FUZZ(units) {
  using namespace svcd;
  static constexpr const char* names[] = {"a.service", "b.socket", "c@.service",
                                          "d.mount",   "e.target", "service.d/f.conf"};
  SimMachine machine;
  for (const char* program : {"/bin/p", "/bin/q", "/bin/sh"}) machine.program(program);
  for (const char* name : names) {
    const size_t end = std::min(input.find('\0'), input.size());
    machine.load(name, input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  machine.boot();
  for (const char* name : {"a.service", "b.socket", "c@x.service", "d.mount", "e.target"}) machine.unit(name).start();
  machine.run_for(std::chrono::seconds(30));
  machine.manager().reload(1);
  machine.unit("a.service").reload();
  machine.run_for(std::chrono::seconds(30));
  machine.crash();
  machine.unit("a.service").restart();
  machine.run_for(std::chrono::minutes(1));
  for (const char* name : {"a.service", "b.socket", "c@x.service", "d.mount", "e.target"}) machine.unit(name).stop();
  machine.run_for(std::chrono::minutes(5));
  SimUnit& fresh = machine.load("fresh.target", "[Unit]\nDefaultDependencies=no\n");
  fresh.start();
  machine.run_for(std::chrono::seconds(1));
  must(fresh.sub_state() == "active", "a broken unit fails alone");
}
