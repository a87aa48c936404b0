// Immutable settings shared between units: a unit that says nothing about a group of settings points to the default.
// Owners are counted in the block itself, one pointer a group and unit; of one thread only, as all of svcd.
#pragma once

#include <cstddef>
#include <utility>

namespace svcd {

template <class T>
class Block {
 public:
  Block() : shared_(the_default()) { ++shared_->owners; }
  Block(const Block& other) : shared_(other.shared_) { ++shared_->owners; }
  Block& operator=(Block other) {
    std::swap(shared_, other.shared_);
    return *this;
  }
  ~Block() { disown(); }

  const T& operator*() const { return shared_->value; }
  const T* operator->() const { return &shared_->value; }
  /// For parsing only: the value to write to, copied first if anybody else points to it.
  T& change() {
    if (shared_->owners != 1) own();
    return shared_->value;
  }
  bool is_default() const { return shared_ == the_default(); }
  bool shares_with(const Block& other) const { return shared_ == other.shared_; }

 private:
  struct Shared {
    T value;
    size_t owners;
  };
  /// Never ends: statics may point to it until the program does.
  static Shared* the_default() {
    static Shared* const shared = new Shared{T{}, 1};
    return shared;
  }
#ifdef __clang_analyzer__  // which does not follow a count of owners, and sees leaks and late uses in it
  void own();
  void disown();
#else
  void own() {
    auto* mine = new Shared{shared_->value, 1};
    --shared_->owners;
    shared_ = mine;
  }
  void disown() {
    if (--shared_->owners == 0) delete shared_;
  }
#endif
  Shared* shared_;
};

}  // namespace svcd
