// SeriesStore: scraped series in memory that has an end.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "evidence/series.h"
#include "observe/metrics_text.h"

namespace proofload::observe {

// Any thread.
class SeriesStore {
 public:
  struct Limits {
    std::size_t series_max = 50'000;
    // 16 bytes each. At the limit every instance loses every other moment of its older half: a long
    // run keeps all its time, the past in less detail.
    std::size_t points_max = 4'000'000;
  };

  SeriesStore() : SeriesStore(Limits()) {}
  explicit SeriesStore(const Limits& limits) : limits_(limits) {}

  // One page of `instance`. Of a series that occurs twice the first counts; a point that is not
  // newer than the last one of its series is left out. Returns how many samples found no place
  // because there are too many series.
  std::size_t add(const std::string& instance, WallTime at, std::span<const MetricSample> samples);

  // Copies of the points in [from, to] of the series of `instance` whose metric name is wanted;
  // series without such points are left out.
  using IsWanted = std::function<bool(std::string_view metric)>;
  std::vector<evidence::Series> select(std::string_view instance, WallTime from, WallTime to,
                                       const IsWanted& is_wanted) const;

  std::size_t series_count() const;
  std::size_t point_count() const;

 private:
  void thin();

  Limits limits_;
  mutable std::mutex mutex_;
  std::vector<evidence::Series> series_;
  std::unordered_map<std::string, std::size_t> index_;  // by instance and series_text()
  std::size_t point_count_ = 0;
};

}  // namespace proofload::observe
