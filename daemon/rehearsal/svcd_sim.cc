// svcd-sim: what `svcctl sim` runs. A program of its own, because svcctl knows the engine only over D-Bus.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "daemon/rehearsal/command_line.h"
#include "daemon/rehearsal/reports.h"

int main(int argc, char** argv) {
  using namespace svcd::rehearsal;
  const Parsed parsed = parse_command_line(argc, argv);
  if (parsed.ends) {
    std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
    return parsed.exit_code;
  }
  const Report report = make_report(parsed.request);
  if (!report.error.empty()) {
    fmt::print(stderr, "svcctl sim: {}.\n", report.error);
    return int(Verdict::not_possible);
  }
  const std::string& file = parsed.request.file;
  std::FILE* out = file.empty() ? stdout : std::fopen(file.c_str(), "we");
  const bool written = out && std::fwrite(report.text.data(), 1, report.text.size(), out) == report.text.size();
  if (!written || std::fflush(out) != 0 || (!file.empty() && std::fclose(out) != 0)) {
    fmt::print(stderr, "svcctl sim: Cannot write {}: {}.\n", file.empty() ? "the report" : file, std::strerror(errno));
    return int(Verdict::not_possible);
  }
  return int(report.verdict);
}
