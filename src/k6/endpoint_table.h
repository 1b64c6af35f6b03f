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

  // The service's own address: what goes there is counted apart, whatever its row.
  Result<void> set_service(std::string_view base_url, metrics::Registry& registry);
  bool is_of_service(std::string_view url) const;
  // 1 for each such request: that was answered; that was written only. Null without set_service().
  const metrics::Metric* answered() const { return answered_; }
  const metrics::Metric* unanswered() const { return unanswered_; }

  // A URL without its query decides. Nothing is allocated.
  const Row& find(std::string_view method, std::string_view url) const;
  const std::vector<Row>& rows() const { return rows_; }
  std::size_t number_of(const Row& row) const {
    return static_cast<std::size_t>(&row - rows_.data());
  }

 private:
  std::string authority_;            // as written: "shop.test"
  std::string authority_with_port_;  // "shop.test:80"
  const metrics::Metric* answered_ = nullptr;
  const metrics::Metric* unanswered_ = nullptr;
  std::vector<Row> rows_;  // the last one matches everything
};

}  // namespace proofload::k6
