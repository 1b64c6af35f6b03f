// Which statuses count as expected: k6's responseCallback made with http.expectedStatuses().
#pragma once

#include <vector>

namespace proofload::http {

// A set of statuses. A transport failure is status 0 and expected only if 0 is in the set.
class ExpectedStatuses {
 public:
  ExpectedStatuses() = default;
  // k6's initial callback: 200 to 399.
  static ExpectedStatuses successful();

  void add(int status) { add_range(status, status); }
  // Both ends belong to the range.
  void add_range(int min, int max) { ranges_.push_back({min, max}); }

  bool contains(int status) const;

 private:
  struct Range {
    int min = 0;
    int max = 0;
  };
  std::vector<Range> ranges_;
};

}  // namespace proofload::http
