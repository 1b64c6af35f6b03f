// Recorder: what one thread records its samples into, and seals about once a second.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "metrics/frame.h"
#include "metrics/metric.h"
#include "metrics/sample_queue.h"
#include "metrics/tag_set.h"

namespace proofload::metrics {

struct RecorderOptions {
  // Keep sinks per scenario and per group as well (summary mode full): about doubles the cost.
  bool has_scopes = false;
  // Raw samples also go here; null when no output wants them. Must outlive the recorder.
  SampleQueue* samples = nullptr;
};

// The samples of one HTTP request; times in milliseconds.
struct HttpSamples {
  TimePoint at;  // end of the request
  double duration = 0;
  double blocked = 0;
  double connecting = 0;
  double tls_handshaking = 0;
  double sending = 0;
  double waiting = 0;
  double receiving = 0;
  std::optional<bool> is_failed;  // nullopt: no http_req_failed sample (no response callback)
};

// Belongs to one thread. Recording neither locks nor allocates once a series is known, except that
// every SampleQueue::kChunkSamples raw samples a chunk is handed over.
class Recorder {
 public:
  explicit Recorder(Registry& registry, RecorderOptions options = {});
  ~Recorder();  // hands over the raw samples it still has
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // `metric` is not a sub-metric; `value` is not NaN. Counts in the metric, in its sub-metrics that
  // `tags` belong to, and, for `checks`, in the table of checks.
  void record(const Metric& metric, const TagSet& tags, double value, TimePoint at,
              const SampleOrigin& origin = {});
  // http_reqs, http_req_* and http_req_failed in one go.
  void record_http(const TagSet& tags, const HttpSamples& samples, const SampleOrigin& origin = {});

  // What was recorded since the last seal; a few hundred nanoseconds. `index` is the caller's count
  // of seconds. Also hands over the raw samples.
  std::unique_ptr<Frame> seal(std::uint64_t index);
  // Hands over the raw samples at once; for outputs that must not wait for the second's seal.
  void flush_samples();

  // A metric that no raw output shows and that has no sub-metrics: ours.
  void record_own(const Metric& metric, double value, TimePoint at) {
    frame_->sinks_.at(metric).record(value, at, frame_->slab_);
  }

 private:
  void record_sinks(const Metric& metric, const TagSet& tags, double value, TimePoint at);
  void record_scopes(const Metric& metric, const TagSet& tags, double value, TimePoint at);
  void record_check(const TagSet& tags, bool is_pass);
  void capture(const Sample& sample);
  SinkRow& scope(std::int32_t row);

  TagStore& store_;
  const BuiltIn& builtin_;
  RecorderOptions options_;
  std::uint64_t http_metrics_ = 0;  // their bits for TagSet::is_new_for(), without http_req_failed
  std::shared_ptr<FramePool> pool_;
  std::unique_ptr<Frame> frame_;
  SampleQueue::Chunk chunk_;
};

}  // namespace proofload::metrics
