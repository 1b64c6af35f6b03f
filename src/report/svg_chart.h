// Charts over time as SVG: panels with one time axis, for pages and as files of their own.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace proofload::report {

struct ChartLine {
  std::string name;
  // Seconds since the start, ascending, and values; NaN ends a stroke: a gap.
  std::vector<std::pair<double, double>> points;
};

struct Limit {
  std::string name;
  double value = 0;
};

struct Panel {
  std::string title;  // with the unit
  std::vector<ChartLine> lines;
  std::vector<Limit> limits;
};

// A stretch of time with a name: ramp and warm-up.
struct Band {
  std::string name;
  double from = 0;
  double to = 0;
};

struct Mark {
  std::string name;
  double at = 0;
};

struct TimeChart {
  std::string title;  // for who cannot see it
  double seconds = 0;
  std::vector<Panel> panels;
  std::vector<Band> bands;
  std::vector<Mark> marks;
};

// Complete in itself: light and dark, lines told apart by dashes, weight and labels as well as by
// colour; the third is the heaviest. A line of more points than there are columns in the plot keeps
// the least and the greatest of each.
std::string render_svg(const TimeChart& chart);

}  // namespace proofload::report
