#include "libunit/calendar.h"

#include <algorithm>

#include "libunit/civil_day.h"

namespace svcd {
namespace {

using Part = CalendarSpec::Part;
using Parts = CalendarSpec::Parts;

constexpr int64_t second = 1000000;
constexpr size_t parts_max = 240;  // as systemd 252: more is no calendar but an attack

struct DayName {
  std::string_view name, shown;  // the first that a text starts with counts
  int day;
};
constexpr DayName day_names[] = {
    // clang-format off
  {"Monday", "Mon", 0}, {"Mon", "Mon", 0}, {"Tuesday", "Tue", 1}, {"Tue", "Tue", 1}, {"Wednesday", "Wed", 2},
  {"Wed", "Wed", 2}, {"Thursday", "Thu", 3}, {"Thu", "Thu", 3}, {"Friday", "Fri", 4}, {"Fri", "Fri", 4},
  {"Saturday", "Sat", 5}, {"Sat", "Sat", 5}, {"Sunday", "Sun", 6}, {"Sun", "Sun", 6},
    // clang-format on
};
struct Shortcut {
  std::string_view name, meaning;
};
constexpr Shortcut shortcuts[] = {
    // clang-format off
  {"minutely", "*-*-* *:*:00"}, {"hourly", "*-*-* *:00:00"}, {"daily", "*-*-* 00:00:00"},
  {"weekly", "Mon *-*-* 00:00:00"}, {"monthly", "*-*-01 00:00:00"}, {"quarterly", "*-01,04,07,10-01 00:00:00"},
  {"biannually", "*-01,07-01 00:00:00"}, {"bi-annually", "*-01,07-01 00:00:00"},
  {"semiannually", "*-01,07-01 00:00:00"}, {"semi-annually", "*-01,07-01 00:00:00"},
  {"yearly", "*-01-01 00:00:00"}, {"annually", "*-01-01 00:00:00"}, {"anually", "*-01-01 00:00:00"},
    // clang-format on
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}
bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes an expression apart from left to right. Each function takes off what it knows, and says whether that was
/// right.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  bool at_end() const { return rest_.empty(); }
  bool sees(std::string_view text) const { return rest_.starts_with(text); }
  bool take(std::string_view text) {
    if (!sees(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  void skip_blanks() {
    while (take(" ")) {
    }
  }

  /// "Mon..Wed,Fri"; nothing at all is fine.
  bool weekdays(uint8_t& into) {
    for (int from = -1; !at_end();) {
      const int day = weekday();
      if (day < 0) return from < 0 && into == 0;
      if (from >= 0 && day < from) return false;
      for (int d = from < 0 ? day : from; d <= day; ++d) into = uint8_t(into | 1 << d);
      const bool ends_range = from >= 0;
      from = -1;
      if (at_end()) return true;
      if (sees(" ")) return skip_blanks(), true;
      if (take(",")) {
        if (sees(" ")) return skip_blanks(), true;
      } else if (!ends_range && (take("..") || take("-"))) {
        from = day;
        if (at_end()) return false;
      } else {
        return false;
      }
    }
    return true;
  }

  /// "*", or a list of ranges and steps. `factor` 1000000: figures may have a fraction.
  bool parts(Parts& into, int64_t factor) {
    into.clear();
    if (take("*")) {
      if (factor != 1) into = {{0, -1, factor}};  // whole seconds
      return true;
    }
    do {
      Part part;
      if (!number(part.start, factor)) return false;
      if (take("..")) {
        if (!number(part.stop, factor)) return false;
      }
      if (take("/")) {
        if (!number(part.repeat, factor) || part.repeat == 0) return false;
      } else if (part.stop >= 0) {
        part.repeat = factor;
        if (factor != 1 && part.start + part.repeat > part.stop) return false;
      }
      into.push_back(part);
    } while (into.size() <= parts_max && take(","));
    return into.size() <= parts_max && (at_end() || sees(" ") || sees("-") || sees("~") || sees(":"));
  }

  /// "@1500000000", seconds since 1970.
  bool unix_time(CalendarSpec& into) {
    skip_blanks();
    const bool negative = take("-");
    int64_t seconds = 0;
    if (!number(seconds, 1) || (negative && seconds != 0) || (!at_end() && !sees(" "))) return false;
    const CivilTime time = civil_time_utc(uint64_t(seconds) * uint64_t(second));
    into.year = {{time.year}};
    into.month = {{time.month}};
    into.day = {{time.day}};
    into.hour = {{time.hour}};
    into.minute = {{time.minute}};
    into.microsecond = {{time.microsecond}};
    into.utc = true;
    return true;
  }

  /// "2020-02-01", "02-01", "02~01"; nothing if a time of day stands there.
  bool date(CalendarSpec& into) {
    const std::string_view begin = rest_;
    Parts first, second_part;
    if (!parts(first, 1)) return false;
    if (sees(":")) return rest_ = begin, true;
    into.end_of_month = sees("~");
    if (!take("-") && !take("~")) return false;
    if (!parts(second_part, 1)) return false;
    if (at_end() || sees(" ")) {
      into.month = std::move(first);
      into.day = std::move(second_part);
      return skip_blanks(), true;
    }
    if (into.end_of_month) return false;  // only before the day
    into.end_of_month = sees("~");
    if (!take("-") && !take("~")) return false;
    into.year = std::move(first);
    into.month = std::move(second_part);
    if (!parts(into.day, 1) || !(at_end() || sees(" "))) return false;
    return skip_blanks(), true;
  }

  /// "10:00", "10:00:30.5"; midnight if there is none.
  bool time(CalendarSpec& into) {
    if (at_end()) {
      into.hour = into.minute = into.microsecond = {{0}};
      return true;
    }
    into.microsecond = {{0}};
    if (!parts(into.hour, 1) || !take(":") || !parts(into.minute, 1)) return false;
    if (at_end()) return true;
    return take(":") && parts(into.microsecond, second) && at_end();
  }

 private:
  int weekday() {
    for (const DayName& known : day_names) {
      if (rest_.size() < known.name.size() || !same_letters(rest_.substr(0, known.name.size()), known.name)) continue;
      rest_.remove_prefix(known.name.size());
      return known.day;
    }
    return -1;
  }

  /// Digits, with `factor` also ".digits": six count, the seventh rounds.
  bool number(int64_t& into, int64_t factor) {
    if (at_end() || !is_digit(rest_.front())) return false;
    into = 0;
    for (; !at_end() && is_digit(rest_.front()); rest_.remove_prefix(1))
      if (into = into * 10 + (rest_.front() - '0'); into > INT32_MAX * int64_t{8}) return false;
    into *= factor;
    if (factor == 1 || !sees(".") || sees("..")) return true;
    rest_.remove_prefix(1);
    if (at_end() || !is_digit(rest_.front())) return false;
    for (int64_t worth = factor / 10; !at_end() && is_digit(rest_.front()); rest_.remove_prefix(1), worth /= 10) {
      const int64_t digit = rest_.front() - '0';
      into += worth > 0 ? digit * worth : 0;
      if (worth == 0 && !rounded_ && digit >= 5) ++into;
      if (worth == 0) rounded_ = true;
    }
    rounded_ = false;
    return true;
  }

  std::string_view rest_;
  bool rounded_ = false;
};

int64_t full_year(int64_t year) {
  return year >= 100 || year < 0 ? year : year + (year < 70 ? 2000 : 1900);
}

void normalise(Parts& parts) {
  for (Part& part : parts) {
    if (part.stop > part.start && part.repeat > 0) part.stop -= (part.stop - part.start) % part.repeat;
    if (part.stop == part.start) part.stop = -1, part.repeat = 0;
  }
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
}

/// Days that count from the end: 252 takes three less for each one of the list.
bool is_valid(const Parts& parts, int64_t from, int64_t to, bool backwards = false) {
  return std::all_of(parts.begin(), parts.end(), [&](const Part& part) {
    if (backwards) to -= 3;
    if (part.start < from || part.start > to) return false;
    if (part.stop >= 0) return part.stop >= part.start && part.stop <= to;
    // a step that leads nowhere is a mistake
    return backwards ? part.repeat == 0 || part.start - part.repeat >= from : part.start + part.repeat <= to;
  });
}

/// Takes " UTC" or the name of a time zone off the end.
void take_zone(std::string_view& text, CalendarSpec& into, const ZoneNames& zones) {
  const size_t blank = text.rfind(' ');
  if (blank == text.npos) return;
  const std::string_view name = text.substr(blank + 1);
  if (same_letters(name, "UTC")) {
    into.utc = true;
  } else if (const auto own = zones.own_names(); name == own[0] || name == own[1]) {
    into.dst = name == own[0] ? 0 : 1;
    into.own_zone = name;
  } else if (!name.empty() && zones.is_zone(name)) {
    into.zone = name;
  } else {
    return;
  }
  text = text.substr(0, blank);
}

void append_parts(std::string& out, const Parts& parts, int64_t factor) {
  if (parts.empty()) return void(out += '*');
  if (factor != 1 && parts.size() == 1 && parts[0] == Part{0, -1, factor}) return void(out += '*');
  const auto figure = [&](int64_t value) {
    out += fmt::format("{:02}", value / factor);
    if (value % factor != 0) out += fmt::format(".{:06}", value % factor);
  };
  const auto step = [&](int64_t value) {
    out += fmt::format("/{}", value / factor);
    if (value % factor != 0) out += fmt::format(".{:06}", value % factor);
  };
  for (const Part& part : parts) {
    if (&part != &parts.front()) out += ',';
    figure(part.start);
    if (part.stop >= 0) out += "..", figure(part.stop);
    if (part.repeat > 0 && !(part.stop >= 0 && part.repeat == factor)) step(part.repeat);
  }
}

/// "Mon..Wed,Fri "; ranges from three days on.
void append_weekdays(std::string& out, uint8_t weekdays) {
  const auto has = [&](int day) { return day < 7 && (weekdays >> day & 1) != 0; };
  for (int day = 0; day < 7; ++day) {
    if (!has(day)) continue;
    int last = day;
    while (has(last + 1)) ++last;
    if (!out.empty()) out += ',';
    out += day_names[2 * day].shown;
    if (last >= day + 2) {
      out += "..";
      out += day_names[2 * last].shown;
      day = last;
    }
  }
  if (!out.empty()) out += ' ';
}

}  // namespace

Result<CalendarSpec> CalendarSpec::parse(std::string_view given, const ZoneNames& zones) {
  CalendarSpec spec;
  std::string_view text = given;
  take_zone(text, spec, zones);
  const auto* shortcut = std::find_if(std::begin(shortcuts), std::end(shortcuts),
                                      [&](const Shortcut& s) { return same_letters(s.name, text); });
  if (shortcut != std::end(shortcuts)) text = shortcut->meaning;
  Reader reader(text);
  const auto read = [&] {
    if (!reader.weekdays(spec.weekdays)) return false;
    if (reader.take("@")) {
      spec.zone.clear();
      return reader.unix_time(spec) && reader.at_end();
    }
    return (reader.at_end() || reader.date(spec)) && reader.time(spec);
  };
  if (text.empty() || !read())
    return fail(ErrorCode::bad_message, "Failed to parse calendar specification '{}'", given);
  if (spec.weekdays == 0x7f) spec.weekdays = 0;
  if (spec.day.empty()) spec.end_of_month = false;
  for (Part& part : spec.year) part.start = full_year(part.start), part.stop = full_year(part.stop);
  for (Parts* parts : {&spec.year, &spec.month, &spec.day, &spec.hour, &spec.minute, &spec.microsecond})
    normalise(*parts);
  if (!is_valid(spec.year, 1970, 2199) || !is_valid(spec.month, 1, 12) ||
      !is_valid(spec.day, 1, 31, spec.end_of_month) || !is_valid(spec.hour, 0, 23) || !is_valid(spec.minute, 0, 59) ||
      !is_valid(spec.microsecond, 0, 60 * second - 1))
    return fail(ErrorCode::bad_message, "Failed to parse calendar specification '{}'", given);
  return spec;
}

std::string to_string(const CalendarSpec& spec) {
  std::string out;
  append_weekdays(out, spec.weekdays);
  append_parts(out, spec.year, 1);
  out += '-';
  append_parts(out, spec.month, 1);
  out += spec.end_of_month ? '~' : '-';
  append_parts(out, spec.day, 1);
  out += ' ';
  append_parts(out, spec.hour, 1);
  out += ':';
  append_parts(out, spec.minute, 1);
  out += ':';
  append_parts(out, spec.microsecond, second);
  if (spec.utc)
    out += " UTC";
  else if (spec.dst >= 0)
    out += " " + spec.own_zone;
  else if (!spec.zone.empty())
    out += " " + spec.zone;
  return out;
}

}  // namespace svcd
