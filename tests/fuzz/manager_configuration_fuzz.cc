// system.conf, which an administrator writes, and the command line, which a boot loader does. The first byte says
// which.
#include "fuzz/fuzz.h"
#include "libunit/boot_options.h"
#include "libunit/manager_settings.h"
#include "libunit/utf8.h"

FUZZ(manager_configuration) {
  using namespace svcd;
  ManagerSettings settings;
  BootOptions options;
  const HostFacts host;
  const BootOption::Target into{settings, options, true};
  if (input.starts_with('\1')) {
    const std::vector<std::string> words = split_command_line(input.substr(1));
    std::vector<std::string> complaints, unknown;
    apply_command_line(words, into, complaints);
    apply_arguments(words, into, complaints, unknown);
    must(complaints.size() <= 2 * words.size(), "a word is complained of once");
    return;
  }
  Diagnostics said;
  apply_manager_configuration("system.conf", input, settings, host, said);
  for (const Diagnostic& one : said) must(is_utf8(one.text), "a diagnostic is text");
}
