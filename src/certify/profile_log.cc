#include "certify/profile_log.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace proofload::certify {
namespace {

// Whole seconds, at least one.
Duration block_length_for(Duration expected) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(expected).count();
  return std::chrono::seconds(
      std::max<std::int64_t>((seconds + ProfileLog::kBlocksMax - 1) / ProfileLog::kBlocksMax, 1));
}

}  // namespace

ProfileLog::ProfileLog(std::size_t endpoint_count, Duration expected)
    : block_length_(block_length_for(expected)), rows_(endpoint_count + 1) {}

ProfileLog::~ProfileLog() = default;

RequestBlock& ProfileLog::block(Blocks& blocks, std::size_t index) {
  while (blocks.size() <= index) blocks.push_back(std::make_unique<RequestBlock>());
  return *blocks[index];
}

void ProfileLog::add(std::size_t row, const metrics::Histogram* answered, std::uint64_t failed) {
  const auto index = static_cast<std::size_t>(closed_ / block_length_);
  for (RequestBlock* one :
       {&block(rows_.at(row), index), &block(all_, index), &latest_.at(open_)}) {
    if (answered != nullptr) one->answered.merge(*answered, slab_);
    one->failed += failed;
  }
}

const evidence::Second& ProfileLog::close_second(const SecondFacts& facts) {
  const RequestBlock& last = latest_.at(open_);
  open_ = 1 - open_;
  latest_.at(open_).answered.clear(slab_);
  latest_.at(open_).failed = 0;
  started_ += facts.started_iterations;
  dropped_ += facts.dropped_iterations;
  withheld_ += facts.withheld_iterations;
  if (facts.is_generator_late) {
    ++late_seconds_;
    late_dropped_ +=
        facts.dropped_iterations - std::min(facts.dropped_iterations, facts.withheld_iterations);
  }
  seconds_.push_back({.since_start = closed_,
                      .requests = last.requests(),
                      .failed = last.failed,
                      .dropped_iterations = facts.dropped_iterations,
                      .vus = facts.vus,
                      .p50 = last.answered.percentile(0.50),
                      .p95 = last.answered.percentile(0.95),
                      .p99 = last.answered.percentile(0.99)});
  closed_ += std::chrono::seconds(1);
  // Every row has every block, so that a quiet one is seen as such.
  const auto index = static_cast<std::size_t>((closed_ - Duration(1)) / block_length_);
  for (Blocks& blocks : rows_) block(blocks, index);
  block(all_, index);
  return seconds_.back();
}

double ProfileLog::last_percentile(double percentile) const {
  return latest_.at(1 - open_).answered.percentile(percentile / 100);
}

std::uint64_t ProfileLog::requests(std::size_t row) const {
  std::uint64_t count = 0;
  for (const auto& block : rows_.at(row)) count += block->requests();
  return count;
}

std::vector<const RequestBlock*> ProfileLog::slice(const Blocks& blocks, Duration from) const {
  const auto first = static_cast<std::size_t>((from + block_length_ - Duration(1)) / block_length_);
  std::vector<const RequestBlock*> found;
  for (std::size_t i = first; i < blocks.size(); ++i) found.push_back(blocks[i].get());
  return found;
}

std::vector<const RequestBlock*> ProfileLog::blocks(std::size_t row, Duration from) const {
  return slice(rows_.at(row), from);
}

std::vector<const RequestBlock*> ProfileLog::all_blocks(Duration from) const {
  return slice(all_, from);
}

std::vector<evidence::EndpointResult> ProfileLog::endpoints(const std::vector<std::string>& names,
                                                            Duration from) {
  std::vector<evidence::EndpointResult> results;
  for (std::size_t row = 0; row < rows_.size() && row < names.size(); ++row) {
    metrics::Histogram all;
    evidence::EndpointResult result{.name = names[row]};
    for (const RequestBlock* one : blocks(row, from)) {
      all.merge(one->answered, slab_);
      result.failed += one->failed;
    }
    result.requests = all.count() + result.failed;
    result.p50 = all.percentile(0.50);
    result.p95 = all.percentile(0.95);
    result.p99 = all.percentile(0.99);
    result.max = all.max();
    all.clear(slab_);
    if (result.requests > 0) results.push_back(std::move(result));
  }
  return results;
}

}  // namespace proofload::certify
