#include "libunit/codec_resources.h"

#include <algorithm>

#include "libunit/command_line.h"
#include "libunit/path_check.h"
#include "libunit/settings.h"

namespace svcd {
namespace {

constexpr uint64_t page = 4096;
constexpr std::string_view controllers[] = {"cpu", "cpuset", "io", "memory", "pids"};
constexpr std::string_view known_controllers[] = {"cpu",    "cpuacct", "cpuset", "io",           "blkio",
                                                  "memory", "devices", "pids",   "bpf-firewall", "bpf-devices"};

uint64_t share(uint64_t whole, const ScaledLimit& limit) {
  if (whole == 0) return UINT64_MAX;
  return whole / limit.scale * limit.value +
         whole % limit.scale * limit.value / limit.scale;  // cannot overflow: <= whole
}

Result<> parse_weight(std::string_view text, uint64_t lowest, uint64_t highest, std::string_view what, uint64_t& into) {
  if (text.empty()) return into = UINT64_MAX, Result<>{};
  uint64_t value = 0;
  if (!parse_unsigned(text, value) || value < lowest || value > highest)
    return fail(ErrorCode::bad_message, "Invalid {}, ignoring: {}", what, text);
  into = value;
  return {};
}

/// Settings of the past that cgroup v1 had still say what to use today.
void warn_old(LoadContext& context, std::string_view instead) {
  context.warn(fmt::format("Unit uses {}=; please use {} instead. Support for {}= will be removed soon.", context.key,
                           instead, context.key));
}

}  // namespace

uint64_t resolve_memory(const ScaledLimit& limit, const ManagerDefaults& defaults) {
  if (limit.scale == 0) return limit.value;
  const uint64_t pages = share(defaults.physical_memory / page, limit);
  return pages == UINT64_MAX ? pages : pages * page;
}

uint64_t resolve_tasks(const ScaledLimit& limit, const ManagerDefaults& defaults) {
  return limit.scale == 0 ? limit.value : share(defaults.system_tasks_max, limit);
}

namespace codec {

Result<> parse_slice(std::string_view text, std::string& into, LoadContext& context) {
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  auto name = UnitName::parse(expanded);
  if (!name)
    return fail(ErrorCode::bad_message, "Failed to load slice unit {}, ignoring: {}", expanded, name.error().message);
  if (name->type() != UnitType::slice)
    return fail(ErrorCode::bad_message, "Failed to assign slice {} to unit {}, ignoring: Invalid argument", expanded,
                context.unit != nullptr ? context.unit->str() : "");
  into = std::move(expanded);
  return {};
}

/// A set of controllers is shown in the kernel's order.
void sort_controllers(std::vector<std::string>& names) {
  std::ranges::sort(names, {}, [](const std::string& name) { return std::ranges::find(known_controllers, name); });
}

Result<> parse_delegate(std::string_view text, ResourceSection& into, LoadContext& context) {
  bool yes = false;
  if (text.empty()) {  // delegated, but without any controller
    into.delegate = true;
    into.delegate_controllers.clear();
  } else if (parse_boolean(text, yes)) {
    into.delegate = yes;
    into.delegate_controllers.clear();
    if (yes) into.delegate_controllers.assign(std::begin(controllers), std::end(controllers));
  } else {
    into.delegate = true;
    for (const std::string& word : split_words(text, word_unquote).value_or(std::vector<std::string>{})) {
      if (std::ranges::find(known_controllers, word) == std::end(known_controllers)) {
        context.warn(fmt::format("Invalid controller name '{}', ignoring", word));
      } else if (std::ranges::find(into.delegate_controllers, word) == into.delegate_controllers.end()) {
        into.delegate_controllers.push_back(word);
      }
    }
    sort_controllers(into.delegate_controllers);
  }
  return {};
}

Result<> CpuWeight::parse(std::string_view text, uint64_t& into, LoadContext&) {
  if (text == "idle") return into = 0, Result<>{};
  return parse_weight(text, 1, 10000, "CPU weight", into);
}

Result<> IoWeight::parse(std::string_view text, uint64_t& into, LoadContext&) {
  return parse_weight(text, 1, 10000, "weight", into);
}

Result<> CpuShares::parse(std::string_view text, uint64_t& into, LoadContext& context) {
  const bool is_of_startup = std::string_view(context.key).starts_with("Startup");
  warn_old(context, fmt::format("{}=", is_of_startup ? key_of<&ResourceSection::startup_cpu_weight>()
                                                     : key_of<&ResourceSection::cpu_weight>()));
  return parse_weight(text, 2, 262144, "CPU shares", into);
}

Result<> BlockIoWeight::parse(std::string_view text, uint64_t& into, LoadContext&) {
  return parse_weight(text, 10, 1000, "block IO weight", into);
}

Result<> CpuQuota::parse(std::string_view text, Duration& into, LoadContext&) {
  uint64_t parts = 0;
  if (text.empty()) return into = infinity, Result<>{};
  if (!parse_permyriad(text, parts) || parts == 0 || parts > UINT32_MAX)
    return fail(ErrorCode::bad_message, "Invalid CPU quota '{}', ignoring.", text);
  into = Duration(parts * 1'000'000 / 10'000);
  return {};
}

Result<> SpanOrInfinity::parse(std::string_view text, Duration& into, LoadContext&) {
  if (text.empty()) return into = infinity, Result<>{};
  if (parse_span(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse sec_def_infinity value, ignoring: {}", text);
}

Result<> OldMemoryLimit::parse(std::string_view text, ScaledLimit& into, LoadContext& context) {
  warn_old(context, fmt::format("{}=", key_of<&ResourceSection::memory_max>()));
  return parse_memory_limit(text, into, {}, false);
}

Result<> parse_memory_limit(std::string_view text, ScaledLimit& into, ScaledLimit otherwise, bool zero_is_fine) {
  ScaledLimit limit;
  if (text.empty()) return into = otherwise, Result<>{};
  if (text != "infinity") {
    if (parse_permyriad(text, limit.value) && limit.value <= 10000) {
      limit.scale = 10000;
    } else if (!parse_size(text, limit.value)) {
      return fail(ErrorCode::bad_message, "Invalid memory limit '{}', ignoring: Invalid argument", text);
    }
    if (limit.scale == 0 && (limit.value == UINT64_MAX || (limit.value == 0 && !zero_is_fine)))
      return fail(ErrorCode::bad_message, "Memory limit '{}' out of range, ignoring.", text);
  }
  into = limit;
  return {};
}

Result<> TasksLimit::parse(std::string_view text, std::optional<ScaledLimit>& into, LoadContext&) {
  ScaledLimit limit;
  if (text.empty()) return into.reset(), Result<>{};
  if (text != "infinity") {
    if (parse_permyriad(text, limit.value) && limit.value <= 10000) {
      limit.scale = 10000;
    } else if (!parse_unsigned(text, limit.value)) {
      return fail(ErrorCode::bad_message, "Invalid maximum tasks value '{}', ignoring: Invalid argument", text);
    }
    if (limit.scale == 0 && (limit.value == 0 || limit.value == UINT64_MAX))
      return fail(ErrorCode::bad_message, "Maximum tasks value '{}' out of range, ignoring.", text);
  }
  into = limit;
  return {};
}

Result<> PressureLimit::parse(std::string_view text, uint32_t& into, LoadContext&) {
  uint64_t parts = 0;
  if (text.empty()) return into = 0, Result<>{};
  if (!parse_permyriad(text, parts) || parts > 10000)
    return fail(ErrorCode::bad_message, "Failed to parse memory pressure limit value, ignoring: {}", text);
  into = uint32_t((uint64_t{UINT32_MAX} * parts + 5000) / 10000);
  return {};
}

Result<> parse_device_figure(std::string_view text, FigureKind kind, std::vector<DeviceFigure>& into,
                             LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  if (std::string_view(context.key).starts_with("BlockIO")) warn_old(context, "IO*= settings");
  WordReader words(text, word_unquote);
  DeviceFigure entry;
  std::string word;
  if (words.next(word) != WordReader::Next::word || words.rest().empty())
    return fail(ErrorCode::bad_message, "Invalid device node or bandwidth specified in '{}', ignoring.", text);
  entry.path = SVCD_TRY(context.expand(word));
  const std::string_view figure = words.rest();
  Duration latency{};
  switch (kind) {
    case FigureKind::weight:
    case FigureKind::block_weight: {
      const uint64_t lowest = kind == FigureKind::weight ? 1 : 10, highest = kind == FigureKind::weight ? 10000 : 1000;
      if (!parse_unsigned(figure, entry.figure))
        return fail(ErrorCode::bad_message, "IO weight '{}' invalid, ignoring: Invalid argument", figure);
      if (entry.figure < lowest || entry.figure > highest)
        return fail(ErrorCode::bad_message, "IO weight '{}' invalid, ignoring: Numerical result out of range", figure);
      break;
    }
    case FigureKind::bandwidth:
      if (figure == "infinity") {
        std::erase_if(into, [&](const DeviceFigure& old) { return old.path == entry.path; });
        return {};
      }
      if (!parse_size(figure, entry.figure, 1000) || entry.figure == 0)
        return fail(ErrorCode::bad_message, "Invalid IO bandwidth value '{}', ignoring.", figure);
      break;
    case FigureKind::latency:
      if (!parse_span(figure, latency))
        return fail(ErrorCode::bad_message, "Failed to parse timer value, ignoring: {}", figure);
      entry.figure = latency.count();
      break;
  }
  std::erase_if(into, [&](const DeviceFigure& old) { return old.path == entry.path; });
  into.push_back(std::move(entry));
  return {};
}

void show_device_figures(const std::vector<DeviceFigure>& figures, ValueSink& sink) {
  sink.open_array("(st)");
  for (const DeviceFigure& entry : figures) {
    sink.open_struct("st");
    sink.string(entry.path);
    sink.u64(entry.figure);
    sink.close_struct();
  }
  sink.close_array();
}

void Pairs::show(const std::vector<StringPair>& pairs, ValueSink& sink) {
  sink.open_array("(ss)");
  for (const StringPair& pair : pairs) {
    sink.open_struct("ss");
    sink.string(pair.first);
    sink.string(pair.second);
    sink.close_struct();
  }
  sink.close_array();
}

Result<> DeviceRules::parse(std::string_view text, std::vector<StringPair>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  WordReader words(text, word_unquote);
  std::string word;
  if (words.next(word) != WordReader::Next::word)
    return fail(ErrorCode::bad_message, "Failed to extract device path and rights from '{}', ignoring.", text);
  StringPair rule {
    SVCD_TRY(context.expand(word))
    , std::string(words.rest())
  };
  if (!rule.first.starts_with("block-") && !rule.first.starts_with("char-")) {
    rule.first = simplify_path(rule.first);
    if (!rule.first.starts_with("/dev/") && !rule.first.starts_with("/run/systemd/inaccessible/"))
      return fail(ErrorCode::bad_message, "Invalid device node path '{}', ignoring.", rule.first);
  }
  if (rule.second.empty()) rule.second = "rwm";
  if (rule.second.find_first_not_of("rwm") != std::string::npos)
    return fail(ErrorCode::bad_message, "Invalid device rights '{}', ignoring.", rule.second);
  into.insert(into.begin(), std::move(rule));  // the last one is looked at first
  return {};
}

Result<> BpfPrograms::parse(std::string_view text, std::vector<StringPair>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos)
    return fail(ErrorCode::bad_message, "Invalid syntax in {}=, ignoring: {}", context.key, text);
  static constexpr std::string_view attach_types[] = {
      "ingress",  "egress",   "sock_create", "sock_ops",   "device",     "bind4",
      "bind6",    "connect4", "connect6",    "post_bind4", "post_bind6", "sendmsg4",
      "sendmsg6", "sysctl",   "recvmsg4",    "recvmsg6",   "getsockopt", "setsockopt"};
  const std::string_view attach_type = text.substr(0, colon);
  if (std::ranges::find(attach_types, attach_type) == std::end(attach_types))
    return fail(ErrorCode::bad_message, "Unknown BPF attach type={}, ignoring: {}", attach_type, text);
  const std::string path = SVCD_TRY(context.expand(text.substr(colon + 1)));
  std::string checked = SVCD_TRY(check_path(path, path_absolute, context));
  into.push_back({std::string(attach_type), std::move(checked)});
  return {};
}

Result<> AddedPath::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  into.push_back(SVCD_TRY(check_path(expanded, path_absolute, context)));
  return {};
}

Result<> Controllers::parse(std::string_view text, std::vector<std::string>& into, LoadContext&) {
  if (text.empty()) return into.clear(), Result<>{};
  for (const std::string& word : split_words(text).value_or(std::vector<std::string>{})) {
    if (std::ranges::find(known_controllers, word) == std::end(known_controllers))
      return fail(ErrorCode::bad_message, "Invalid cgroup string: {}, ignoring", text);
    if (std::ranges::find(into, word) == into.end()) into.push_back(word);
  }
  sort_controllers(into);
  return {};
}

Result<> Numbers::parse(std::string_view text, NumberSet& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  std::string expanded = SVCD_TRY(context.expand(text));
  std::ranges::replace(expanded, ',', ' ');
  constexpr uint64_t highest = 8191;
  NumberSet set = into;
  for (const std::string& word : split_words(expanded, word_unquote).value_or(std::vector<std::string>{})) {
    const size_t dash = word.find('-');
    uint64_t first = 0, last = 0;
    bool good = parse_unsigned(std::string_view(word).substr(0, dash), first, highest);
    last = first;
    if (dash != std::string::npos)
      good = good && parse_unsigned(std::string_view(word).substr(dash + 1), last, highest);
    if (!good) return fail(ErrorCode::bad_message, "Failed to parse CPU affinity '{}'", word);
    if (first > last) {
      context.warn(fmt::format("Range '{}' is invalid, {} > {}, ignoring.", word, first, last));
      continue;
    }
    for (uint64_t n = first; n <= last; ++n) {
      if (set.size() <= n / 8) set.resize(n / 8 + 1);
      set[n / 8] = uint8_t(set[n / 8] | 1 << (n % 8));
    }
  }
  into = std::move(set);
  return {};
}

void Numbers::show(const NumberSet& set, ValueSink& sink) {
  NumberSet padded = set;  // whole words of 8 bytes, as the kernel's interface has them
  padded.resize((set.size() + 7) / 8 * 8);
  sink.bytes(std::as_bytes(std::span(padded)));
}

}  // namespace codec
}  // namespace svcd
