// SampleQueue: raw samples on their way from the engine threads to the thread that writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/clock.h"

namespace proofload::metrics {

struct Metric;
class TagSet;

// Who recorded a sample: metadata of raw outputs (system tags vu and iter), never a tag.
struct SampleOrigin {
  std::uint64_t vu = 0;  // __VU
  std::int64_t iteration = 0;
};

// One value as it was measured; 48 bytes. The pointers stay valid as long as the registry.
struct Sample {
  const Metric* metric;  // never a sub-metric
  const TagSet* tags;
  double value;
  TimePoint at;
  SampleOrigin origin;
};

// Bounded. Producers hand over a chunk at a time, so the lock is taken once in kChunkSamples
// samples. When the consumer falls behind, whole chunks are dropped and counted.
class SampleQueue {
 public:
  using Chunk = std::vector<Sample>;
  static constexpr std::size_t kChunkSamples = 1024;

  // Keeps at most `samples_max` samples waiting: the default is 96 MB, two seconds of a million a
  // second.
  explicit SampleQueue(std::size_t samples_max = std::size_t{2} << 20);

  // Producer, any thread: gives `chunk` away and leaves an empty one with capacity for
  // kChunkSamples. Does nothing with an empty chunk that has it already.
  void push(Chunk& chunk);
  // Consumer: all that waits, oldest first; empty when nothing does. Never blocks for data.
  std::vector<Chunk> take();
  // Consumer: lets a chunk's memory be used again.
  void recycle(Chunk chunk);

  // Samples that were dropped so far.
  std::uint64_t dropped_count() const;

 private:
  const std::size_t samples_max_;
  mutable std::mutex mutex_;
  std::vector<Chunk> waiting_;
  std::size_t waiting_samples_ = 0;
  std::vector<Chunk> free_;
  std::uint64_t dropped_count_ = 0;
};

}  // namespace proofload::metrics
