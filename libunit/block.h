// Immutable settings shared between units: a unit that says nothing about a group of settings points to the default.
#pragma once

#include <memory>

namespace svcd {

template <class T>
class Block {
 public:
  Block() : value_(the_default()) {}
  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }
  /// For parsing only: the value to write to, copied first if anybody else points to it.
  T& change() {
    if (value_.use_count() != 1) value_ = std::make_shared<T>(*value_);
    return const_cast<T&>(*value_);  // made non-const by make_shared<T> and owned by nobody else
  }
  bool is_default() const { return value_ == the_default(); }
  bool shares_with(const Block& other) const { return value_ == other.value_; }

 private:
  static const std::shared_ptr<const T>& the_default() {
    static const std::shared_ptr<const T> value = std::make_shared<T>();
    return value;
  }
  std::shared_ptr<const T> value_;
};

}  // namespace svcd
