#include "metrics/frame.h"

#include <utility>

namespace proofload::metrics {

std::unique_ptr<Frame> FramePool::take() {
  const std::lock_guard lock(mutex_);
  if (frames_.empty()) return nullptr;
  auto frame = std::move(frames_.back());
  frames_.pop_back();
  return frame;
}

void FramePool::give(std::unique_ptr<Frame> frame) {
  frame->clear();
  const std::lock_guard lock(mutex_);
  frames_.push_back(std::move(frame));
}

Sink& SinkRow::make(std::uint32_t id, MetricType type) {
  if (id >= sinks_.size()) sinks_.resize(id + 1);
  if (!sinks_[id]) sinks_[id] = std::make_unique<Sink>(type);
  return *sinks_[id];
}

void SinkRow::merge(const SinkRow& other, PageSlab& slab) {
  for (std::uint32_t id = 0; id < other.sinks_.size(); ++id) {
    const Sink* sink = other.sinks_[id].get();
    if (sink != nullptr && !sink->is_empty()) make(id, sink->type()).merge(*sink, slab);
  }
}

void SinkRow::clear(PageSlab& slab) {
  for (const auto& sink : sinks_) {
    if (sink != nullptr && !sink->is_empty()) sink->clear(slab);
  }
}

void Frame::clear() {
  sinks_.clear(slab_);
  for (auto& row : scopes_) row.clear(slab_);
  checks_.clear();
}

}  // namespace proofload::metrics
