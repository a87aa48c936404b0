#include "libunit/suggestion.h"

#include <algorithm>
#include <array>
#include <vector>

#include "libunit/settings.h"

namespace svcd {
namespace {

constexpr size_t longest = 64;  // names of settings are shorter

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

/// How much may be wrong in a name of that length: in a short one little, or everything resembles everything.
unsigned tolerance(std::string_view name) {
  return name.size() <= 3 ? 1 : name.size() <= 8 ? 2 : 3;
}

std::vector<std::string> sections_of(UnitType type) {
  return {"Unit", "Install", std::string(section_name(type))};
}

}  // namespace

unsigned edit_distance(std::string_view a, std::string_view b, unsigned limit) {
  if (a.size() > longest || b.size() > longest) return limit;
  std::array<std::array<unsigned, longest + 1>, 3> rows{};  // the last two and this one
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = unsigned(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto &above = rows[(i - 1) % 3], &two_above = rows[(i + 1) % 3];
    row[0] = unsigned(i);
    unsigned least = row[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        row[j] = std::min(row[j], two_above[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    if (least >= limit) return limit;
  }
  const unsigned distance = rows[a.size() % 3][b.size()];
  return std::min(distance, limit);
}

std::string suggest_key(UnitType type, std::string_view section, std::string_view key) {
  for (const std::string& other : sections_of(type))
    if (other != section && find_setting(type, other, key) != nullptr)
      return fmt::format("{}= belongs into [{}]", key, other);
  unsigned best = tolerance(key) + 1;
  const Setting* closest = nullptr;
  for (const Setting& row : settings()) {
    if (row.key == nullptr || find_setting(type, section, row.key) != &row) continue;
    const unsigned distance = edit_distance(key, row.key, best + (closest == nullptr ? 0 : 1));
    const bool is_better =
        distance < best || (closest != nullptr && distance == best && closest->status == SettingStatus::legacy &&
                            row.status != closest->status);
    if (!is_better) continue;
    best = distance;
    closest = &row;
  }
  return closest != nullptr ? fmt::format("did you mean {}=?", closest->key) : std::string();
}

std::string suggest_section(UnitType type, std::string_view section) {
  unsigned best = tolerance(section) + 1;
  std::string closest;
  for (const std::string& known : sections_of(type))
    if (const unsigned distance = edit_distance(section, known, best); distance < best) {
      best = distance;
      closest = known;
    }
  return closest.empty() ? closest : fmt::format("did you mean [{}]?", closest);
}

}  // namespace svcd
