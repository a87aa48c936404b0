// How a value is shown, as text in the form of `busctl get-property`: signature, then the values.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "libunit/load_context.h"
#include "libunit/settings.h"
#include "libunit/specifiers.h"
#include "libunit/unit_text.h"
#include "libunit/verify.h"

namespace svcd {

class TextSink final : public ValueSink {
 public:
  void boolean(bool v) override { add(v ? "true" : "false"); }
  void byte(uint8_t v) override { add(std::to_string(v)); }
  void u16(uint16_t v) override { add(std::to_string(v)); }
  void i32(int32_t v) override { add(std::to_string(v)); }
  void u32(uint32_t v) override { add(std::to_string(v)); }
  void i64(int64_t v) override { add(std::to_string(v)); }
  void u64(uint64_t v) override { add(std::to_string(v)); }
  void number(double v) override { add(std::to_string(v)); }
  void object_path(std::string_view v) override { string(v); }
  void string(std::string_view v) override {
    std::string quoted = "\"";
    for (char c : v) {
      if (c == '\t') {
        quoted += "\\t";
      } else if (c == '"' || c == '\\' || c == '\'') {
        quoted += {'\\', c};
      } else if (c < ' ' || c == 0x7f) {
        quoted += fmt::format("\\{:03o}", uint8_t(c));
      } else {
        quoted += c;
      }
    }
    add(quoted + "\"");
  }
  void bytes(std::span<const std::byte> v) override {
    open_array("y");
    for (std::byte b : v) byte(uint8_t(b));
    close_array();
  }
  void open_array(const char*) override { open_.push_back({text_.size(), 0}); }
  void close_array() override {
    const Open array = open_.back();
    open_.pop_back();
    text_.insert(array.at, " " + std::to_string(array.count));
    if (!open_.empty()) ++open_.back().count;
  }
  void open_struct(const char*) override { open_.push_back({text_.size(), 0}); }
  void close_struct() override {
    open_.pop_back();
    if (!open_.empty()) ++open_.back().count;
  }
  const std::string& text() const { return text_; }

 private:
  struct Open {
    size_t at;
    size_t count;
  };
  void add(const std::string& v) {
    text_ += " " + v;
    if (!open_.empty()) ++open_.back().count;
  }
  std::string text_;
  std::vector<Open> open_;
};

/// A unit made of one file, and what was said about it.
struct AppliedUnit {
  UnitConfig config;
  Diagnostics diagnostics;
  Result<> result;
};

/// `lines` belong to the type's own section, or start with a header of their own.
inline AppliedUnit apply_lines(std::string_view name, std::string_view lines) {
  AppliedUnit unit;
  const UnitName unit_name = UnitName::parse(name).value();
  HostFacts host;
  host.host_name = host.pretty_host_name = "vm";
  Block<ManagerDefaults> defaults;  // of the machine that the expected values come from
  defaults.change().physical_memory = 25276063744;
  defaults.change().system_tasks_max = 192728;
  unit.config.set_defaults(defaults);
  const Specifiers specifiers(host, unit_name, {});
  LoadContext context;
  context.unit = &unit_name;
  context.specifiers = &specifiers;
  context.diagnostics = &unit.diagnostics;
  std::string text(lines);
  if (!text.starts_with('[')) text = fmt::format("[{}]\n{}", section_name(unit_name.type()), lines);
  const UnitText parsed = parse_unit_text("/etc/systemd/system/" + std::string(name), text + "\n").value();
  unit.diagnostics = parsed.diagnostics;
  unit.result = apply(parsed, unit_name.type(), unit.config, context);
  complete_config(unit_name, unit.config);
  return unit;
}

inline std::string shown(const UnitConfig& config, UnitType type, std::string_view property) {
  const Setting* row = find_property(type, property);
  if (row == nullptr || row->show == nullptr) return "no such property";
  TextSink sink;
  row->show(config, sink);
  return row->signature + sink.text();
}

}  // namespace svcd
