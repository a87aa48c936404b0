#include "libunit/boot_options.h"

#include <algorithm>
#include <array>

#include "libunit/codec_manager.h"
#include "libunit/command_line.h"
#include "libunit/enum_names.h"
#include "libunit/unit_name.h"

namespace svcd {
namespace {

using Target = BootOption::Target;
using enum BootOption::Value;
using enum SettingStatus;

Result<> bad_switch(std::string_view what, std::string_view value) {
  return fail(ErrorCode::bad_message, "Failed to parse {} {}, ignoring: Invalid argument", what, value);
}

Result<> set_unit(Target into, std::string_view value) {
  const auto name = UnitName::parse(value);
  if (!name || name->is_template())
    return fail(ErrorCode::bad_message, "Unit name specified on systemd.unit= is not valid, ignoring: {}", value);
  into.options.unit = value;
  return {};
}

template <const char* Unit>
Result<> boot_into(Target into, std::string_view) {
  into.options.unit = Unit;
  return {};
}
constexpr char emergency[] = "emergency.target", rescue[] = "rescue.target", multi_user[] = "multi-user.target",
               graphical[] = "graphical.target";

Result<> quiet(Target into, std::string_view) {
  if (!into.settings.show_status_set) into.settings.controls.show_status = ShowStatus::error;
  return {};
}

Result<> debug(Target into, std::string_view) {
  into.settings.controls.log_level = 7;  // LOG_DEBUG
  if (into.is_container) into.settings.controls.log_target = LogTarget::console;
  return {};
}

template <bool ManagerSettings::*Member, const char* What>
Result<> set_switch(Target into, std::string_view value) {
  if (value.empty()) return into.settings.*Member = true, Result<>{};
  return parse_boolean(value, into.settings.*Member) ? Result<>{} : bad_switch(What, value);
}
Result<> set_service_watchdogs(Target into, std::string_view value) {
  bool& on = into.settings.controls.service_watchdogs;
  if (value.empty()) return on = true, Result<>{};
  return parse_boolean(value, on) ? Result<>{} : bad_switch("service watchdog switch", value);
}
constexpr char dump_core[] = "dump core switch", crash_shell[] = "crash shell switch",
               crash_reboot[] = "crash reboot switch";

Result<> set_crash_terminal(Target into, std::string_view value) {
  LoadContext nobody_listens;
  if (value.empty()) return into.settings.crash_change_vt = 0, Result<>{};
  if (codec::CrashTerminal::parse(value, into.settings.crash_change_vt, nobody_listens)) return {};
  return bad_switch("crash chvt switch", value);
}

/// A boolean, a path or the name of a console.
Result<> set_confirm_spawn(Target into, std::string_view value) {
  bool on = true;
  if (value.empty() || parse_boolean(value, on))
    into.settings.confirm_spawn = on ? "/dev/console" : "";
  else
    into.settings.confirm_spawn = value.starts_with('/') ? std::string(value) : fmt::format("/dev/{}", value);
  return {};
}

Result<> set_show_status(Target into, std::string_view value) {
  ShowStatus status = ShowStatus::yes;
  if (!value.empty() && !parse_show_status(value, status)) return bad_switch("show status switch", value);
  into.settings.controls.show_status = status;
  into.settings.show_status_set = true;
  return {};
}

Result<> set_status_unit_format(Target into, std::string_view value) {
  if (parse_enum(value, into.settings.status_unit_format)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse systemd.status_unit_format={}, ignoring: Invalid argument",
              value);
}

template <ExecSection::Output ManagerDefaults::*Member, const char* What>
Result<> set_output(Target into, std::string_view value) {
  return parse_enum(value, into.settings.defaults.*Member) ? Result<>{} : bad_switch(What, value);
}
constexpr char standard_output[] = "default standard output switch", standard_error[] = "default standard error switch";

Result<> set_environment(Target into, std::string_view value) {
  if (!is_assignment(value))
    return fail(ErrorCode::bad_message, "Environment variable assignment '{}' is not valid. Ignoring.", value);
  Environment& environment = into.settings.default_environment;
  if (environment.size() < longest_list) set_variable(environment, std::string(value));
  return {};
}

Result<> set_machine_id(Target into, std::string_view value) {
  std::string id(value);
  std::erase(id, '-');
  const bool good = id.size() == 32 && id.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos &&
                    id.find_first_not_of('0') != std::string::npos;
  if (!good) return fail(ErrorCode::bad_message, "MachineID '{}' is not valid, ignoring: Invalid argument", value);
  std::ranges::transform(id, id.begin(), [](char c) { return c >= 'A' && c <= 'F' ? char(c - 'A' + 'a') : c; });
  into.options.machine_id = std::move(id);
  return {};
}

Result<> set_timeout_start(Target into, std::string_view value) {
  Duration span{};
  if (!parse_span(value, span))
    return fail(ErrorCode::bad_message, "Failed to parse default start timeout '{}', ignoring: Invalid argument",
                value);
  into.settings.defaults.timeout_start = span.count() == 0 ? infinity : span;
  return {};
}

Result<> set_cpu_affinity(Target into, std::string_view value) {
  LoadContext nobody_listens;
  NumberSet set;
  if (!codec::Numbers::parse(value, set, nobody_listens))
    return fail(ErrorCode::bad_message, "Failed to parse CPU affinity mask '{}', ignoring: Invalid argument", value);
  into.settings.cpu_affinity = std::move(set);
  return {};
}

Result<> set_watchdog_device(Target into, std::string_view value) {
  into.settings.controls.watchdog_device = value.starts_with('/') ? std::string(value) : fmt::format("/{}", value);
  return {};
}

Result<> bad_argument(std::string_view word, std::string_view value) {
  return fail(ErrorCode::bad_message, "Failed to parse {}= argument '{}', ignoring: Invalid argument", word, value);
}

Result<> set_watchdog(Target into, std::string_view value) {
  Duration span{};
  if (!parse_watchdog_span(value, span)) return bad_argument("systemd.watchdog_sec", value);
  ManagerControls& controls = into.settings.controls;
  controls.runtime_watchdog = controls.reboot_watchdog = controls.kexec_watchdog = span;
  return {};
}

Result<> set_watchdog_pre(Target into, std::string_view value) {
  if (parse_watchdog_span(value, into.settings.controls.runtime_watchdog_pre)) return {};
  return bad_argument("systemd.watchdog_pre_sec", value);
}

Result<> set_watchdog_governor(Target into, std::string_view value) {
  into.settings.controls.runtime_watchdog_pre_governor = value;
  return {};
}

Result<> set_clock(Target into, std::string_view value) {
  uint64_t usec = 0;
  if (!parse_unsigned(value, usec))
    return fail(ErrorCode::bad_message, "Failed to parse systemd.clock_usec= argument, ignoring: {}", value);
  into.options.clock_usec = usec;
  return {};
}

Result<> check_random_seed(Target, std::string_view value) {
  const std::string_view base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  if (value.size() % 4 == 0 && value.find_first_not_of(base64) == std::string_view::npos) return {};
  return fail(ErrorCode::bad_message, "Failed to parse systemd.random_seed= argument, ignoring: {}", value);
}

Result<> check_core_pattern(Target, std::string_view value) {
  if (value.starts_with('/')) return {};
  return fail(ErrorCode::bad_message, "Specified core pattern '{}' is not an absolute path, ignoring.", value);
}

Result<> set_log_level(Target into, std::string_view value) {
  if (parse_log_level(value, into.settings.controls.log_level)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse log level '{}'. Ignoring.", value);
}

Result<> set_log_target(Target into, std::string_view value) {
  if (parse_log_target(value, into.settings.controls.log_target)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse log target '{}'. Ignoring.", value);
}

template <bool ManagerSettings::*Member, const char* What>
Result<> set_log_switch(Target into, std::string_view value) {
  if (value.empty()) return into.settings.*Member = true, Result<>{};
  if (parse_boolean(value, into.settings.*Member)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse log {} setting '{}'. Ignoring.", What, value);
}
constexpr char color[] = "color", location[] = "location", time_[] = "time", tid[] = "tid";

Result<> set_host_name(Target into, std::string_view value) {
  into.options.host_name = value;
  return {};
}

using S = ManagerSettings;
using D = ManagerDefaults;
constexpr std::array rows{
    // clang-format off
  //         word                                  as an argument                value           status       summary, what it does
  BootOption{"systemd.unit",                       "--unit",                    needed,         implemented, "The unit to boot into.", set_unit},
  BootOption{"quiet",                              nullptr,                     none,           implemented, "Only failures are shown on the console.", quiet},
  BootOption{"debug",                              nullptr,                     none,           implemented, "Everything is logged.", debug},
  BootOption{"emergency",                          nullptr,                     none,           implemented, "Boot into emergency.target.", boot_into<emergency>},
  BootOption{"-b",                                 nullptr,                     none,           implemented, "Boot into emergency.target.", boot_into<emergency>},
  BootOption{"rescue",                             nullptr,                     none,           implemented, "Boot into rescue.target.", boot_into<rescue>},
  BootOption{"single",                             nullptr,                     none,           implemented, "Boot into rescue.target.", boot_into<rescue>},
  BootOption{"-s",                                 nullptr,                     none,           implemented, "Boot into rescue.target.", boot_into<rescue>},
  BootOption{"s",                                  nullptr,                     none,           implemented, "Boot into rescue.target.", boot_into<rescue>},
  BootOption{"S",                                  nullptr,                     none,           implemented, "Boot into rescue.target.", boot_into<rescue>},
  BootOption{"1",                                  nullptr,                     none,           implemented, "Boot into rescue.target.", boot_into<rescue>},
  BootOption{"2",                                  nullptr,                     none,           implemented, "Boot into multi-user.target.", boot_into<multi_user>},
  BootOption{"3",                                  nullptr,                     none,           implemented, "Boot into multi-user.target.", boot_into<multi_user>},
  BootOption{"4",                                  nullptr,                     none,           implemented, "Boot into multi-user.target.", boot_into<multi_user>},
  BootOption{"5",                                  nullptr,                     none,           implemented, "Boot into graphical.target.", boot_into<graphical>},
  BootOption{"systemd.dump_core",                  "--dump-core",               may_be_missing, accepted,    "A crash of the manager leaves a core file.", set_switch<&S::dump_core, dump_core>},
  BootOption{"systemd.crash_chvt",                 "--crash-chvt",              may_be_missing, accepted,    "The virtual terminal that a crash switches to.", set_crash_terminal},
  BootOption{"systemd.crash_shell",                "--crash-shell",             may_be_missing, accepted,    "A crash starts a shell.", set_switch<&S::crash_shell, crash_shell>},
  BootOption{"systemd.crash_reboot",               "--crash-reboot",            may_be_missing, accepted,    "A crash reboots the machine.", set_switch<&S::crash_reboot, crash_reboot>},
  BootOption{"systemd.confirm_spawn",              "--confirm-spawn",           may_be_missing, accepted,    "Somebody is asked before a process is started.", set_confirm_spawn},
  BootOption{"systemd.service_watchdogs",          "--service-watchdogs",       may_be_missing, implemented, "Watchdogs of services and emergency actions are in effect.", set_service_watchdogs},
  BootOption{"systemd.show_status",                "--show-status",             may_be_missing, implemented, "Which status lines the console shows.", set_show_status},
  BootOption{"systemd.status_unit_format",         nullptr,                     needed,         implemented, "Whether status lines have a unit's name, its description or both.", set_status_unit_format},
  BootOption{"systemd.default_standard_output",    "--default-standard-output", needed,         implemented, "StandardOutput= of units that set none.", set_output<&D::standard_output, standard_output>},
  BootOption{"systemd.default_standard_error",     "--default-standard-error",  needed,         implemented, "StandardError= of units that set none.", set_output<&D::standard_error, standard_error>},
  BootOption{"systemd.setenv",                     nullptr,                     needed,         implemented, "A variable that all processes get.", set_environment},
  BootOption{"systemd.machine_id",                 "--machine-id",              needed,         implemented, "The machine's id.", set_machine_id},
  BootOption{"systemd.default_timeout_start_sec",  nullptr,                     needed,         implemented, "TimeoutStartSec= of units that set none.", set_timeout_start},
  BootOption{"systemd.cpu_affinity",               nullptr,                     needed,         implemented, "Processors that the manager and its children run on.", set_cpu_affinity},
  BootOption{"systemd.watchdog_device",            nullptr,                     needed,         accepted,    "The watchdog's device.", set_watchdog_device},
  BootOption{"systemd.watchdog_sec",               nullptr,                     needed,         accepted,    "The hardware watchdog's time.", set_watchdog},
  BootOption{"systemd.watchdog_pre_sec",           nullptr,                     needed,         accepted,    "How long before that it gives a warning.", set_watchdog_pre},
  BootOption{"systemd.watchdog_pretimeout_governor", nullptr,                   needed,         accepted,    "What that warning does.", set_watchdog_governor},
  BootOption{"systemd.clock_usec",                 nullptr,                     needed,         implemented, "The time, before any other clock is known.", set_clock},
  BootOption{"systemd.random_seed",                nullptr,                     needed,         accepted,    "Entropy for the kernel.", check_random_seed},
  BootOption{"systemd.early_core_pattern",         nullptr,                     needed,         accepted,    "Where core files go before there is a handler.", check_core_pattern},
  BootOption{"systemd.log_level",                  "--log-level",               needed,         implemented, "The least important messages that are logged.", set_log_level},
  BootOption{"systemd.log_target",                 "--log-target",              needed,         implemented, "Where the manager logs to.", set_log_target},
  BootOption{"systemd.log_color",                  "--log-color",               may_be_missing, implemented, "Important messages on the console stand out.", set_log_switch<&S::log_color, color>},
  BootOption{"systemd.log_location",               "--log-location",            may_be_missing, accepted,    "Messages on the console tell the place in the source.", set_log_switch<&S::log_location, location>},
  BootOption{"systemd.log_time",                   "--log-time",                may_be_missing, implemented, "Messages on the console tell the time.", set_log_switch<&S::log_time, time_>},
  BootOption{"systemd.log_tid",                    nullptr,                     may_be_missing, accepted,    "Messages on the console tell the thread.", set_log_switch<&S::log_tid, tid>},
  BootOption{"systemd.hostname",                   nullptr,                     needed,         implemented, "The machine's name.", set_host_name},
    // clang-format on
};

bool is_same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x == '-' ? '_' : x) == (y == '-' ? '_' : y); });
}

constexpr std::string_view locale_prefix = "locale.";

/// One word of a command line with its value; nullopt: it has none.
Result<> apply_word(std::string_view key, std::optional<std::string_view> value, Target into) {
  if (key.starts_with(locale_prefix) && value && !value->empty()) {
    const std::string_view name = key.substr(locale_prefix.size());
    if (name == "LANG" || name == "LANGUAGE" || name.starts_with("LC_"))
      into.options.locale.push_back(fmt::format("{}={}", name, *value));
    return {};
  }
  const auto* const row = std::ranges::find_if(rows, [&](const BootOption& r) { return is_same_word(r.word, key); });
  if (row == rows.end() || (row->value == none && value)) return {};
  if (row->value == needed && !value)
    return fail(ErrorCode::bad_message, "Missing argument for {}= kernel command line switch, ignoring.", key);
  if (value && value->empty() && row->apply == set_show_status) return bad_switch("show status switch", "");
  return row->apply(into, value.value_or(""));
}

}  // namespace

