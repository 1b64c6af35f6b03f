// The aligned lines of the text summary: `name....: value extra extra`, and trends in columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/summary.h"

namespace proofload::report {

// Wraps text in ANSI escapes, or leaves it alone.
class Paint {
 public:
  explicit Paint(bool color) : color_(color) {}

  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string red(std::string_view text) const { return wrap("31", text); }
  std::string green(std::string_view text) const { return wrap("32", text); }
  std::string cyan(std::string_view text) const { return wrap("36", text); }
  std::string white(std::string_view text) const { return wrap("37", text); }
  std::string faint_cyan(std::string_view text) const { return wrap("2;36", text); }
  std::string faint_white(std::string_view text) const { return wrap("2;37", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const;

  bool color_;
};

// One line before it is aligned.
struct ColumnLine {
  std::string name;                 // with the indentation of a sub-metric
  std::string value;                // unless a trend
  std::vector<std::string> extras;  // unless a trend: shown fainter after the value
  // Of a trend, one for each of the columns' names; otherwise empty.
  std::vector<std::string> trend;
};

// Columns are as wide as the widest line added, whether or not it is rendered in the end: all
// sections of a block share one alignment.
class Columns {
 public:
  explicit Columns(std::vector<std::string> trend_names) : trend_names_(std::move(trend_names)) {}

  void add(const ColumnLine& line);
  // Without indentation or line end. A line with more than one extra is padded to the right.
  std::string render(const ColumnLine& line, const Paint& paint) const;

 private:
  std::string render_trend(const ColumnLine& line, const Paint& paint) const;

  std::vector<std::string> trend_names_;
  std::size_t name_width_ = 0;
  std::size_t value_width_ = 0;
  std::vector<std::size_t> extra_widths_;
  std::vector<std::size_t> trend_widths_;
};

// Statistics of `metric` as a line; `trend_names` and `unit` are the summary's options.
ColumnLine metric_line(const SummaryMetric& metric, const std::vector<std::string>& trend_names,
                       std::string_view unit);

}  // namespace proofload::report
