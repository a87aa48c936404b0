// What every verb works with: the options, the terminal, and the connection, which is made when it is first needed.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/options.h"
#include "ctl/terminal.h"
#include "dbus/client/manager.h"

namespace svcd::ctl {

/// Nobody answers. Not an sdbus::Error, so that no verb takes it for an answer about a unit.
struct NoManager {
  std::string why;
};

class Context {
 public:
  Context(Options options, Terminal terminal);

  const Options options;
  Terminal terminal;

  /// Throws NoManager if there is none to talk to; its calls throw sdbus::Error.
  client::Manager& manager();

  /// To stdout, which is buffered; flush before something slow.
  void print(std::string_view text) const;
  /// A line to stderr, in red (or the colour given) on a terminal.
  void complain(std::string_view line, Colour colour = Colour::red) const;
  void warn(std::string_view line) const { complain(line, Colour::yellow); }
  void note(std::string_view line) const { complain(line, Colour::none); }

  /// From here on output goes through a pager, if stdout is a terminal and nobody said --no-pager.
  void start_pager(bool at_end = false);

 private:
  std::unique_ptr<client::Manager> manager_;
  bool colour_errors_;
};

/// What went wrong, for people: the manager's own words, but "Access denied" for all refusals of privilege.
std::string message_of(const sdbus::Error& error);
bool is_refusal(const sdbus::Error& error);
/// The exit code that systemctl has for a D-Bus error of a job (LSB codes: 4 refused, 5 not there …).
int exit_code_of(const sdbus::Error& error);

/// "dbus" gives "dbus.service"; says so on stderr where characters had to be escaped. Throws sdbus::Error for "".
std::string mangle(const Context&, const std::string& typed, const char* suffix = ".service");
bool is_glob(std::string_view text);
/// The names on the command line; globs are replaced by the loaded units they match.
std::vector<std::string> unit_arguments(Context&, const std::vector<std::string>& typed,
                                        const char* suffix = ".service");
/// What `list-units PATTERN…` would list, with its options: not what is inactive, unless --all is given.
std::vector<std::string> listed_units(Context&, const std::vector<std::string>& patterns);
/// -t: whether the unit is of one of these types; none: any.
bool has_type(const std::vector<std::string>& types, const std::string& unit);
/// ".service" of "a.service"; "" without a known type.
std::string_view unit_suffix(std::string_view name);
/// The order of lists: service units together, then sockets …; names without regard to case.
bool by_type_and_name(const std::string& a, const std::string& b);
bool ends_with(std::string_view text, std::string_view end);

}  // namespace svcd::ctl
