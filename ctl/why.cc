// why: the chain of causes that a unit's state has, and the log that goes with it.
#include <fmt/format.h>

#include <algorithm>

#include "ctl/explanation.h"
#include "ctl/journal.h"
#include "ctl/json_text.h"
#include "ctl/time_text.h"
#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

using client::Explanation;
using client::Properties;

/// "RequiresMountsFor=/var/www (/etc/systemd/system/a.service:3)"; empty: no file says so.
std::string line_of_file(const Properties& link) {
  if (link.text("File").empty() || link.text("Directive").empty()) return "";
  return fmt::format("{}={} ({}:{})", link.text("Directive"), link.text("Value"), link.text("File"),
                     link.number("Line"));
}

std::string shown_state(const Properties& unit) {
  return fmt::format("{} is {} ({}).", unit.text("Id"), unit.text("ActiveState"), unit.text("SubState"));
}

/// As that of status.
constexpr int code_no_such_unit = 4;

bool is_missing(Context& context, const std::string& unit) {
  return context.manager().unit_properties(unit).text("LoadState") == "not-found";
}

int print_why(Context& context, const std::string& unit, bool& first) {
  const std::optional<Explanation> made = context.manager().explain(unit);
  if (!made) {
    context.complain("This manager is not svcd, and does not tell why.");
    return 1;
  }
  if (!first) context.print("\n");
  first = false;
  if (made->sentence.empty()) {
    context.print(shown_state(context.manager().unit_properties(unit)) + "\n");
    return 0;
  }
  const std::vector<LogEntry> words = last_words(context, *made);
  context.print(first_line(*made, words) + "\n" + chain_text(*made));
  if (!made->next_step.empty()) context.print(fmt::format("\nNext: {}\n", made->next_step));
  bool shortened = false;
  if (!words.empty()) context.print("\n");
  for (const LogEntry& entry : words) context.print(log_entry_text(context.terminal, entry, {}, shortened));
  return is_missing(context, unit) ? code_no_such_unit : 0;
}

/// For programs: the keys of the bus, and the log.
Properties dictionary_of(Context& context, const std::string& unit, const Explanation& made) {
  const std::vector<LogEntry> words = last_words(context, made);
  std::vector<client::Value> chain;
  for (const Properties& link : made.chain) chain.push_back(client::Value::dictionary(link.entries()));
  std::vector<std::string> lines;
  lines.reserve(words.size());
  for (const LogEntry& entry : words) lines.push_back(entry.message);
  Properties all;
  all.set("Unit", client::Value::of(unit));
  all.set("FirstLine", client::Value::of(first_line(made, words)));
  all.set("Failure", client::Value::of(made.is_failure));
  all.set("Sentence", client::Value::of(made.sentence));
  all.set("NextStep", client::Value::of(made.next_step));
  all.set("LogUnit", client::Value::of(made.log_unit));
  all.set("InvocationID", client::Value::of(made.invocation));
  all.set("Chain", client::Value::array("a{sv}", std::move(chain)));
  all.set("Log", client::Value::of(lines));
  return all;
}

}  // namespace

std::vector<LogEntry> last_words(Context& context, const Explanation& why, bool just_now) {
  std::vector<LogEntry> words;
  if (why.log_unit.empty()) return words;
  const Properties unit = context.manager().unit_properties(why.log_unit);
  // a service that waits for its restart is no longer inactive: its run began before
  const uint64_t began = unit.number("ExecMainStartTimestampMonotonic");
  uint64_t not_before = unit.number("InactiveExitTimestampMonotonic");
  if (began != 0) not_before = std::min(not_before, began);
  if (not_before == 0) return words;
  const size_t wanted = context.options.lines_given ? static_cast<size_t>(context.options.lines) : 10;
  for (int tries = just_now ? 4 : 1; tries > 0 && words.empty(); --tries) {
    Journal journal;
    if (!journal) return words;
    journal.only_this_boot();
    journal.only_units({why.log_unit});
    journal.seek_tail();
    LogEntry entry;
    for (bool at_entry = journal.previous(1); at_entry && words.size() < wanted; at_entry = journal.previous(1)) {
      if (!journal.read(entry, false)) continue;
      if (entry.monotonic < not_before) break;
      if (entry.pid != "1" && !entry.message.empty()) words.push_back(entry);
    }
    if (words.empty() && tries > 1) journal.wait_for(100'000);
  }
  std::reverse(words.begin(), words.end());
  return words;
}

std::string with_full_stop(std::string sentence) {
  if (!sentence.ends_with('.')) sentence += '.';
  return sentence;
}

std::string first_line(const Explanation& why, const std::vector<LogEntry>& words) {
  if (why.sentence.empty()) return "";
  if (words.empty()) return with_full_stop(why.sentence);
  const auto begins_a_line = [](const LogEntry& entry) { return entry.message[0] != ' ' && entry.message[0] != '\t'; };
  const auto last = std::find_if(words.rbegin(), words.rend(), begins_a_line);  // not what only continues it
  return fmt::format("{}: {}", why.sentence, (last == words.rend() ? words.back() : *last).message);
}

std::string first_line_of(Context& context, const std::string& unit, bool just_now) {
  try {
    const std::optional<Explanation> made = context.manager().explain(unit);
    if (!made || !made->is_failure) return "";
    return first_line(*made, last_words(context, *made, just_now));
  } catch (const sdbus::Error&) {  // the unit may be gone: then there is no more to say
    return "";
  }
}

std::string chain_text(const Explanation& why) {
  std::string text;
  for (const Properties& link : why.chain) {
    text += fmt::format("  {}\n", link.text("Text"));
    if (const std::string line = line_of_file(link); !line.empty()) text += fmt::format("      {}\n", line);
    if (const uint64_t when = link.number("Timestamp"); when != 0)
      text += fmt::format("      {}\n", timestamp_text(when));
    if (const uint64_t left_out = link.number("LeftOut"); left_out != 0)
      text += fmt::format("  … {} more in between\n", left_out);
  }
  return text;
}

int verb_why(Context& context) {
  const bool is_json = context.options.output.starts_with("json");
  int code = 0;
  bool first = true;
  std::vector<Properties> all;
  for (const std::string& unit : unit_arguments(context, context.options.arguments)) {
    try {
      if (!is_json) {
        code = std::max(code, print_why(context, unit, first));
        continue;
      }
      if (const std::optional<Explanation> made = context.manager().explain(unit))
        all.push_back(dictionary_of(context, unit, *made));
      if (is_missing(context, unit)) code = std::max(code, code_no_such_unit);
    } catch (const sdbus::Error& error) {
      context.complain(fmt::format("Failed to explain {}: {}", unit, message_of(error)));
      code = 1;
    }
  }
  if (is_json) {
    context.print(json_dictionaries(all, context.options.output == "json-pretty"));
  }
  return code;
}

}  // namespace svcd::ctl
