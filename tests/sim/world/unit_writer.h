// Random unit files of one world: services of all types with their programs, sockets, targets, slices, mounts, a
// template; with dependencies of all kinds among them, mostly without cycles of order, but not always.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/sim/sim_kernel.h"
#include "libunit/unit_name.h"
#include "sim/world/coverage.h"

namespace svcd {

class UnitWriter {
 public:
  UnitWriter(SimKernel& kernel, Coverage& coverage);

  /// Decides what units there are, and writes the file of each.
  void write_all(size_t count);
  /// One of them anew, with other settings.
  void rewrite(size_t number);
  void mask(size_t number);
  void remove(size_t number);

  size_t size() const { return units_.size(); }
  const UnitName& name(size_t number) const { return units_[number].name; }
  /// Its file.
  std::string text(size_t number) const { return kernel_.memory().read(units_[number].path).value_or("nothing"); }
  const UnitName& any() const { return units_[rng_.below(units_.size())].name; }
  const std::vector<size_t>& sockets() const { return sockets_; }
  const std::vector<size_t>& mounts() const { return mounts_; }

 private:
  struct Made {
    UnitName name;
    std::string path;  // of its file
  };

  void plan_unit(size_t number);
  std::string text_of(size_t number);
  void set(std::string_view key, std::string_view value);
  void set_kind(std::string_view key, std::string_view value);  // counted as "Key=value"
  void set_span(std::string_view key, uint64_t at_most_usec);
  template <class... T>
  std::string_view any_of(T... values) {
    const std::string_view all[] = {values...};
    return all[rng_.below(sizeof...(values))];
  }
  std::string_view yes_or_no() { return rng_.chance(50) ? "yes" : "no"; }
  bool often(unsigned percent) { return rng_.chance(percent); }
  Duration up_to(uint64_t microseconds) { return Duration(rng_.below(microseconds)); }

  // unit_writer.cc
  void unit_section(size_t number);
  void dependencies(size_t number);
  size_t near(size_t number);
  void socket(size_t number);
  void mount(size_t number);
  // service_writer.cc
  void service(const std::string& name);
  void service_type(const std::string& name, SimProgram& main);
  void service_restart();
  void service_limits();
  void service_ends(const std::string& name);
  void commands(const std::string& name);
  void command(std::string_view key, const std::string& path, unsigned percent);
  void left_behind(SimProgram&);
  void habits(SimProgram& program);
  void kill_settings();

  SimKernel& kernel_;
  Coverage& coverage_;
  Rng& rng_;
  std::vector<Made> units_;
  std::vector<size_t> sockets_, mounts_;
  std::string text_;
};

}  // namespace svcd
