// The command line of svcctl as a value: systemctl's options, in any order, before and after the verb.
#pragma once

#include <string>
#include <vector>

namespace svcd::ctl {

struct Options {
  std::string verb;
  std::vector<std::string> arguments;

  std::vector<std::string> types, states, properties;  // commas split
  bool properties_given = false;
  int lines = 10;
  bool lines_given = false;
  std::string output = "short";  // -o
  std::string root;              // --root=; "": the running system
  std::string preset_mode = "full";
  std::string signal = "TERM", whom = "all", job_mode = "replace", since;
  bool all = false, full = false, quiet = false, force = false, now = false, runtime = false, failed = false;
  bool no_pager = false, no_legend = false, no_block = false, no_reload = false, no_warn = false, wait = false;
  bool plain = false, value = false, reverse = false, before = false, after = false, follow = false, pager_end = false;
  bool no_wall = false, show_types = false, show_socket_types = false, help = false, version = false;
  bool effective = false, global = false, dry_run = false;
};

/// What parsing says: go on, or end with this text (on stdout for exit code 0, else on stderr).
struct Parsed {
  Options options;
  bool ends = false;
  int exit_code = 0;
  std::string text;
};

Parsed parse_options(int argc, const char* const* argv);

}  // namespace svcd::ctl
