// Verbs that change the manager or send signals: daemon-reload, kill, reset-failed, cancel, poweroff and the like.
#include <fmt/format.h>

#include <charconv>

#include "ctl/names.h"
#include "ctl/unit_files.h"
#include "ctl/verbs.h"
#include "libunit/codecs.h"

namespace svcd::ctl {
namespace {

int fail_with(const Context& context, std::string text, const sdbus::Error& error) {
  context.complain(fmt::format("{}: {}{}", text, message_of(error),
                               is_refusal(error) ? ". Only root may do that: try it with sudo." : ""));
  return 1;
}

int list_signals(const Context& context) {
  std::string text;
  for (int n = 1; n < 32; ++n) text += fmt::format("{:<6} SIG{}\n", n, signal_text(n));
  context.print(text);
  return 0;
}

template <class Integer>
bool parse_number(const std::string& text, Integer& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

int verb_daemon_reload(Context& context) {
  try {
    context.manager().reload();
  } catch (const sdbus::Error& error) {
    return fail_with(context, "Reload daemon failed", error);
  }
  return 0;
}

int verb_kill(Context& context) {
  const Options& o = context.options;
  if (o.signal == "help" || o.signal == "list") return list_signals(context);
  int signal = 0;
  if (!parse_signal(o.signal, signal)) {
    context.complain(fmt::format("There is no signal \"{}\"; 'svcctl kill -s list' lists them.", o.signal));
    return 1;
  }
  int code = 0;
  for (const std::string& unit : unit_arguments(context, o.arguments)) {
    try {
      context.manager().kill_unit(unit, o.whom, signal);
    } catch (const sdbus::Error& error) {
      code = fail_with(context, fmt::format("Failed to kill unit {}", unit), error);
    }
  }
  return code;
}

int verb_reset_failed(Context& context) {
  if (context.options.arguments.empty()) {
    try {
      context.manager().reset_failed();
    } catch (const sdbus::Error& error) {
      return fail_with(context, "Failed to reset failed states", error);
    }
    return 0;
  }
  int code = 0;
  for (const std::string& unit : unit_arguments(context, context.options.arguments)) {
    try {
      context.manager().reset_failed(unit);
    } catch (const sdbus::Error& error) {
      code = fail_with(context, fmt::format("Failed to reset failed state of unit {}", unit), error);
    }
  }
  return code;
}

int verb_cancel(Context& context) {
  if (context.options.arguments.empty()) {
    context.manager().clear_jobs();
    return 0;
  }
  int code = 0;
  for (const std::string& text : context.options.arguments) {
    uint32_t id = 0;
    if (!parse_number(text, id)) {
      context.complain(fmt::format("'{}' is not the number of a job; 'svcctl list-jobs' shows them.", text));
      code = 1;
      continue;
    }
    try {
      context.manager().cancel_job(id);
    } catch (const sdbus::Error& error) {
      code = fail_with(context, fmt::format("Failed to cancel job {}", id), error);
    }
  }
  return code;
}

int verb_shut_down(Context& context) {
  const Options& o = context.options;
  const std::string& verb = o.verb;
  if (verb == "exit" && !o.arguments.empty()) {
    uint8_t code = 0;
    if (!parse_number(o.arguments[0], code)) {
      context.complain(fmt::format("'{}' is not an exit code: it has to be between 0 and 255.", o.arguments[0]));
      return 1;
    }
    context.manager().set_exit_code(code);
  }
  if (o.force) {
    const char* method = verb == "poweroff" ? "PowerOff"
                         : verb == "reboot" ? "Reboot"
                         : verb == "halt"   ? "Halt"
                                            : "Exit";
    try {
      context.manager().simple(method);
    } catch (const sdbus::Error& error) {
      // The manager may be gone before it could answer: that is what was asked for.
      if (!ends_with(error.getName(), ".NoReply") && !ends_with(error.getName(), ".Disconnected"))
        return fail_with(context, fmt::format("Failed to {}", verb), error);
    }
    return 0;
  }
  const std::string target = verb + ".target";
  try {
    (void)context.manager().queue_job("StartUnit", target, "replace-irreversibly");
  } catch (const sdbus::Error& error) {
    return fail_with(context, fmt::format("Failed to start {}", target), error);
  }
  return 0;
}

}  // namespace svcd::ctl
