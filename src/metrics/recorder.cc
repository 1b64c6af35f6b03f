#include "metrics/recorder.h"

#include <array>
#include <utility>

namespace proofload::metrics {
namespace {

std::uint64_t series_bit(const Metric& metric) {
  return std::uint64_t{1} << (metric.id & 63);
}

}  // namespace

Recorder::Recorder(Registry& registry, RecorderOptions options)
    : store_(registry.tag_store()),
      builtin_(registry.builtin()),
      options_(options),
      pool_(std::make_shared<FramePool>()),
      frame_(std::make_unique<Frame>()) {
  for (const auto* metric :
       {&builtin_.http_reqs, &builtin_.http_req_duration, &builtin_.http_req_blocked,
        &builtin_.http_req_connecting, &builtin_.http_req_tls_handshaking,
        &builtin_.http_req_sending, &builtin_.http_req_waiting, &builtin_.http_req_receiving}) {
    http_metrics_ |= series_bit(*metric);
  }
  if (options_.samples != nullptr) options_.samples->push(chunk_);
}

Recorder::~Recorder() {
  flush_samples();
}

// Called in two places and worth inlining in both: it is the whole cost of a sample.
[[gnu::always_inline]] inline void Recorder::record_sinks(const Metric& metric, const TagSet& tags,
                                                          double value, TimePoint at) {
  Frame& frame = *frame_;
  frame.sinks_.at(metric).record(value, at, frame.slab_);
  for (const auto& match : tags.matches()) {
    if (match.parent != metric.id) continue;
    frame.sinks_.at(*match.submetric).record(value, at, frame.slab_);
  }
  if (options_.has_scopes) record_scopes(metric, tags, value, at);
}

void Recorder::record(const Metric& metric, const TagSet& tags, double value, TimePoint at,
                      const SampleOrigin& origin) {
  if (tags.is_new_for(series_bit(metric))) store_.count_series(tags, series_bit(metric));
  record_sinks(metric, tags, value, at);
  if (&metric == &builtin_.checks) record_check(tags, value != 0);
  if (options_.samples != nullptr) capture({&metric, &tags, value, at, origin});
}

void Recorder::record_http(const TagSet& tags, const HttpSamples& samples,
                           const SampleOrigin& origin) {
  // In k6's order, which raw outputs show.
  const std::array<std::pair<const Metric*, double>, 8> values = {
      {{&builtin_.http_reqs, 1},
       {&builtin_.http_req_duration, samples.duration},
       {&builtin_.http_req_blocked, samples.blocked},
       {&builtin_.http_req_connecting, samples.connecting},
       {&builtin_.http_req_tls_handshaking, samples.tls_handshaking},
       {&builtin_.http_req_sending, samples.sending},
       {&builtin_.http_req_waiting, samples.waiting},
       {&builtin_.http_req_receiving, samples.receiving}}};
  if (tags.is_new_for(http_metrics_)) store_.count_series(tags, http_metrics_);
  for (const auto& [metric, value] : values) {
    record_sinks(*metric, tags, value, samples.at);
    if (options_.samples != nullptr) capture({metric, &tags, value, samples.at, origin});
  }
  if (samples.is_failed) {
    record(builtin_.http_req_failed, tags, *samples.is_failed ? 1 : 0, samples.at, origin);
  }
}

void Recorder::record_scopes(const Metric& metric, const TagSet& tags, double value, TimePoint at) {
  for (const auto row : {tags.scenario_row(), tags.group_row()}) {
    if (row != TagSet::kNone) scope(row).at(metric).record(value, at, frame_->slab_);
  }
}

SinkRow& Recorder::scope(std::int32_t row) {
  auto& scopes = frame_->scopes_;
  const auto at = static_cast<std::size_t>(row);
  if (at >= scopes.size()) scopes.resize(at + 1);
  return scopes[at];
}

void Recorder::record_check(const TagSet& tags, bool is_pass) {
  if (tags.check_row() == TagSet::kNone) return;
  auto& checks = frame_->checks_;
  const auto at = static_cast<std::size_t>(tags.check_row());
  if (at >= checks.size()) checks.resize(at + 1);
  ++(is_pass ? checks[at].passes : checks[at].fails);
}

void Recorder::capture(const Sample& sample) {
  chunk_.push_back(sample);
  if (chunk_.size() == SampleQueue::kChunkSamples) options_.samples->push(chunk_);
}

std::unique_ptr<Frame> Recorder::seal(std::uint64_t index) {
  flush_samples();
  auto next = pool_->take();
  if (next == nullptr) next = std::make_unique<Frame>();
  auto sealed = std::exchange(frame_, std::move(next));
  sealed->index_ = index;
  sealed->home_ = pool_;
  return sealed;
}

void Recorder::flush_samples() {
  if (options_.samples != nullptr) options_.samples->push(chunk_);
}

}  // namespace proofload::metrics
