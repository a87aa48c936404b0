// svcctl verify and cat --effective on any text: a unit, a drop-in behind "\n%%\n", and what they mention.
#include <cerrno>

#include "fuzz/fuzz.h"
#include "libunit/memory_files.h"
#include "libunit/unit_findings.h"

FUZZ(findings) {
  using namespace svcd;
  const size_t end = std::min(input.find("\n%%\n"), input.size());
  MemoryFiles files;
  HostFacts host;
  for (const char* name : {"a.service", "a.socket"})
    files.write(std::string("/etc/systemd/system/") + name, input.substr(0, end));
  if (end < input.size()) files.write("/etc/systemd/system/a.service.d/b.conf", input.substr(end + 4));
  files.write("/usr/lib/systemd/system/sysinit.target", "[Unit]\n");
  UnitLoader loader(files, SearchPath::system("/etc", "/run", ""), host);
  OfflineUnits units(loader, host);
  MachineFacts machine;
  machine.why_not_executable = [](const std::string& path) { return path.size() % 2 == 0 ? ENOENT : 0; };
  for (const char* name : {"a.service", "a.socket"})
    for (const Finding& finding : find_faults(files, units, UnitName::parse(name).value(), host, machine)) {
      must(!finding.message.empty(), "a finding says something");
      must(finding.directive.empty() || finding.at.line > 0, "what is about a setting has a line");
      (void)to_string(finding);
    }
}
