#include "ctl/sunk_value.h"

namespace svcd::ctl {
namespace {

using client::Value;

/// Containers are few and shallow: as deep as the signatures of the table.
class Builder final : public ValueSink {
 public:
  Builder() : open_(1) {}
  void boolean(bool v) override { add(Value::of(v)); }
  void byte(uint8_t v) override { add(Value::of(uint32_t{v})); }
  void i32(int32_t v) override { add(Value::of(v)); }
  void u16(uint16_t v) override { add(Value::of(uint32_t{v})); }
  void u32(uint32_t v) override { add(Value::of(v)); }
  void i64(int64_t v) override { add(Value::of(static_cast<uint64_t>(v))); }
  void u64(uint64_t v) override { add(Value::of(v)); }
  void number(double v) override { add(Value::of(static_cast<uint64_t>(v))); }
  void string(std::string_view v) override { add(Value::of(v)); }
  void object_path(std::string_view v) override { add(Value::of(v)); }
  void bytes(std::span<const std::byte> v) override {
    open_array("y");
    for (const std::byte b : v) byte(static_cast<uint8_t>(b));
    close_array();
  }
  void open_array(const char* element) override { open_.push_back({element, true, {}}); }
  void close_array() override { close(); }
  void open_struct(const char* members) override { open_.push_back({members, false, {}}); }
  void close_struct() override { close(); }

  Value take() { return open_.front().items.empty() ? Value() : std::move(open_.front().items.front()); }

 private:
  struct Container {
    std::string contents;
    bool is_array = false;
    std::vector<Value> items;
  };
  void add(Value value) { open_.back().items.push_back(std::move(value)); }
  void close() {
    if (open_.size() < 2) return;
    Container done = std::move(open_.back());
    open_.pop_back();
    add(done.is_array ? Value::array(std::move(done.contents), std::move(done.items))
                      : Value::structure(std::move(done.contents), std::move(done.items)));
  }
  std::vector<Container> open_;
};

}  // namespace

Value value_of(const Setting& row, const UnitConfig& config) {
  Builder builder;
  row.show(config, builder);
  return builder.take();
}

}  // namespace svcd::ctl
