// logs: the journal of one or several units, in order of time.
#include <fmt/format.h>

#include <cstdio>

#include "ctl/journal.h"
#include "ctl/moment.h"
#include "ctl/time_text.h"
#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

constexpr Colour palette[] = {Colour::cyan, Colour::green, Colour::magenta, Colour::yellow, Colour::blue, Colour::red};

/// Prints entries; with several units, each in the colour of its unit.
class LogPrinter {
 public:
  LogPrinter(Context& context, const std::vector<std::string>& units) : context_(context), units_(units) {
    style_.output = context.options.output;
    style_.show_all = context.options.all;
    style_.with_unit = units.size() > 1 && style_.output.rfind("short", 0) == 0;
    for (const std::string& unit : units) style_.unit_width = std::max(style_.unit_width, unit.size());
  }

  void print(const Journal& journal) {
    LogEntry entry;
    if (!journal.read(entry, needs_fields(style_.output))) return;
    for (size_t i = 0; i < units_.size(); ++i)
      if (entry.unit == units_[i]) style_.unit_colour = palette[i % std::size(palette)];
    bool shortened = false;
    context_.print(log_entry_text(context_.terminal, entry, style_, shortened));
    ++count_;
  }
  bool printed_anything() const { return count_ > 0; }

 private:
  Context& context_;
  const std::vector<std::string>& units_;
  LogStyle style_;
  size_t count_ = 0;
};

/// Globs are for the manager to resolve; without one the names have to do.
std::vector<std::string> log_units(Context& context) {
  std::vector<std::string> names;
  for (const std::string& typed : context.options.arguments) {
    if (!is_glob(typed)) {
      names.push_back(mangle(context, typed));
      continue;
    }
    for (std::string& unit : unit_arguments(context, {typed})) names.push_back(std::move(unit));
  }
  return names;
}

}  // namespace

int verb_logs(Context& context) {
  const Options& o = context.options;
  uint64_t since = 0;
  if (!o.since.empty() && !parse_moment(o.since, now_realtime(), since)) {
    context.complain(
        fmt::format("'{}' is no point in time. Examples: 10:30, yesterday, -2h, \"2024-07-10 06:22\".", o.since));
    return 1;
  }
  const std::vector<std::string> units = log_units(context);
  if (units.empty()) {
    context.complain("No unit matches. 'svcctl list-units --all' lists them.");
    return 1;
  }
  Journal journal;
  if (!journal || journal.is_incomplete()) {
    context.complain(
        "No journal can be read here: is systemd-journald running, and may you read its files (group "
        "systemd-journal)?");
    if (!journal) return 1;
  }
  journal.only_units(units);
  uint64_t lines = o.lines_given ? static_cast<uint64_t>(o.lines) : o.follow ? 10 : o.pager_end ? 1000 : UINT64_MAX;
  if (since != 0 && !o.lines_given) lines = UINT64_MAX;
  bool at_entry = false;
  if (lines == UINT64_MAX) {
    since != 0 ? journal.seek_time(since) : journal.seek_head();
    at_entry = journal.next();
  } else {
    journal.seek_tail();
    at_entry = lines > 0 && journal.previous(lines);
  }
  if (!o.follow) context.start_pager(o.pager_end);
  LogPrinter printer(context, units);
  for (; at_entry; at_entry = journal.next()) printer.print(journal);
  if (!o.follow) {
    if (!printer.printed_anything() && !o.quiet) context.print("-- No entries --\n");
    return 0;
  }
  for (;;) {
    if (std::fflush(stdout) != 0) return 0;  // nobody reads any more
    journal.wait();
    while (journal.next()) printer.print(journal);
  }
}

}  // namespace svcd::ctl
