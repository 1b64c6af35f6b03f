#include "report/text_columns.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/number_format.h"

namespace proofload::report {
namespace {

// Characters, not bytes: "µ" takes one column.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padding(std::string_view text, std::size_t to) {
  const auto has = width(text);
  return std::string(has < to ? to - has : 0, ' ');
}

// Raises widths[i] to that of texts[i].
void widen(std::vector<std::size_t>& widths, const std::vector<std::string>& texts) {
  widths.resize(std::max(widths.size(), texts.size()));
  for (std::size_t i = 0; i < texts.size(); ++i) widths[i] = std::max(widths[i], width(texts[i]));
}

std::vector<std::string> trend_values(const SummaryMetric& metric,
                                      const std::vector<std::string>& names,
                                      std::string_view unit) {
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const auto& name : names) {
    const double value = metric.value(name);
    out.push_back(name == "count" ? js_number(value) : humanize_value(value, metric, unit));
  }
  return out;
}

}  // namespace

std::string Paint::wrap(std::string_view code, std::string_view text) const {
  return color_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

void Columns::add(const ColumnLine& line) {
  name_width_ = std::max(name_width_, width(line.name));
  widen(trend_widths_, line.trend);
  if (!line.trend.empty()) return;
  value_width_ = std::max(value_width_, width(line.value));
  widen(extra_widths_, line.extras);
}

std::string Columns::render(const ColumnLine& line, const Paint& paint) const {
  const std::string dots(name_width_ + 3 - width(line.name), '.');
  std::string out = line.name + paint.faint_white(dots + ':') + ' ';
  if (!line.trend.empty()) return out + render_trend(line, paint);

  out += paint.cyan(line.value) + padding(line.value, value_width_);
  for (std::size_t i = 0; i < line.extras.size(); ++i) {
    out += ' ' + paint.faint_cyan(line.extras[i]);
    if (line.extras.size() > 1) out += padding(line.extras[i], extra_widths_[i]);
  }
  return out;
}

std::string Columns::render_trend(const ColumnLine& line, const Paint& paint) const {
  std::string out;
  for (std::size_t i = 0; i < line.trend.size(); ++i) {
    if (i > 0) out += ' ';
    out += trend_names_[i] + '=' + paint.cyan(line.trend[i]);
    out += padding(line.trend[i], trend_widths_[i]);
  }
  return out;
}

ColumnLine metric_line(const SummaryMetric& metric, const std::vector<std::string>& trend_names,
                       std::string_view unit) {
  ColumnLine line;
  line.name = metric.selector.empty() ? metric.name : fmt::format("  {{ {} }}", metric.selector);
  const auto text = [&](std::string_view statistic) {
    return humanize_value(metric.value(statistic), metric, unit);
  };
  switch (metric.type) {
    case metrics::MetricType::kCounter:
      line.value = text("count");
      line.extras = {text("rate") + "/s"};
      break;
    case metrics::MetricType::kGauge:
      line.value = text("value");
      line.extras = {"min=" + text("min"), "max=" + text("max")};
      break;
    case metrics::MetricType::kRate: {
      const double passes = metric.value("passes");
      line.value = text("rate");
      line.extras = {fmt::format("{} out of {}", js_number(passes),
                                 js_number(passes + metric.value("fails")))};
      break;
    }
    case metrics::MetricType::kTrend:
      line.trend = trend_values(metric, trend_names, unit);
      break;
  }
  return line;
}

}  // namespace proofload::report
