#include "report/svg_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>

#include <fmt/format.h>

#include "report/people_format.h"
#include "report/plain_text.h"

namespace proofload::report {
namespace {

// Units of the view box.
constexpr double kWidth = 960;
constexpr double kLeft = 64;
constexpr double kRight = 150;  // labels of lines and limits
constexpr double kPlotWidth = kWidth - kLeft - kRight;
constexpr double kTop = 26;  // names of bands and marks
constexpr double kTitleHeight = 20;
constexpr double kFirstPanelHeight = 190;  // the first one is what the chart is for
constexpr double kPanelHeight = 100;
constexpr double kPanelGap = 14;
constexpr double kAxisHeight = 26;
constexpr double kLabelGap = 13;
constexpr std::size_t kLabelMax = 22;
constexpr std::size_t kTitleMax = 70;
constexpr std::size_t kStyles = 4;
constexpr std::size_t kColumns = 390;  // half a column a pixel would not be seen

constexpr std::string_view kStyle = R"(<style>
.plc{--ink:#1a202c;--soft:#5a6577;--grid:#dfe3ea;--band:#eef1f6;--l0:#1f6fb2;--l1:#9a5b00;--l2:#b3261e;--l3:#5b3fa8;--lim:#b3261e}
@media (prefers-color-scheme:dark){.plc{--ink:#e6e9ef;--soft:#a3adbd;--grid:#353c48;--band:#232a35;--l0:#6cb2f0;--l1:#e3a94b;--l2:#ff8a80;--l3:#b9a3f5;--lim:#ff8a80}}
@media print{.plc{--ink:#000;--soft:#444;--grid:#ccc;--band:#eee;--l0:#1f6fb2;--l1:#9a5b00;--l2:#b3261e;--l3:#5b3fa8;--lim:#b3261e}}
.plc text{font:11px system-ui,sans-serif;fill:var(--soft)}.plc .t{font-weight:600;fill:var(--ink)}
.plc .g{stroke:var(--grid)}.plc .b{fill:var(--band)}.plc .l{fill:none;stroke-width:1.6;stroke-linejoin:round}
.plc .l0{stroke:var(--l0)}.plc .l1{stroke:var(--l1);stroke-dasharray:6 3}.plc .l2{stroke:var(--l2);stroke-width:2.2}.plc .l3{stroke:var(--l3);stroke-dasharray:8 2 2 2}
.plc .n0{fill:var(--l0)}.plc .n1{fill:var(--l1)}.plc .n2{fill:var(--l2)}.plc .n3{fill:var(--l3)}
.plc .m{stroke:var(--ink);stroke-dasharray:3 3}.plc .lim{stroke:var(--lim);stroke-width:1.2;stroke-dasharray:10 4}.plc .limn{fill:var(--lim)}
</style>)";

// 1, 2 or 5 times a power of ten, so that about four of them reach `top`.
double nice_step(double top) {
  const double rough = top / 4;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double lead = rough / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}

// Steps of time that people count in.
double time_step(double seconds) {
  constexpr std::array<double, 15> kSteps = {1,   2,   5,    10,   15,   30,    60,   120,
                                             300, 600, 1800, 3600, 7200, 14400, 86400};
  constexpr double kTicksMax = 9;
  const auto* found =
      std::ranges::find_if(kSteps, [&](double step) { return seconds / step <= kTicksMax; });
  return found == kSteps.end() ? seconds / kTicksMax : *found;
}

// A label beside the plot, moved apart from its neighbours.
struct Label {
  double y = 0;
  std::string style;
  std::string text;
};

class Drawing {
 public:
  explicit Drawing(const TimeChart& chart)
      : chart_(chart),
        seconds_(std::isfinite(chart.seconds) && chart.seconds > 0 ? chart.seconds : 1) {}

  std::string draw() {
    double y = kTop;
    for (std::size_t i = 0; i < chart_.panels.size(); ++i) {
      y += kTitleHeight;
      const double height = i == 0 ? kFirstPanelHeight : kPanelHeight;
      draw_panel(chart_.panels[i], y, height);
      y += height + kPanelGap;
    }
    const double bottom = y - kPanelGap;
    draw_time_axis(bottom);
    std::string behind;
    std::swap(behind, out_);
    draw_bands(bottom);
    const auto title = html_escape(clean_text(chart_.title, kNameMax));
    return fmt::format(
        "<svg class=\"plc\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" "
        "role=\"img\" aria-label=\"{}\">\n<title>{}</title>\n{}\n{}{}</svg>\n",
        kWidth, bottom + kAxisHeight, title, title, kStyle, out_, behind);
  }

 private:
  double x_of(double second) const {
    return kLeft + std::clamp(second / seconds_, 0.0, 1.0) * kPlotWidth;
  }
  void text(double x, double y, std::string_view attributes, std::string_view what) {
    fmt::format_to(std::back_inserter(out_), "<text x=\"{:.1f}\" y=\"{:.1f}\"{}>{}</text>\n", x, y,
                   attributes, html_escape(clean_text(what, kTitleMax)));
  }
  void line(double x1, double y1, double x2, double y2, std::string_view style) {
    fmt::format_to(std::back_inserter(out_),
                   "<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n",
                   style, x1, y1, x2, y2);
  }

  static double top_of(const Panel& panel) {
    double top = 0;
    for (const ChartLine& one : panel.lines) {
      for (const auto& point : one.points) {
        if (std::isfinite(point.second)) top = std::max(top, point.second);
      }
    }
    // A limit far above all values would flatten them.
    constexpr double kLimitAtMost = 3;
    for (const Limit& limit : panel.limits) {
      if (top == 0 || limit.value <= kLimitAtMost * top) top = std::max(top, limit.value * 1.05);
    }
    return top > 0 ? top : 1;
  }

  void draw_panel(const Panel& panel, double y, double height) {
    text(kLeft, y - 6, " class=\"t\"", panel.title);
    const double step = nice_step(top_of(panel));
    const double top = std::ceil(top_of(panel) / step - 1e-9) * step;
    const auto y_of = [&](double value) {
      return y + height - std::clamp(value / top, 0.0, 1.0) * height;
    };
    for (double tick = 0; tick <= top * 1.001; tick += step) {
      line(kLeft, y_of(tick), kLeft + kPlotWidth, y_of(tick), "g");
      text(kLeft - 6, y_of(tick) + 4, " text-anchor=\"end\"", format_value(tick, ""));
    }
    std::vector<Label> labels;
    for (const Limit& limit : panel.limits) {
      const bool is_above = limit.value > top;
      if (!is_above) line(kLeft, y_of(limit.value), kLeft + kPlotWidth, y_of(limit.value), "lim");
      labels.push_back({y_of(limit.value), "limn", (is_above ? "↑ " : "") + limit.name});
    }
    for (std::size_t i = 0; i < panel.lines.size(); ++i) {
      const ChartLine& one = panel.lines[i];
      const std::size_t style = i % kStyles;
      draw_line(one, y_of, style);
      const auto last = std::find_if(one.points.rbegin(), one.points.rend(),
                                     [](const auto& point) { return std::isfinite(point.second); });
      if (last != one.points.rend()) {
        labels.push_back({y_of(last->second), fmt::format("n{}", style), one.name});
      }
    }
    draw_labels(std::move(labels), y, y + height);
  }

  void draw_labels(std::vector<Label> labels, double top, double bottom) {
    std::ranges::stable_sort(labels, {}, &Label::y);
    double least = top;
    for (Label& label : labels) {
      label.y = std::max(label.y, least);
      least = label.y + kLabelGap;
    }
    double most = bottom;
    for (auto it = labels.rbegin(); it != labels.rend(); ++it) {
      it->y = std::min(it->y, most);
      most = it->y - kLabelGap;
    }
    for (const Label& label : labels) {
      text(kLeft + kPlotWidth + 6, label.y + 4, fmt::format(" class=\"{}\"", label.style),
           clean_text(label.text, kLabelMax));
    }
  }

  template <class YOf>
  void draw_line(const ChartLine& one, const YOf& y_of, std::size_t style) {
    std::string path;
    bool is_down = false;
    for (const auto& [second, value] : thinned(one.points)) {
      if (!std::isfinite(value)) {
        is_down = false;
        continue;
      }
      fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", is_down ? 'L' : 'M', x_of(second),
                     y_of(value));
      is_down = true;
    }
    if (!path.empty()) out_ += fmt::format("<path class=\"l l{}\" d=\"{}\"/>\n", style, path);
  }

  // Percentiles are never averaged: of each column of the plot the least and the greatest stay.
  std::vector<std::pair<double, double>> thinned(
      const std::vector<std::pair<double, double>>& points) const {
    if (points.size() <= 2 * kColumns) return points;
    std::vector<std::pair<double, double>> out;
    const auto column_of = [&](const auto& point) {
      return std::floor(point.first / seconds_ * static_cast<double>(kColumns));
    };
    for (std::size_t start = 0; start < points.size();) {
      auto least = start;
      auto greatest = start;
      std::size_t end = start;
      for (; end < points.size() && column_of(points[end]) == column_of(points[start]); ++end) {
        if (!std::isfinite(points[end].second)) continue;
        const auto is_first = !std::isfinite(points[least].second);
        if (is_first || points[end].second < points[least].second) least = end;
        if (is_first || points[end].second > points[greatest].second) greatest = end;
      }
      out.push_back(points[std::min(least, greatest)]);
      if (least != greatest) out.push_back(points[std::max(least, greatest)]);
      start = end;
    }
    return out;
  }

  void draw_time_axis(double bottom) {
    const double step = time_step(seconds_);
    for (double second = 0; second <= seconds_ * 1.001; second += step) {
      line(x_of(second), bottom, x_of(second), bottom + 5, "g");
      text(x_of(second), bottom + 18, " text-anchor=\"middle\"",
           format_clock(std::chrono::seconds(std::llround(second))));
    }
    for (const Mark& mark : chart_.marks) {
      const bool is_right = x_of(mark.at) > kLeft + 0.7 * kPlotWidth;
      line(x_of(mark.at), kTop - 6, x_of(mark.at), bottom, "m");
      text(x_of(mark.at) + (is_right ? -4 : 4), kTop - 8,
           is_right ? " class=\"t\" text-anchor=\"end\"" : " class=\"t\"", mark.name);
    }
  }

  void draw_bands(double bottom) {
    for (const Band& band : chart_.bands) {
      fmt::format_to(std::back_inserter(out_),
                     "<rect class=\"b\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
                     "height=\"{:.1f}\"/>\n",
                     x_of(band.from), kTop, std::max(0.0, x_of(band.to) - x_of(band.from)),
                     bottom - kTop);
      text(x_of(band.from) + 4, bottom - 5, "", band.name);
    }
  }

  const TimeChart& chart_;
  double seconds_;
  std::string out_;
};

}  // namespace

std::string render_svg(const TimeChart& chart) {
  return Drawing(chart).draw();
}

}  // namespace proofload::report
