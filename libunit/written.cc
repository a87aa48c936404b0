#include "libunit/written.h"

#include <algorithm>
#include <span>

#include "libunit/unit_text.h"

namespace svcd {
namespace {

/// Beyond that a file is no longer something that somebody wrote, and asking for each line is too much work.
constexpr size_t most_asked = 400;

class Fingerprint final : public ValueSink {
 public:
  std::string text;
  void boolean(bool v) override { text += v ? "yes" : "no"; }
  void byte(uint8_t v) override { add(v); }
  void i32(int32_t v) override { add(v); }
  void u16(uint16_t v) override { add(v); }
  void u32(uint32_t v) override { add(v); }
  void i64(int64_t v) override { add(v); }
  void u64(uint64_t v) override { add(v); }
  void number(double v) override { text += fmt::format("{} ", v); }
  void string(std::string_view v) override { (text += fmt::format("{}:", v.size())) += v; }
  void object_path(std::string_view v) override { string(v); }
  void bytes(std::span<const std::byte> v) override {
    for (const std::byte b : v) add(static_cast<unsigned>(b));
  }
  void open_array(const char*) override { text += '['; }
  void close_array() override { text += ']'; }
  void open_struct(const char*) override { text += '('; }
  void close_struct() override { text += ')'; }

 private:
  template <class Number>
  void add(Number v) {
    text += fmt::format("{} ", v);
  }
};

void add_conditions(const Conditions& conditions, Fingerprint& into) {
  into.open_array("");
  for (const Condition& c : conditions) {
    into.u32(uint32_t(c.type));
    into.boolean(c.trigger);
    into.boolean(c.negate);
    into.string(c.parameter);
  }
  into.close_array();
}

/// Applies some of the values to a fresh unit.
class Trial {
 public:
  Trial(const LoadedUnit& unit, const HostFacts& host)
      : id_(unit.id), fragment_path_(unit.fragment_path), specifiers_(host, id_, fragment_path_) {
    context_.unit = &id_;
    context_.specifiers = &specifiers_;
    context_.zones = host.zones;
    unset_.set_type(id_.type());
  }

  bool apply(UnitConfig& config, const WrittenValue& value) {
    context_.key = value.row->key;
    context_.origin = value.at;
    return value.row->apply(config, value.value, context_).has_value();
  }
  const UnitConfig& unset() const { return unset_; }

  /// What the values that count make, without the one at `left_out`.
  std::string outcome(const std::vector<WrittenValue>& values, size_t left_out) {
    UnitConfig config = unset_;
    for (size_t i = 0; i < values.size(); ++i)
      if (i != left_out && values[i].counts) apply(config, values[i]);
    return fingerprint(config);
  }

 private:
  UnitName id_;
  std::string fragment_path_;
  Specifiers specifiers_;
  LoadContext context_;
  UnitConfig unset_;
};

void add_file(FileSource& files, const std::string& path, UnitType type, std::vector<WrittenValue>& into) {
  const auto text = files.read(path);
  if (!text) return;
  UnitText parsed;
  (void)parse_unit_text(path, *text, parsed);
  for (Assignment& a : parsed.assignments) {
    const Setting* row = find_setting(type, a.section, a.key);
    into.push_back({std::move(a.section), std::move(a.key), std::move(a.value), {path, a.line}, row, false});
  }
}

}  // namespace

std::string fingerprint(const UnitConfig& config) {
  Fingerprint into;
  for (const Setting& row : settings()) {
    if (row.show != nullptr) row.show(config, into);
    into.text += ';';
  }
  add_conditions(config.unit().conditions, into);
  add_conditions(config.unit().asserts, into);
  return std::move(into.text);
}

namespace {

std::vector<WrittenValue> all_values(FileSource& files, const LoadedUnit& unit) {
  std::vector<WrittenValue> values;
  if (!unit.fragment_path.empty()) add_file(files, unit.fragment_path, unit.id.type(), values);
  for (const std::string& path : unit.drop_in_paths) add_file(files, path, unit.id.type(), values);
  return values;
}

/// Says which of them count. Comparing whole configurations is dear: only values that a later line may undo are tried.
void judge(std::vector<WrittenValue>& values, const LoadedUnit& unit, const HostFacts& host) {
  Trial trial(unit, host);
  for (WrittenValue& value : values) {
    UnitConfig alone = trial.unset();
    value.counts = value.row != nullptr && trial.apply(alone, value);
  }
  if (values.size() > most_asked) return;
  std::string nothing, whole;
  const auto says_the_default = [&](const WrittenValue& value) {
    if (nothing.empty()) nothing = fingerprint(trial.unset());
    UnitConfig alone = trial.unset();
    trial.apply(alone, value);
    return fingerprint(alone) == nothing;
  };
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i].counts) continue;
    const auto is_same_setting = [&](const WrittenValue& later) { return later.row == values[i].row; };
    const auto replaces = [&](const WrittenValue& later) {
      return is_same_setting(later) || (later.value.empty() && later.section == values[i].section);
    };
    const auto later = std::span(values).subspan(i + 1);
    // A value that only spells out the default goes with the next word on its setting alone.
    const bool may_go = values[i].value.empty() || std::ranges::any_of(later, is_same_setting) ||
                        (std::ranges::any_of(later, replaces) && !says_the_default(values[i]));
    if (!may_go) continue;
    if (whole.empty()) whole = trial.outcome(values, values.size());
    if (trial.outcome(values, i) == whole) values[i].counts = false;
  }
}

