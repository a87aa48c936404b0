// What the kernel command line, or in a container svcd's own arguments, say to the manager: kernel-command-line(7) and
// systemd(1). One table for both, as for the settings of files; a word's name stands nowhere else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libunit/manager_settings.h"

namespace svcd {

/// What only a boot asks about; the rest goes into ManagerSettings.
struct BootOptions {
  std::string unit;        // "": default.target
  std::string machine_id;  // 32 hex digits
  std::string host_name;
  std::optional<uint64_t> clock_usec;  // of CLOCK_REALTIME
  std::vector<std::string> locale;     // "LANG=de_DE.UTF-8" …, instead of locale.conf(5)
};

/// One word, without the prefix "systemd." for those that have it: it is written with '-' or '_'.
struct BootOption {
  enum class Value : uint8_t { needed, may_be_missing, none };
  struct Target {
    ManagerSettings& settings;
    BootOptions& options;
    bool is_container;
  };
  const char* word;
  const char* argument;  // the same as an argument of the program, "--unit"; null: no such argument
  Value value;
  SettingStatus status;
  const char* summary;
  /// `value` "" with Value::may_be_missing: it is missing. An error's message is the whole text for the log.
  Result<> (*apply)(Target, std::string_view value);
};
std::span<const BootOption> boot_options();

/// Splits /proc/cmdline at spaces outside of quotes.
std::vector<std::string> split_command_line(std::string_view text);

/// Applies the words of a command line, in order: what is for others is left alone, what is wrong is told in
/// `complaints`. Words with the prefix "rd." are the initrd's.
void apply_command_line(std::span<const std::string> words, BootOption::Target into,
                        std::vector<std::string>& complaints);
/// The same for arguments of the program: "--log-level=debug", "--unit foo.target". What is not known is told in
/// `unknown`.
void apply_arguments(std::span<const std::string> words, BootOption::Target into, std::vector<std::string>& complaints,
                     std::vector<std::string>& unknown);

}  // namespace svcd
