#include "http/expected_statuses.h"

#include <algorithm>

namespace proofload::http {

ExpectedStatuses ExpectedStatuses::successful() {
  ExpectedStatuses statuses;
  statuses.add_range(200, 399);
  return statuses;
}

bool ExpectedStatuses::contains(int status) const {
  return std::ranges::any_of(
      ranges_, [status](const Range& range) { return range.min <= status && status <= range.max; });
}

}  // namespace proofload::http
