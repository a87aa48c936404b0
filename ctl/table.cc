#include "ctl/table.h"

#include <algorithm>
#include <numeric>

namespace svcd::ctl {

constexpr size_t narrowest = 5;  // a column is not made narrower than this

std::vector<size_t> Table::widths(const Terminal& terminal, bool with_header) const {
  std::vector<size_t> widths(headers_.size());
  for (size_t c = 0; c < headers_.size(); ++c) {
    if (with_header) widths[c] = display_width(headers_[c]);
    for (const auto& row : rows_)
      if (c < row.size()) widths[c] = std::max(widths[c], display_width(row[c].text));
  }
  if (terminal.full_width || widths.empty()) return widths;
  const auto total = [&] { return std::accumulate(widths.begin(), widths.end(), widths.size() - 1); };
  while (total() > terminal.columns) {  // whoever has most gives way
    size_t& widest = *std::max_element(widths.begin(), widths.end());
    if (widest <= narrowest) break;
    --widest;
  }
  return widths;
}

std::string Table::text(const Terminal& terminal, bool with_header) const {
  const std::vector<size_t> width = widths(terminal, with_header);
  std::string result;
  const auto line = [&](const auto& cells, bool header) {
    std::string out;
    for (size_t c = 0; c < cells.size() && c < width.size(); ++c) {
      std::string text = ellipsize(terminal, cells[c].text, width[c]);
      const size_t pad = width[c] - std::min(width[c], display_width(text));
      const bool is_last = c + 1 == cells.size();
      if (!is_last || (header && terminal.colours)) text.append(pad, ' ');
      if (c > 0) text.insert(0, 1, ' ');
      out += header ? terminal.paint(Colour::underline, text) : terminal.paint(cells[c].colour, text);
    }
    if (!terminal.colours) out.erase(out.find_last_not_of(' ') + 1);
    result += out;
    result += '\n';
  };
  if (with_header) {
    std::vector<Cell> cells;
    for (const std::string& header : headers_) cells.emplace_back(header);
    line(cells, true);
  }
  for (const auto& row : rows_) line(row, false);
  return result;
}

}  // namespace svcd::ctl
