// Tables of text: columns as wide as their widest cell, a header that may be left out, cut to the terminal.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ctl/terminal.h"

namespace svcd::ctl {

struct Cell {
  std::string text;
  Colour colour = Colour::none;
  Cell(std::string t, Colour c = Colour::none) : text(std::move(t)), colour(c) {}
  Cell(const char* t, Colour c = Colour::none) : text(t), colour(c) {}
};

class Table {
 public:
  explicit Table(std::vector<std::string> headers) : headers_(std::move(headers)) {}
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  size_t size() const { return rows_.size(); }
  /// One line a row, each ends in a newline. Where the lines are longer than the terminal, the widest columns give way.
  std::string text(const Terminal&, bool with_header) const;

 private:
  std::vector<size_t> widths(const Terminal&, bool with_header) const;
  std::vector<std::string> headers_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace svcd::ctl
