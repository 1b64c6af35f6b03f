#include "metrics/sample_queue.h"

#include <utility>

namespace proofload::metrics {

SampleQueue::SampleQueue(std::size_t samples_max) : samples_max_(samples_max) {}

void SampleQueue::push(Chunk& chunk) {
  Chunk empty;
  {
    const std::lock_guard lock(mutex_);
    if (!chunk.empty() && waiting_samples_ + chunk.size() > samples_max_) {
      dropped_count_ += chunk.size();
      chunk.clear();
    }
    if (!chunk.empty()) {
      waiting_samples_ += chunk.size();
      waiting_.push_back(std::move(chunk));
      if (!free_.empty()) {
        empty = std::move(free_.back());
        free_.pop_back();
      }
      chunk = std::move(empty);
    }
  }
  chunk.reserve(kChunkSamples);
}

std::vector<SampleQueue::Chunk> SampleQueue::take() {
  const std::lock_guard lock(mutex_);
  waiting_samples_ = 0;
  return std::exchange(waiting_, {});
}

void SampleQueue::recycle(Chunk chunk) {
  chunk.clear();
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(chunk));
}

std::uint64_t SampleQueue::dropped_count() const {
  const std::lock_guard lock(mutex_);
  return dropped_count_;
}

}  // namespace proofload::metrics