std::span<const BootOption> boot_options() {
  return rows;
}

std::vector<std::string> split_command_line(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool any = false;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      any = true;
    } else if (c == ' ' || c == '\n' || c == '\t') {
      if (any || !word.empty()) words.push_back(std::exchange(word, {}));
      any = false;
    } else {
      word += c;
    }
  }
  if (any || !word.empty()) words.push_back(std::move(word));
  return words;
}

void apply_command_line(std::span<const std::string> words, Target into, std::vector<std::string>& complaints) {
  for (const std::string_view word : words) {
    if (word.starts_with("rd.")) continue;
    const size_t equals = word.find('=');
    const auto value = equals == std::string_view::npos ? std::nullopt : std::optional(word.substr(equals + 1));
    if (auto done = apply_word(word.substr(0, equals), value, into); !done) complaints.push_back(done.error().message);
  }
}

void apply_arguments(std::span<const std::string> words, Target into, std::vector<std::string>& complaints,
                     std::vector<std::string>& unknown) {
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (!word.starts_with("--")) continue;  // a word of the command line
    if (word == "--" || word == "--system") continue;
    const size_t equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    const auto* const row =
        std::ranges::find_if(rows, [&](const BootOption& r) { return r.argument && r.argument == key; });
    if (row == rows.end()) {
      unknown.emplace_back(word);
      continue;
    }
    std::string_view value = equals == std::string_view::npos ? "" : word.substr(equals + 1);
    if (row->value == needed && equals == std::string_view::npos && i + 1 < words.size()) value = words[++i];
    if (auto done = row->apply(into, value); !done) complaints.push_back(done.error().message);
  }
}

}  // namespace svcd
