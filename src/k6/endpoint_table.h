// EndpointTable: the rows that a plan's SLOs are judged by, and which request belongs to which.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "metrics/metric.h"

namespace proofload::k6 {

// Built before the first request, then only read, by any thread.
class EndpointTable {
 public:
  struct Row {
    std::string name;
    std::string method;
    std::vector<std::string> segments;  // of the path; "{...}" stands for any one
    // Of requests that were answered as expected, in ms: from the time they should have been sent
    // to their last byte. That is the iteration's intended start for its first request and the
    // call of the script for the others (coordinated omission: Tene, "How NOT to measure latency").
    const metrics::Metric* latency = nullptr;
    // One for each failed request, which counts as slower than every answer: 1 transport errors,
    // timeouts, unexpected statuses.
    const metrics::Metric* failures = nullptr;
  };

  // Their metrics are ours: no summary lists them. Rows match in the order they are added.
  Result<void> add(std::string name, std::string method, std::string_view path,
                   metrics::Registry& registry);
  // The row of every other request; after the last add().
  Result<void> add_other(metrics::Registry& registry);

  // A URL without its query decides. Nothing is allocated.
  const Row& find(std::string_view method, std::string_view url) const;
  const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;  // the last one matches everything
};

}  // namespace proofload::k6
