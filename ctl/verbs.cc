#include "ctl/verbs.h"

#include <fmt/format.h>

#include <array>

namespace svcd::ctl {
namespace {

constexpr const char* job_help =
    "Waits until the job is done and says why if it failed.\n"
    "  --no-block   only queue the job\n"
    "  --wait       also wait until the units have stopped again\n"
    "  --job-mode=  replace (default), fail, isolate, ignore-dependencies …; see systemctl(1)\n";
constexpr const char* list_help =
    "  -t TYPE, --state=STATE   only these, e.g. -t service,socket --state=failed; \"help\" lists what there is\n"
    "  -a                       also what is inactive\n"
    "  --no-legend, --plain     for scripts\n"
    "  -o json                  for programs\n";
constexpr const char* file_help =
    "Prints each link that is made or removed, then lets the manager reload.\n"
    "  --now       also start (stop) the units\n"
    "  --runtime   only until the next boot\n"
    "  -f          replace links that are in the way\n"
    "  --no-reload leave the manager alone\n"
    "  --dry-run   only print what would be done\n"
    "  --root=     of the system in that folder\n"
    "  --global    for the managers of all users\n";
constexpr const char* preset_help =
    "Prints each link that is made or removed, then lets the manager reload.\n"
    "  --preset-mode=  only enable-only or disable-only\n"
    "  --runtime       only until the next boot\n"
    "  -f              replace links that are in the way\n"
    "  --no-reload     leave the manager alone\n"
    "  --dry-run       only print what would be done\n"
    "  --root=         of the system in that folder\n"
    "  --global        for the managers of all users\n";

// clang-format off
constexpr std::array verbs{
    //   name                     args    run                     arguments         summary, more
    Verb{"list-units",            0, -1, verb_list_units,         "[PATTERN…]",     "List the units in memory (the verb if none is given)", list_help},
    Verb{"list-unit-files",       0, -1, verb_list_unit_files,    "[PATTERN…]",     "List the unit files that are installed", list_help},
    Verb{"list-sockets",          0, -1, verb_list_sockets,       "[PATTERN…]",     "List the sockets that units listen on, by address", "  -a             also what is inactive\n  --show-types   with the kind of socket\n  -o json        for programs\n"},
    Verb{"list-jobs",             0, -1, verb_list_jobs,          "[PATTERN…]",     "List the jobs that run or wait", "  --after    which jobs wait for each\n  --before   which jobs each waits for\n  -o json    for programs\n"},
    Verb{"list-dependencies",     0, -1, verb_list_dependencies,  "[UNIT…]",        "Show what a unit needs, as a tree",
         "  --reverse          what needs it\n  --after, --before  the order of starting instead\n  -a                 unfold all units, not only targets\n  --plain            a list instead of a tree\n"},
    Verb{"status",                0, -1, verb_status,             "[UNIT…|PID…]",   "Show how units are doing, with the end of their logs",
         "  -n N   that many log lines (default 10)\n  -l     do not shorten lines\n  -a     without units: all loaded ones\n"},
    Verb{"why",                   1, -1, verb_why,                "UNIT…",          "Say why units are not up: the true cause, what led to it, and where it is written",
         "The first line is the cause; below it stands what led to it, each with file and line, then what to do next\nand the last lines of the program's log.\n  -n N      that many log lines (default 10)\n  -o json   for programs\n"},
    Verb{"plan",                  2, -1, verb_plan,               "VERB UNIT…",     "Show what start, stop, restart, isolate, reload … would do, without doing it",
         "Jobs stand in waves: those of a wave can run side by side when the waves before are done. Each says why it is\nthere and where that is written; loops in the order are shown with the job that would be dropped.\nExit code 1 if the request would be refused.\n  --job-mode=  replace (default), fail, ignore-dependencies …; see systemctl(1)\n  -o json      for programs\n"},
    Verb{"show",                  0, -1, verb_show,               "[UNIT…|JOB…]",   "Show properties, for programs",
         "  -p NAME   only these\n  --value   without NAME=\n  -P NAME   both\n  -a        empty ones too\n"},
    Verb{"cat",                   1, -1, verb_cat,                "UNIT…",          "Show the files a unit is made of",
         "  --effective     what they come to: each value with its file and line, then the defaults\n  --root=FOLDER   with --effective: of the system that is installed there\n  -o json         with --effective: for programs\n"},
    Verb{"verify",                1, -1, verb_verify,             "FILE…|UNIT…",    "Check unit files without a manager; exit code 1 if one would not start",
         "Names the file and line of what is wrong, and what was probably meant.\n  --root=FOLDER   of the system that is installed there\n  -q              only errors\n  -o json         for programs\n"},
    Verb{"sim",                   0, -1, verb_sim,                "[OPTION…]",      "Boot unit files in virtual time: schedule, cycles, deadlocks, long stops", "svcctl sim --help lists its options.\n"},
    Verb{"logs",                  1, -1, verb_logs,               "UNIT…",          "Show the log of units, together in order of time",
         "  -f           go on as lines come\n  -n N         the last N lines\n  -e           start the pager at the end\n  -S, --since= from a time on: 10:30, yesterday, -2h, \"2024-07-10 06:22\"\n  -o           short, short-iso, short-precise, cat, json, verbose …\n"},
    Verb{"is-active",             1, -1, verb_is_active,          "UNIT…",          "Say whether units are active; exit code 0 if one is, else 3", "  -q   only the exit code\n"},
    Verb{"is-failed",             1, -1, verb_is_failed,          "UNIT…",          "Say whether units have failed; exit code 0 if one has, else 1", "  -q   only the exit code\n"},
    Verb{"is-enabled",            1, -1, verb_is_enabled,         "UNIT…",          "Say whether units start at boot; exit code 0 if one does, else 1", "  -q   only the exit code\n"},
    Verb{"is-system-running",     0,  0, verb_is_system_running,  "",               "Say how the whole system is doing", "  --wait   first wait until it has booted\n"},
    Verb{"start",                 1, -1, verb_job,                "UNIT…",          "Start units", job_help},
    Verb{"stop",                  1, -1, verb_job,                "UNIT…",          "Stop units", job_help},
    Verb{"restart",               1, -1, verb_job,                "UNIT…",          "Stop and start units, or start them", job_help},
    Verb{"reload",                1, -1, verb_job,                "UNIT…",          "Let services read their own configuration again", job_help},
    Verb{"try-restart",           1, -1, verb_job,                "UNIT…",          "Restart units if they run", job_help},
    Verb{"condrestart",           1, -1, verb_job,                "UNIT…",          "The same as try-restart", job_help},
    Verb{"reload-or-restart",     1, -1, verb_job,                "UNIT…",          "Reload units where they can, else restart them", job_help},
    Verb{"try-reload-or-restart", 1, -1, verb_job,                "UNIT…",          "The same, if they run", job_help},
    Verb{"isolate",               1,  1, verb_isolate,            "UNIT",           "Start one unit and stop all others", job_help},
    Verb{"kill",                  1, -1, verb_kill,               "UNIT…",          "Send a signal to the processes of units",
         "  -s SIGNAL             TERM if not given\n  --kill-whom=WHOM      all (default), main or control\n"},
    Verb{"reset-failed",          0, -1, verb_reset_failed,       "[UNIT…]",        "Forget that units have failed", ""},
    Verb{"cancel",                0, -1, verb_cancel,             "[JOB…]",         "Cancel jobs, or all of them", ""},
    Verb{"enable",                1, -1, verb_enable,             "UNIT…",          "Start units at boot", file_help},
    Verb{"disable",               1, -1, verb_enable,             "UNIT…",          "Do not start units at boot", file_help},
    Verb{"reenable",              1, -1, verb_enable,             "UNIT…",          "Disable, then enable units", file_help},
    Verb{"preset",                1, -1, verb_enable,             "UNIT…",          "Enable or disable units as the distribution suggests", preset_help},
    Verb{"preset-all",            0,  0, verb_preset_all,         "",               "Enable or disable all units as the distribution suggests", preset_help},
    Verb{"mask",                  1, -1, verb_mask,               "UNIT…",          "Make it impossible to start units", file_help},
    Verb{"unmask",                1, -1, verb_mask,               "UNIT…",          "Undo mask", file_help},
    Verb{"link",                  1, -1, verb_enable,             "PATH…",          "Make unit files known that lie outside of the search path", file_help},
    Verb{"revert",                1, -1, verb_revert,             "UNIT…",          "Take away drop-ins, masks and files that stand before the vendor's", file_help},
    Verb{"add-wants",             2, -1, verb_add_dependency,     "TARGET UNIT…",   "Let a target want units", file_help},
    Verb{"add-requires",          2, -1, verb_add_dependency,     "TARGET UNIT…",   "Let a target require units", file_help},
    Verb{"edit",                  1, -1, verb_edit,               "UNIT…",          "Edit drop-ins of units with $SYSTEMD_EDITOR, $EDITOR or $VISUAL",
         "  --full       the whole unit file, in a copy that stands before the vendor's\n  --runtime    only until the next boot\n  -f           also for units that there are not\n  --no-reload  leave the manager alone\n"},
    Verb{"get-default",           0,  0, verb_get_default,        "",               "Print the target that the system boots into", ""},
    Verb{"set-default",           1,  1, verb_set_default,        "TARGET",         "Set the target that the system boots into", ""},
    Verb{"daemon-reload",         0,  0, verb_daemon_reload,      "",               "Let the manager read all unit files again", ""},
    Verb{"show-environment",      0,  0, verb_show_environment,   "",               "Print the environment that processes get", ""},
    Verb{"set-environment",       1, -1, verb_set_environment,    "NAME=VALUE…",    "Set variables of it", ""},
    Verb{"unset-environment",     1, -1, verb_set_environment,    "NAME…",          "Remove what was set", ""},
    Verb{"import-environment",    0, -1, verb_import_environment, "[NAME…]",        "Set variables to what they are here", ""},
    Verb{"poweroff",              0,  0, verb_shut_down,          "",               "Stop everything and switch off", "  -f   at once, without stopping units\n"},
    Verb{"reboot",                0,  0, verb_shut_down,          "",               "Stop everything and boot again", "  -f   at once, without stopping units\n"},
    Verb{"halt",                  0,  0, verb_shut_down,          "",               "Stop everything and halt", "  -f   at once, without stopping units\n"},
    Verb{"exit",                  0,  1, verb_shut_down,          "[CODE]",         "Stop everything and leave the container with an exit code", ""},
};
// clang-format on

}  // namespace

const Verb* find_verb(std::string_view name) {
  for (const Verb& verb : verbs)
    if (name == verb.name) return &verb;
  return nullptr;
}

std::string general_help() {
  std::string text =
      "svcctl [OPTION…] VERB [UNIT…]\n\n"
      "Looks at and controls svcd, the service manager (and any other that speaks systemd's D-Bus API).\n"
      "A UNIT is the name of a service (\"apache2\") or of another unit (\"dbus.socket\"); where several are\n"
      "taken, patterns like \"php*\" work too.\n\n";
  for (const Verb& verb : verbs) {
    const std::string usage = fmt::format("{} {}", verb.name, verb.arguments);
    text += fmt::format("  {:<34}{}\n", usage, verb.summary);
  }
  text +=
      "\nsvcctl VERB --help says more about one of them. For all of them:\n"
      "  --no-pager      write straight to the terminal\n"
      "  -l              do not shorten lines\n"
      "  -q              only what matters\n"
      "  --version       which svcctl this is\n";
  return text;
}

std::string verb_help(const Verb& verb) {
  std::string text = fmt::format("svcctl {} {}\n\n{}.\n", verb.name, verb.arguments, verb.summary);
  if (*verb.more != 0) text += fmt::format("\n{}", verb.more);
  return text;
}

}  // namespace svcd::ctl
