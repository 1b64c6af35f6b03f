#include "observe/series_store.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace proofload::observe {
namespace {

using Point = evidence::Signal::Point;

}  // namespace

std::size_t SeriesStore::add(const std::string& instance, WallTime at,
                             std::span<const MetricSample> samples) {
  const std::lock_guard lock(mutex_);
  std::size_t refused = 0;
  for (const MetricSample& sample : samples) {
    std::string key = instance + ' ' + evidence::series_text(sample.name, sample.labels);
    const auto found = index_.find(key);
    if (found == index_.end() && series_.size() == limits_.series_max) {
      ++refused;
      continue;
    }
    const std::size_t at_index = found == index_.end() ? series_.size() : found->second;
    if (found == index_.end()) {
      index_.emplace(std::move(key), at_index);
      series_.push_back({sample.name, sample.labels, instance, {}});
    }
    std::vector<Point>& points = series_[at_index].points;
    if (!points.empty() && points.back().at >= at) continue;
    points.push_back({at, sample.value});
    ++point_count_;
  }
  if (point_count_ > limits_.points_max) thin();
  return refused;
}

// All series of an instance lose the same moments: else sums over series would jump.
void SeriesStore::thin() {
  std::map<std::string_view, std::set<WallTime>> moments;
  for (const evidence::Series& series : series_) {
    for (const Point& point : series.points) moments[series.instance].insert(point.at);
  }
  for (auto& [instance, times] : moments) {
    const std::size_t half = times.size() / 2;
    auto it = times.begin();
    for (std::size_t i = 0; i < half; ++i) {  // leaves those that go
      it = i % 2 == 0 ? times.erase(it) : std::next(it);
    }
    times.erase(it, times.end());
  }
  point_count_ = 0;
  for (evidence::Series& series : series_) {
    const std::set<WallTime>& gone = moments[series.instance];
    std::erase_if(series.points, [&](const Point& point) { return gone.count(point.at) != 0; });
    point_count_ += series.points.size();
  }
}

std::vector<evidence::Series> SeriesStore::select(std::string_view instance, WallTime from,
                                                  WallTime to, const IsWanted& is_wanted) const {
  const std::lock_guard lock(mutex_);
  std::vector<evidence::Series> selected;
  for (const evidence::Series& series : series_) {
    if (series.instance != instance || !is_wanted(series.name)) continue;
    const auto first =
        std::lower_bound(series.points.begin(), series.points.end(), from,
                         [](const Point& point, WallTime time) { return point.at < time; });
    const auto last =
        std::upper_bound(first, series.points.end(), to,
                         [](WallTime time, const Point& point) { return time < point.at; });
    if (first == last) continue;
    selected.push_back({series.name, series.labels, series.instance, {first, last}});
  }
  return selected;
}

std::size_t SeriesStore::series_count() const {
  const std::lock_guard lock(mutex_);
  return series_.size();
}

std::size_t SeriesStore::point_count() const {
  const std::lock_guard lock(mutex_);
  return point_count_;
}

}  // namespace proofload::observe
