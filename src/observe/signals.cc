#include "observe/signals.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace proofload::observe {
namespace {

using evidence::Series;
using Point = evidence::Signal::Point;
using Points = std::vector<Point>;

// `pattern` may hold one `*`.
bool matches(std::string_view text, std::string_view pattern) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return text == pattern;
  return text.size() + 1 >= pattern.size() && text.starts_with(pattern.substr(0, star)) &&
         text.ends_with(pattern.substr(star + 1));
}

// Calls `with` for each part between separators.
template <class With>
void for_each_part(std::string_view text, char separator, With with) {
  while (!text.empty()) {
    const auto end = text.find(separator);
    with(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

bool holds(const Series& series, std::string_view where) {
  bool holds_all = true;
  for_each_part(where, ',', [&](std::string_view condition) {
    const auto equals = condition.find('=');
    const bool is_negated = condition[equals - 1] == '!';
    const std::string_view label = condition.substr(0, is_negated ? equals - 1 : equals);
    const bool is_equal =
        matches(evidence::label_value(series.labels, label), condition.substr(equals + 1));
    holds_all = holds_all && is_equal != is_negated;
  });
  return holds_all;
}

std::string object_of(const Series& series, std::string_view labels) {
  std::string object;
  for_each_part(labels, ' ', [&](std::string_view label) {
    const std::string_view value = evidence::label_value(series.labels, label);
    if (value.empty()) return;
    if (!object.empty()) object += ' ';
    object += value;
  });
  return object;
}

Points fold(Points points, SignalRow::Fold how) {
  std::stable_sort(points.begin(), points.end(),
                   [](const Point& a, const Point& b) { return a.at < b.at; });
  Points folded;
  for (const Point& point : points) {
    if (folded.empty() || folded.back().at != point.at) {
      folded.push_back(point);
    } else if (how == SignalRow::Fold::kSum) {
      folded.back().value += point.value;
    } else {
      folded.back().value = std::max(folded.back().value, point.value);
    }
  }
  return folded;
}

// `with` of the values at the times that both have; leaves out what is not finite.
template <class With>
Points combine(const Points& left, const Points& right, With with) {
  Points out;
  auto other = right.begin();
  for (const Point& point : left) {
    while (other != right.end() && other->at < point.at) ++other;
    if (other == right.end() || other->at != point.at) continue;
    const double value = with(point.value, other->value);
    if (std::isfinite(value)) out.push_back({point.at, value});
  }
  return out;
}

// One instance of a component.
class Instance {
 public:
  explicit Instance(std::vector<const Series*> series, Duration window)
      : series_(std::move(series)), window_(window) {
    is_exporter_ = std::any_of(series_.begin(), series_.end(), [](const Series* one) {
      const auto marks = exporter_marks();
      return std::find(marks.begin(), marks.end(), one->name) != marks.end();
    });
  }

  // {object: signal} by one row; empty when it does not fit.
  std::map<std::string, evidence::Signal> read(const SignalRow& row) const {
    std::map<std::string, evidence::Signal> signals;
    if (is_exporter_ && row.of == SignalRow::Of::kProcess) return signals;
    auto read = gather(row, row.metric);
    if (read.empty()) return signals;
    const std::string_view second = row.per.empty() ? row.minus : row.per;
    auto others = second.empty() ? Groups() : gather(row, second);
    for (auto& [object, group] : read) {
      evidence::Signal& signal = signals[object];
      signal.object = object;
      signal.source = source(row, group);
      if (!row.per.empty()) {
        signal.points = combine(group.points, others[object].points, std::divides<>());
      } else if (!row.minus.empty()) {
        signal.points = combine(group.points, others[object].points, std::minus<>());
      } else {
        signal.points = std::move(group.points);
      }
      for (Point& point : signal.points) point.value *= row.scale;
    }
    return signals;
  }

 private:
  struct Group {
    Points points;
    const Series* first = nullptr;
    std::size_t series_count = 0;
  };
  using Groups = std::map<std::string, Group>;

  Groups gather(const SignalRow& row, std::string_view metric) const {
    Groups groups;
    for (const Series* series : series_) {
      if (!matches(series->name, metric) || !holds(*series, row.where)) continue;
      Group& group = groups[object_of(*series, row.object)];
      const Points points =
          row.read == SignalRow::Read::kRate ? rate(series->points, window_) : series->points;
      group.points.insert(group.points.end(), points.begin(), points.end());
      if (group.series_count++ == 0) group.first = series;
    }
    for (auto& [object, group] : groups) {
      if (group.series_count > 1) group.points = fold(std::move(group.points), row.fold);
    }
    return groups;
  }

  static std::string source(const SignalRow& row, const Group& group) {
    constexpr std::size_t kShownMax = 200;  // labels are of any length
    std::string series =
        group.series_count == 1
            ? evidence::series_text(group.first->name, group.first->labels)
            : fmt::format("{} series of {}", group.series_count, group.first->name);
    if (series.size() > kShownMax) series = series.substr(0, kShownMax) + "...";
    if (row.read == SignalRow::Read::kRate) series = "rate of " + series;
    if (!row.per.empty()) series += fmt::format(" per {}", row.per);
    if (!row.minus.empty()) series += fmt::format(" less {}", row.minus);
    return series + " at " + group.first->instance;
  }

  std::vector<const Series*> series_;
  Duration window_;
  bool is_exporter_ = false;
};

// "No limit" is written as 0, -1 or the largest number there is.
void leave_out_no_limit(SignalKind kind, Points& points) {
  constexpr double kLargest = 0x1p60;
  if (kind != SignalKind::kCpuLimit && kind != SignalKind::kMemoryLimit &&
      kind != SignalKind::kPoolMax && kind != SignalKind::kConnectionsMax) {
    return;
  }
  std::erase_if(points, [](const Point& p) { return p.value <= 0 || p.value >= kLargest; });
}

using Ranked = std::pair<SignalKind, evidence::Signal>;

void resolve_instance(const Instance& instance, std::string_view component,
                      const std::string& address, std::vector<Ranked>& signals) {
  std::set<SignalKind> known;
  for (const SignalRow& row : signal_table()) {
    if (known.count(row.kind) != 0) continue;
    for (auto& [object, signal] : instance.read(row)) {
      known.insert(row.kind);
      leave_out_no_limit(row.kind, signal.points);
      if (signal.points.empty()) continue;
      signal.component = component;
      signal.name = to_string(row.kind);
      signal.unit = unit_of(row.kind);
      signal.instance = address;
      signals.emplace_back(row.kind, std::move(signal));
    }
  }
}

template <class With>
void for_each_metric(With with) {
  for (const SignalRow& row : signal_table()) {
    for (const std::string_view metric : {row.metric, row.per, row.minus}) {
      if (!metric.empty()) with(metric);
    }
  }
  for (const std::string_view mark : exporter_marks()) with(mark);
}

}  // namespace

bool is_signal_metric(std::string_view metric) {
  bool is_one = false;
  for_each_metric([&](std::string_view pattern) { is_one = is_one || matches(metric, pattern); });
  return is_one;
}

std::string signal_metric_regex() {
  std::set<std::string> names;
  for_each_metric([&](std::string_view pattern) {
    std::string name(pattern);
    if (const auto star = name.find('*'); star != std::string::npos) name.insert(star, 1, '.');
    names.insert(std::move(name));
  });
  return fmt::format("{}", fmt::join(names, "|"));
}

std::optional<double> increase(std::span<const Point> points) {
  if (points.size() < 2) return std::nullopt;
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double change = points[i].value - points[i - 1].value;
    sum += change >= 0 ? change : points[i].value;  // it began again at 0
  }
  return sum;
}

std::vector<Point> rate(std::span<const Point> points, Duration window) {
  std::vector<Point> rates;
  std::size_t first = 0;  // of the window
  double grown = 0;       // from there to the point
  for (std::size_t i = 1; i < points.size(); ++i) {
    grown += *increase(points.subspan(i - 1, 2));
    while (first < i && points[i].at - points[first].at > window) {
      grown -= *increase(points.subspan(first, 2));
      ++first;
    }
    if (first == i) {
      grown = 0;  // no rounding errors are carried on
      continue;
    }
    const double seconds = to_seconds(points[i].at - points[first].at);
    if (seconds > 0) rates.push_back({points[i].at, std::max(0.0, grown) / seconds});
  }
  return rates;
}

Duration rate_window(Duration scrape_interval) {
  return std::max<Duration>(4 * scrape_interval, std::chrono::seconds(2));
}

std::vector<evidence::Signal> resolve_signals(std::string_view component,
                                              std::span<const Series> series, Duration window) {
  std::map<std::string, std::vector<const Series*>> instances;
  for (const Series& one : series) {
    if (!one.points.empty()) instances[one.instance].push_back(&one);
  }
  std::vector<Ranked> ranked;
  for (auto& [address, members] : instances) {
    resolve_instance(Instance(std::move(members), window), component, address, ranked);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return std::tie(a.first, a.second.object) < std::tie(b.first, b.second.object);
  });
  std::vector<evidence::Signal> signals;
  signals.reserve(ranked.size());
  for (Ranked& one : ranked) signals.push_back(std::move(one.second));
  return signals;
}

}  // namespace proofload::observe
