// sim: unit files booted in virtual time, by svcd-sim: a program of its own, because the engine is none of svcctl's
// libraries. It has its own options, so it gets the words of the command line as they are.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

/// Where svcctl lies, and from there: as installed, and as built.
std::string folder_of_svcctl() {
  char path[4096];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof path);
  if (size <= 0) return "/usr/bin";
  const std::string program(path, size_t(size));
  return program.substr(0, program.rfind('/'));
}

constexpr std::array places{"/../lib/svcd/svcd-sim", "/../daemon/svcd-sim"};

}  // namespace

std::optional<int> run_sim(int argc, const char* const* argv) {
  if (argc < 2 || std::string_view(argv[1]) != "sim") return std::nullopt;
  std::vector<char*> words;
  for (int i = 1; i < argc; ++i) words.push_back(const_cast<char*>(argv[i]));
  words.push_back(nullptr);
  const std::string folder = folder_of_svcctl();
  for (const char* place : places) ::execv((folder + place).c_str(), words.data());
  fmt::print(stderr, "svcctl sim: Cannot execute svcd-sim, neither as {}{} nor as {}{}: {}. It is part of svcd.\n",
             folder, places[0], folder, places[1], std::strerror(errno));
  return 1;
}

int verb_sim(Context& context) {
  if (context.options.help) return 0;  // was printed
  context.complain("svcctl: sim has options of its own, and comes before them: svcctl sim [OPTION…]");
  return 1;
}

}  // namespace svcd::ctl
