// Frame: what one thread recorded between two seals, to be added to the others'.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "metrics/sink.h"
#include "metrics/tag_set.h"

namespace proofload::metrics {

class Frame;

// Emptied frames of one recorder, so that sealing allocates nothing in the long run. Any thread.
class FramePool {
 public:
  std::unique_ptr<Frame> take();            // null when there is none
  void give(std::unique_ptr<Frame> frame);  // empties it

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Frame>> frames_;
};

// Sinks of one owner, indexed by Metric::id; made as ids turn up.
class SinkRow {
 public:
  Sink& at(const Metric& metric) {
    if (metric.id < sinks_.size() && sinks_[metric.id]) return *sinks_[metric.id];
    return make(metric.id, metric.type);
  }
  const Sink* find(const Metric& metric) const {
    return metric.id < sinks_.size() ? sinks_[metric.id].get() : nullptr;
  }
  void merge(const SinkRow& other, PageSlab& slab);
  void clear(PageSlab& slab);

 private:
  Sink& make(std::uint32_t id, MetricType type);

  std::vector<std::unique_ptr<Sink>> sinks_;
};

struct CheckCount {
  std::int64_t passes = 0;
  std::int64_t fails = 0;
};

// Additive: merging the frames of all threads and seconds in any order gives the same sinks.
// Belongs to one thread at a time; hand it over with a lock or a queue.
class Frame {
 public:
  std::uint64_t index() const { return index_; }  // as given to Recorder::seal()
  // Deltas by metric and sub-metric, for who shows the last second.
  const SinkRow& sinks() const { return sinks_; }

 private:
  friend class Recorder;
  friend class Accumulator;
  friend class FramePool;
  void clear();

  std::uint64_t index_ = 0;
  PageSlab slab_;
  SinkRow sinks_;
  std::vector<CheckCount> checks_;  // by TagSet::check_row()
  std::vector<SinkRow> scopes_;     // by TagSet::scenario_row() and group_row()
  std::shared_ptr<FramePool> home_;
};

}  // namespace proofload::metrics