/// Of very long lists, where trying costs too much: what stands behind the last reset.
void judge_roughly(std::vector<WrittenValue>& values) {
  bool counts = true;
  for (auto value = values.rbegin(); value != values.rend(); ++value) {
    counts = counts && !value->value.empty();
    value->counts = counts;
  }
}

constexpr size_t judged_bytes_max = size_t{1} << 14;

}  // namespace

std::vector<WrittenValue> written_values(FileSource& files, const LoadedUnit& unit, const HostFacts& host) {
  std::vector<WrittenValue> values = all_values(files, unit);
  judge(values, unit, host);
  return values;
}

std::vector<WrittenValue> written_values_of(FileSource& files, const LoadedUnit& unit, const HostFacts& host,
                                            std::string_view key) {
  std::vector<WrittenValue> values = all_values(files, unit);
  const auto is_same = [&](const WrittenValue& value) {
    return value.row != nullptr && value.row->key != nullptr && value.row->key == key;
  };
  const auto asked = std::ranges::find_if(values, is_same);
  const void* member = asked == values.end() ? nullptr : asked->row->member;
  std::erase_if(values, [&](const WrittenValue& value) {
    return !is_same(value) && (member == nullptr || value.row == nullptr || value.row->member != member);
  });
  if (values.size() > most_asked_of_one) values.erase(values.begin(), values.end() - std::ptrdiff_t(most_asked_of_one));
  size_t bytes = 0;
  for (const WrittenValue& value : values) bytes += value.value.size();
  if (bytes <= judged_bytes_max)
    judge(values, unit, host);
  else
    judge_roughly(values);
  return values;
}

WrittenLines::List& WrittenLines::list(FileSource& files, const LoadedUnit& unit, const HostFacts& host,
                                       const char* key) {
  const auto [at, is_new] = known_.try_emplace(unit.id.str() + '/' + key);
  const bool has_files = !unit.fragment_path.empty() || !unit.drop_in_paths.empty();
  if (!is_new || !has_files || reads_ >= reads_max || bytes_ >= bytes_max) return at->second;
  ++reads_;
  at->second.values = written_values_of(files, unit, host, key);
  for (const WrittenValue& value : at->second.values) bytes_ += value.value.size();
  return at->second;
}

const std::vector<WrittenValue>& WrittenLines::of(FileSource& files, const LoadedUnit& unit, const HostFacts& host,
                                                  const char* key) {
  return list(files, unit, host, key).values;
}

const WrittenValue* WrittenLines::naming(FileSource& files, const LoadedUnit& unit, const HostFacts& host,
                                         const char* key, std::string_view word) {
  constexpr std::string_view between = " \t\"'";
  List& known = list(files, unit, host, key);
  for (const WrittenValue& value : known.has_words ? std::span<const WrittenValue>() : std::span(known.values)) {
    if (!value.counts || value.key != key) continue;
    const std::string_view text = value.value;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find_first_of(between, at), text.size());
      if (end > at) known.words[text.substr(at, end - at)] = &value;
      at = end + 1;
    }
  }
  known.has_words = true;
  const auto found = known.words.find(word);
  return found == known.words.end() ? nullptr : found->second;
}

const WrittenValue* find_written(const std::vector<WrittenValue>& values, std::string_view key, std::string_view word) {
  const auto has_word = [&](std::string_view text) {
    if (text == word) return true;
    for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      const auto is_edge = [&](size_t i) { return i >= text.size() || std::string_view(" \t\"'").find(text[i]) < 4; };
      if ((at == 0 || is_edge(at - 1)) && is_edge(at + word.size())) return true;
    }
    return false;
  };
  for (auto value = values.rbegin(); value != values.rend(); ++value)
    if (value->counts && value->key == key && has_word(value->value)) return &*value;
  return nullptr;
}

}  // namespace svcd
