#include "daemon/rehearsal/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "daemon/rehearsal/text_report.h"
#include "libunit/utf8.h"

namespace svcd::rehearsal {
namespace {

constexpr double chart_left = 290, chart_width = 860, right_margin = 120, row_height = 20, chart_top = 108;

// Colours of the classes, light first; a user agent that does not know media queries shows the light ones.
constexpr const char* style = R"(
  svg { background: #ffffff; font: 12px "DejaVu Sans", Verdana, sans-serif; }
  text { fill: #1f2430; }
  .title { font-size: 17px; font-weight: bold; }
  .dim { fill: #5c6370; }
  .grid { stroke: #d9dce3; stroke-width: 1; }
  .stripe { fill: #f5f6f8; }
  .wait { stroke: #8a909c; stroke-width: 1.5; stroke-dasharray: 3 3; }
  .starting { fill: #e08a00; }
  .up { fill: #a8d5b5; }
  .stopping { fill: #7a6fd0; }
  .failed { fill: #d64545; }
  .mark { stroke: #2c7a4b; stroke-width: 2.5; }
  .cross { fill: #d64545; stroke: #ffffff; stroke-width: 3; paint-order: stroke; }
  .critical { font-weight: bold; }
  .path { stroke: #1769d2; stroke-width: 1.5; fill: none; }
  @media (prefers-color-scheme: dark) {
    svg { background: #16181d; }
    text { fill: #e6e8ec; }
    .dim { fill: #9aa1ad; }
    .grid { stroke: #343943; }
    .stripe { fill: #1d2026; }
    .wait { stroke: #7d8491; }
    .starting { fill: #f0a63c; }
    .up { fill: #2f6b46; }
    .stopping { fill: #9a90ee; }
    .failed { fill: #ff6b6b; }
    .cross { fill: #ff8080; stroke: #16181d; }
    .mark { stroke: #6fd39a; }
    .path { stroke: #6bb0ff; }
  }
)";

/// XML has no control characters, and nothing that is not UTF-8.
std::string escape(std::string_view text) {
  std::string safe;
  for (const char c : replace_invalid_utf8(text)) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (c == '"')
      safe += "&quot;";
    else
      safe += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return safe;
}

std::string shortened(const std::string& name) {
  constexpr size_t most = 40;  // names are ASCII
  return name.size() <= most ? name : fmt::format("{}…", std::string_view(name).substr(0, most - 1));
}

struct Row {
  const UnitStory* unit = nullptr;
  std::vector<const JobStory*> jobs;
  size_t turn = 0;  // of its first job
  double top = 0;
};

class Chart {
 public:
  explicit Chart(const Run& run) : run_(run), end_(std::max(run.end, Time(1000))) {
    collect_rows();
    for (size_t i = 0; i < rows_.size(); ++i) {
      rows_[i].top = chart_top + double(i) * row_height;
      row_of_[rows_[i].unit->name] = &rows_[i];
    }
  }

  std::string draw() {
    const double bottom = chart_top + double(rows_.size()) * row_height;
    const double width = chart_left + chart_width + right_margin, height = bottom + 56;
    text_ = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
        "{1:.0f}\">\n"
        "<title>{2}</title>\n<style>{3}</style>\n",
        width, height, escape(fmt::format("Boot of {}", run_.target)), style);
    head();
    for (size_t i = 0; i < rows_.size(); i += 2)
      put("<rect class=\"stripe\" x=\"0\" y=\"{:.1f}\" width=\"{:.0f}\" height=\"{:.0f}\"/>", rows_[i].top, width,
          row_height);
    axis(bottom);
    for (const Row& row : rows_) unit(row);
    path();
    legend(bottom + 34);
    return text_ + "</svg>\n";
  }

 private:
  template <class... Values>
  void put(fmt::format_string<Values...> form, Values&&... values) {
    text_ += fmt::format(form, std::forward<Values>(values)...) + "\n";
  }

  double x(Time time) const { return chart_left + chart_width * double(time.count()) / double(end_.count()); }

  /// Slices are up as long as anything in them: they tell nothing.
  void collect_rows() {
    std::map<std::string, Row> rows;
    for (const UnitStory& unit : run_.units)
      if (!unit.name.ends_with(".slice")) rows[unit.name].unit = &unit;
    for (const JobStory& job : run_.jobs)
      if (const auto row = rows.find(job.unit); row != rows.end()) {
        const size_t turn = job.turn == 0 ? SIZE_MAX : job.turn;
        row->second.turn = row->second.jobs.empty() ? turn : std::min(row->second.turn, turn);
        row->second.jobs.push_back(&job);
      }
    for (auto& [name, row] : rows)
      if (!row.jobs.empty()) rows_.push_back(std::move(row));
    std::stable_sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.turn < b.turn; });
  }

  void head() {
    put("<text class=\"title\" x=\"16\" y=\"30\">{}</text>", escape(fmt::format("Boot of {}", run_.target)));
    const std::string reached =
        run_.reached ? fmt::format("reached after {}", seconds_text(*run_.reached)) : "not reached";
    put("<text class=\"dim\" x=\"16\" y=\"52\">{}</text>",
        escape(fmt::format("{}; {}; seed {}; {} units", reached, verdict_text(run_), run_.seed, rows_.size())));
  }

  /// Ticks at 1, 2 or 5 times a power of ten: at most ten of them.
  void axis(double bottom) {
    const double span = double(end_.count());
    double step = std::pow(10, std::floor(std::log10(span / 10)));
    for (const double times : {2.0, 2.5, 2.0})
      if (span / step > 10) step *= times;
    for (size_t tick = 0; double(tick) * step <= span; ++tick) {
      const double at = double(tick) * step;
      const double place = x(Time(uint64_t(at)));
      put("<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1:.0f}\" x2=\"{0:.1f}\" y2=\"{2:.0f}\"/>", place, chart_top - 8,
          bottom);
      put("<text class=\"dim\" x=\"{:.1f}\" y=\"{:.0f}\" text-anchor=\"middle\">{}</text>", place, chart_top - 16,
          span < 1'000'000 ? fmt::format("{:g} ms", at / 1000) : fmt::format("{:g} s", at / 1'000'000));
    }
  }

  void bar(const char* kind, Time from, Time to, const Row& row) {
    const double width = std::max(x(to) - x(from), to > from ? 1.5 : 0);
    if (width == 0) return;
    put("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.0f}\" rx=\"2\"/>", kind, x(from),
        row.top + 4, width, row_height - 8);
  }

  static const char* kind_of(ActiveState state) {
    switch (state) {
      case ActiveState::active:
      case ActiveState::reloading:
      case ActiveState::maintenance: return "up";
      case ActiveState::activating: return "starting";
      case ActiveState::deactivating: return "stopping";
      case ActiveState::failed: return "failed";
      case ActiveState::inactive: break;
    }
    return nullptr;
  }

  void unit(const Row& row) {
    const double middle = row.top + row_height / 2;
    const bool critical = std::any_of(run_.chain.begin(), run_.chain.end(), [&](const ChainLink& link) {
      return run_.jobs[link.job].unit == row.unit->name;
    });
    text_ += "<g>";
    put("<title>{}{}{}</title>", escape(row.unit->name), row.unit->description.empty() ? "" : " - ",
        escape(row.unit->description));
    put("<text{} x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", critical ? " class=\"critical\"" : "",
        chart_left - 12, middle + 4, escape(shortened(row.unit->name)));
    for (const JobStory* job : row.jobs)
      if (const Time until = job->began.value_or(job->ended.value_or(end_)); until > job->asked)
        put("<line class=\"wait\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>", x(job->asked), middle,
            x(until), middle);
    const std::vector<StateChange>& states = row.unit->states;
    for (size_t i = 0; i < states.size(); ++i) {
      const char* kind = kind_of(states[i].active);
      if (kind) bar(kind, states[i].at, i + 1 < states.size() ? states[i + 1].at : end_, row);
    }
    for (const JobStory* job : row.jobs) label(row, *job, middle);
    text_ += "</g>\n";
  }

  /// When it was up, and how long its start took; a cross where a start came to nothing.
  void label(const Row& row, const JobStory& job, double middle) {
    if (job.type != JobType::start || !job.ended) return;
    const double at = x(*job.ended);
    const bool took_time = job.began && *job.ended > *job.began;
    if (job.result == JobResult::done) {
      if (!took_time)
        put("<line class=\"mark\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>", at, row.top + 4,
            row.top + row_height - 4);
      else
        put("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", at + 5, middle + 4, seconds_text(*job.ended - *job.began));
    } else if (job.is_simulated) {
      put("<text class=\"cross\" x=\"{:.1f}\" y=\"{:.1f}\">✗ {}</text>", at + 5, middle + 4,
          escape(job.result ? std::string(to_string(*job.result)) : ""));
    }
  }

  /// From each unit of the critical chain to the one that waited for it.
  void path() {
    for (size_t i = 0; i + 1 < run_.chain.size(); ++i) {
      const JobStory& later = run_.jobs[run_.chain[i].job];
      const JobStory& earlier = run_.jobs[run_.chain[i + 1].job];
      const auto from = row_of_.find(earlier.unit), to = row_of_.find(later.unit);
      if (from == row_of_.end() || to == row_of_.end() || !earlier.ended) continue;
      put("<path class=\"path\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>", x(*earlier.ended), from->second->top + row_height / 2,
          to->second->top + row_height / 2);
    }
  }

  void legend(double y) {
    double place = chart_left;
    const auto entry = [&](const char* kind, const char* words) {
      put("<rect class=\"{}\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"18\" height=\"12\" rx=\"2\"/>", kind, place, y - 10);
      put("<text class=\"dim\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>", place + 24, y, words);
      place += 44 + 7 * double(std::string_view(words).size());
    };
    put("<line class=\"wait\" x1=\"{:.0f}\" y1=\"{:.0f}\" x2=\"{:.0f}\" y2=\"{:.0f}\"/>", place, y - 4, place + 18,
        y - 4);
    put("<text class=\"dim\" x=\"{:.0f}\" y=\"{:.0f}\">waits</text>", place + 24, y);
    place += 80;
    entry("starting", "starts");
    entry("up", "is up");
    entry("stopping", "stops");
    entry("failed", "has failed");
    put("<path class=\"path\" d=\"M{:.0f} {:.0f}h18\"/>", place, y - 4);
    put("<text class=\"dim\" x=\"{:.0f}\" y=\"{:.0f}\">critical chain</text>", place + 24, y);
  }

  const Run& run_;
  const Time end_;
  std::vector<Row> rows_;
  std::map<std::string, const Row*> row_of_;
  std::string text_;
};

}  // namespace

std::string svg_chart(const Run& run) {
  return Chart(run).draw();
}

}  // namespace svcd::rehearsal
