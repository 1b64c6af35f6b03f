// ProfileLog: what one profile's requests did, second by second.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certify/load_driver.h"
#include "evidence/result.h"
#include "metrics/histogram.h"

namespace proofload::certify {

// Requests of some seconds: the answered ones' latencies in ms, and the failures.
struct RequestBlock {
  metrics::Histogram answered;
  std::uint64_t failed = 0;

  std::uint64_t requests() const { return answered.count() + failed; }
};

// Belongs to the thread that runs the load.
class ProfileLog {
 public:
  // At most this many blocks are kept of an endpoint, however long the profile is.
  static constexpr std::int64_t kBlocksMax = 300;

  ProfileLog(std::size_t endpoint_count, Duration expected);
  ProfileLog(const ProfileLog&) = delete;
  ProfileLog& operator=(const ProfileLog&) = delete;
  ~ProfileLog();

  void add(std::size_t row, const metrics::Histogram* answered, std::uint64_t failed);
  // Ends a second. The latest one, all rows together, stays to be looked at until the next.
  const evidence::Second& close_second(const SecondFacts& facts);
  // Of the second that close_second() ended.
  double last_percentile(double percentile) const;

  Duration block_length() const { return block_length_; }
  // From the first whole block at `from` on. Row numbers as in LoadListener.
  std::vector<const RequestBlock*> blocks(std::size_t row, Duration from) const;
  // All rows together.
  std::vector<const RequestBlock*> all_blocks(Duration from) const;
  const std::vector<evidence::Second>& seconds() const { return seconds_; }
  std::uint64_t started_iterations() const { return started_; }
  std::uint64_t dropped_iterations() const { return dropped_; }
  // Of the dropped ones: withheld by who asked for less, and due in seconds that were late.
  std::uint64_t withheld_iterations() const { return withheld_; }
  std::uint64_t late_dropped_iterations() const { return late_dropped_; }
  std::size_t late_seconds() const { return late_seconds_; }
  // Of a row, over all of the profile.
  std::uint64_t requests(std::size_t row) const;

  // The endpoints' rows of a report; `names` in row order.
  std::vector<evidence::EndpointResult> endpoints(const std::vector<std::string>& names,
                                                  Duration from);

 private:
  using Blocks = std::vector<std::unique_ptr<RequestBlock>>;
  RequestBlock& block(Blocks& blocks, std::size_t index);
  std::vector<const RequestBlock*> slice(const Blocks& blocks, Duration from) const;

  Duration block_length_;
  Duration closed_{};  // seconds ended so far
  metrics::PageSlab slab_;
  std::vector<Blocks> rows_;
  Blocks all_;
  std::array<RequestBlock, 2> latest_;  // the second under way, and the one before it
  std::size_t open_ = 0;                // which is which
  std::vector<evidence::Second> seconds_;
  std::uint64_t started_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t withheld_ = 0;
  std::uint64_t late_dropped_ = 0;
  std::size_t late_seconds_ = 0;
};

}  // namespace proofload::certify
