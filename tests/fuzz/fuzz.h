// What the fuzzers have in common: one a file, `FUZZ(name) { … input … }`. With clang and -DSVCD_FUZZ=ON each is a
// libFuzzer program; in every run of the tests all of them are replayed on their corpus and on mutations of it
// (replay_test.cc). An input that broke something is kept in corpus/NAME/ for good.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace svcd {

/// Breaks off if what must hold does not: libFuzzer keeps the input, a test fails.
inline void must(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

struct Fuzzer {
  const char* name;
  void (*run)(std::string_view input);
};
/// All that are linked into the program, in no order.
std::vector<Fuzzer>& fuzzers();

}  // namespace svcd

#ifdef SVCD_FUZZ
#define SVCD_FUZZ_ENTRY(function, name)                                     \
  extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) { \
    function({reinterpret_cast<const char*>(data), size});                  \
    return 0;                                                               \
  }
#else
#define SVCD_FUZZ_ENTRY(function, name) \
  [[maybe_unused]] static const bool function##_is_known = (svcd::fuzzers().push_back({name, function}), true);
#endif

#define FUZZ(name)                           \
  static void fuzz_##name(std::string_view); \
  SVCD_FUZZ_ENTRY(fuzz_##name, #name)        \
  static void fuzz_##name(std::string_view input)
