#include "ctl/log_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "ctl/json_text.h"
#include "ctl/time_text.h"

namespace svcd::ctl {
namespace {

constexpr size_t shown_lines = 3;  // of a message, on a terminal without -l

Colour priority_colour(int priority) {
  if (priority <= 3) return Colour::red;
  if (priority == 4) return Colour::yellow;
  if (priority == 5) return Colour::bold;
  return priority == 7 ? Colour::grey : Colour::none;
}

std::string format_local(uint64_t realtime, const char* format) {
  const auto seconds = static_cast<time_t>(realtime / usec_per_sec);
  tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return {};
  char text[64] = "";
  (void)std::strftime(text, sizeof text, format, &local);
  return text;
}

std::string time_text(const LogEntry& e, const std::string& output) {
  const uint64_t usec = e.realtime % usec_per_sec;
  if (output == "short-iso") return format_local(e.realtime, "%Y-%m-%dT%H:%M:%S%z");
  if (output == "short-iso-precise")
    return format_local(e.realtime, "%Y-%m-%dT%H:%M:%S") + fmt::format(".{:06}", usec) + format_local(e.realtime, "%z");
  if (output == "short-precise") return format_local(e.realtime, "%b %d %H:%M:%S") + fmt::format(".{:06}", usec);
  if (output == "short-full") return timestamp_text(e.realtime);
  if (output == "short-unix") return fmt::format("{}.{:06}", e.realtime / usec_per_sec, usec);
  if (output == "short-monotonic")
    return fmt::format("[{:5}.{:06}]", e.monotonic / usec_per_sec, e.monotonic % usec_per_sec);
  return format_local(e.realtime, "%b %d %H:%M:%S");
}

/// Tabs widened, escape sequences of programs dropped: they would colour what comes after.
std::string clean(std::string_view message) {
  std::string text;
  for (size_t i = 0; i < message.size(); ++i) {
    if (message[i] == '\t') {
      text.append(8, ' ');
    } else if (message[i] == '\x1B' && i + 1 < message.size() && message[i + 1] == '[') {
      size_t end = i + 2;
      while (end < message.size() && (message[end] < '@' || message[end] > '~')) ++end;
      i = end;
    } else {
      text += message[i];
    }
  }
  return text;
}

bool is_printable(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (size_t k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    if (lead < 0x20 && lead != '\n' && lead != '\t') return false;
    if (lead == 0x7F || (lead == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0)) return false;
    i += length;
  }
  return true;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  std::vector<std::string_view> lines;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

/// The lines of a message, the later ones below the first.
std::string message_lines(const Terminal& t, std::string_view message, size_t indent, Colour colour, bool& shortened) {
  const std::vector<std::string_view> lines = split_lines(message);
  std::string text;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) text.append(indent, ' ');
    if (t.full_width) {
      text += t.paint(colour, lines[i]) + "\n";
      continue;
    }
    const bool is_cut_off = i + 1 == shown_lines && lines.size() > shown_lines;
    std::string line(lines[i]);
    const size_t room = t.columns > indent + 3 ? t.columns - indent : 3;
    if (is_cut_off)
      line = ellipsize(t, line, room - display_width(t.ellipsis()), 100) + t.ellipsis();
    else if (display_width(line) > room)
      line = ellipsize(t, line, room, 90);
    shortened |= is_cut_off || line.size() != lines[i].size();
    text += t.paint(colour, line) + "\n";
    if (is_cut_off) break;
  }
  return text;
}

std::string verbose_text(const LogEntry& e) {
  std::string text = fmt::format("{}.{:06} {} [{}]\n", format_local(e.realtime, "%a %Y-%m-%d %H:%M:%S"),
                                 e.realtime % usec_per_sec, format_local(e.realtime, "%Z"), e.cursor);
  for (const auto& [name, value] : e.fields) text += fmt::format("    {}={}\n", name, value);
  return text;
}

std::string json_text(const LogEntry& e, bool pretty) {
  auto fields = e.fields;
  fields.emplace_back("__CURSOR", e.cursor);
  fields.emplace_back("__REALTIME_TIMESTAMP", fmt::format("{}", e.received));
  fields.emplace_back("__MONOTONIC_TIMESTAMP", fmt::format("{}", e.monotonic));
  return json_object(fields, pretty);
}

}  // namespace

bool needs_fields(std::string_view output) {
  return output == "verbose" || output == "json" || output == "json-pretty";
}

std::string log_entry_text(const Terminal& t, const LogEntry& e, const LogStyle& style, bool& shortened) {
  if (style.output == "json" || style.output == "json-pretty") return json_text(e, style.output == "json-pretty");
  if (style.output == "verbose") return verbose_text(e);
  if (style.output == "cat") return e.message + "\n";
  std::string head = time_text(e, style.output);
  size_t width = display_width(head);
  if (style.with_unit) {
    const std::string unit =
        e.unit + std::string(style.unit_width - std::min(style.unit_width, display_width(e.unit)), ' ');
    head += " " + t.paint(style.unit_colour, unit);
    width += 1 + display_width(unit);
  } else if (style.output == "with-unit") {
    head += fmt::format(" {} {}", e.host_name, e.unit);
    width += 2 + display_width(e.host_name) + display_width(e.unit);
  } else if (!e.host_name.empty()) {
    head += " " + e.host_name;
    width += 1 + display_width(e.host_name);
  }
  std::string from = " " + (e.identifier.empty() ? std::string("unknown") : e.identifier);
  if (!e.pid.empty()) from += "[" + e.pid + "]";
  head += from + ": ";
  width += display_width(from) + 2;
  if (!style.show_all && !is_printable(clean(e.message)))
    return head + fmt::format("[{} blob data]\n", bytes_text(e.message.size()));
  return head +
         message_lines(t, style.show_all ? e.message : clean(e.message), width, priority_colour(e.priority), shortened);
}

}  // namespace svcd::ctl
