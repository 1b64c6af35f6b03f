// Samples with given tags and wall times; for this module's tests and benchmarks.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "metrics/metric.h"
#include "metrics/sample_queue.h"
#include "metrics/tag_set.h"
#include "metrics/tags.h"

namespace proofload::output::testing {

// The monotonic instant whose wall time is that many nanoseconds after the epoch.
inline TimePoint at_wall(std::int64_t nanoseconds) {
  const auto wall = WallTime(std::chrono::duration_cast<WallTime::duration>(Duration(nanoseconds)));
  return TimePoint() + std::chrono::duration_cast<TimePoint::duration>(wall - to_wall(TimePoint()));
}

inline const metrics::TagSet& tag_set(
    metrics::Registry& registry,
    std::initializer_list<std::pair<std::string_view, std::string_view>> tags) {
  metrics::TagBuilder builder;
  for (const auto& [key, value] : tags) builder.set(key, value);
  return registry.tag_store().intern(builder);
}

// The tags of a request that k6 made in the captured runs.
inline const metrics::TagSet& request_tags(metrics::Registry& registry) {
  return tag_set(registry, {{"expected_response", "true"},
                            {"group", ""},
                            {"ip", "127.0.0.1"},
                            {"method", "GET"},
                            {"name", "http://127.0.0.1:38080/json?ms=20"},
                            {"page", "home"},
                            {"proto", "HTTP/1.1"},
                            {"scenario", "default"},
                            {"status", "200"},
                            {"team", "blue"},
                            {"url", "http://127.0.0.1:38080/json?ms=20"}});
}

}  // namespace proofload::output::testing
