// Derived load: which rate and which mix production has, and where that is known from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "evidence/series.h"
#include "observe/access_log.h"
#include "plan/arithmetic.h"
#include "plan/path_template.h"
#include "plan/plan.h"

namespace proofload::certify {

struct DerivedLoad {
  double per_second = 0;  // requests, at `percentile`
  double median = 0;
  double highest = 0;
  double percentile = 95;
  std::size_t intervals = 0;  // that the percentile is of
  WallTime from{};
  WallTime to{};
  // Requests by endpoint, the most frequent first; `count` is a share in millionths for a series.
  std::vector<plan::PathCount> endpoints;
};

// Counts requests by whole minutes; a minute without any counts as zero. The first and the last
// minute are left out when there are more than three: the log may begin and end within them.
class RequestRates {
 public:
  void add(const observe::AccessLogEntry& entry);
  // An error of ErrorKind::kUsage without a request.
  Result<DerivedLoad> derive(double percentile) const;

 private:
  std::map<std::int64_t, std::uint64_t> minutes_;  // since 1970
  std::map<std::pair<std::string, std::string>, std::uint64_t> paths_;
};

// The sum of all series at each time. Those whose labels name a path (`route`, `path`, `handler`,
// `uri`, ...) also give the mix. An error of ErrorKind::kUsage without a point.
Result<DerivedLoad> derive_from_series(const std::vector<evidence::Series>& all, double percentile);

// How often each journey has to run so that the endpoints are called as often as `endpoints` say:
// weights, the least 1; least squares with no negative one (projected Gauss-Seidel). Empty when no
// journey calls any of them.
std::map<std::string, double> journey_weights(const plan::Plan& plan,
                                              const plan::JourneyShapes& shapes,
                                              const std::vector<plan::PathCount>& endpoints);

}  // namespace proofload::certify
