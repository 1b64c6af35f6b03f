// Metric and Registry: what can be measured in a run, by name, and the parts that thresholds name.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace proofload::metrics {

class TagStore;

enum class MetricType : std::uint8_t { kCounter, kGauge, kRate, kTrend };

// What the values mean, for display. Times are milliseconds, data are bytes.
enum class ValueType : std::uint8_t { kDefault, kTime, kData };

// k6's words: "counter", "gauge", "rate", "trend"; "default", "time", "data".
std::string_view to_string(MetricType type);
std::string_view to_string(ValueType contains);

using Tag = std::pair<std::string, std::string>;

// A metric, or a sub-metric: the samples of its parent whose tags include all of `selector_tags`.
// Owned by the registry, at a fixed address until that is gone. Immutable, except that a parent
// gains sub-metrics before the first sample is recorded.
struct Metric {
  std::string name;  // of a sub-metric with its selector: "http_req_duration{page:home}"
  MetricType type = MetricType::kCounter;
  ValueType contains = ValueType::kDefault;
  std::uint32_t id = 0;  // dense over metrics and sub-metrics: the index of its sink
  bool is_own = false;   // not one of k6's: listed only when a threshold asks for it

  const Metric* parent = nullptr;  // of a sub-metric
  std::string selector;            // of a sub-metric, as written: "page:home"
  std::vector<Tag> selector_tags;  // of a sub-metric, sorted by key
  std::vector<const Metric*> submetrics;
};

// k6's rule for names: a letter or an underscore, then 1 to 128 letters, digits or underscores.
bool is_valid_metric_name(std::string_view name);

class Registry;

// The metrics k6 has without being asked, and ours. (k6/net/grpc and k6/browser create the others
// of theirs when they are imported.)
struct BuiltIn {
  explicit BuiltIn(Registry& registry);

  const Metric& vus;
  const Metric& vus_max;
  const Metric& iterations;
  const Metric& iteration_duration;
  const Metric& dropped_iterations;
  const Metric& checks;
  const Metric& group_duration;
  const Metric& http_reqs;
  const Metric& http_req_failed;
  const Metric& http_req_duration;
  const Metric& http_req_blocked;
  const Metric& http_req_connecting;
  const Metric& http_req_tls_handshaking;
  const Metric& http_req_sending;
  const Metric& http_req_waiting;
  const Metric& http_req_receiving;
  const Metric& ws_sessions;
  const Metric& ws_msgs_sent;
  const Metric& ws_msgs_received;
  const Metric& ws_ping;
  const Metric& ws_session_duration;
  const Metric& ws_connecting;
  const Metric& grpc_req_duration;
  const Metric& data_sent;
  const Metric& data_received;
  // Ours: how long after its intended start an iteration of an arrival-rate executor began, in ms.
  const Metric& iteration_start_lag;
};

// Every function may be called from any thread; none belongs on the request path. Sub-metrics are
// added before the first sample is recorded. Neither copied nor moved: metrics point into it.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // The metric of that name, made if it is new. Fails on a bad name, or when it exists with another
  // type or content; the texts are k6's. VUs that run the init code again get the same metrics.
  Result<const Metric*> get_or_create(std::string_view name, MetricType type,
                                      ValueType contains = ValueType::kDefault);
  // The same for a metric of ours, which summaries do not list.
  Result<const Metric*> add_own(std::string_view name, MetricType type,
                                ValueType contains = ValueType::kDefault);
  // Null when there is no such metric. Not for sub-metrics.
  const Metric* find(std::string_view name) const;
  // The metric a threshold's key stands for: "name", or "name{tag:value,...}", whose sub-metric is
  // made if it is new. k6's error texts, to go into `invalid metric 'KEY' in threshold
  // definitions:` when thresholds are off.
  Result<const Metric*> metric_or_submetric(std::string_view key);
  // Metrics and sub-metrics by id.
  std::vector<const Metric*> all() const;

  const BuiltIn& builtin() const { return *builtin_; }
  // The tag sets of all threads (tags.h).
  TagStore& tag_store() { return *tag_store_; }
  const TagStore& tag_store() const { return *tag_store_; }

 private:
  Metric& add(Metric metric);

  mutable std::mutex mutex_;
  std::deque<Metric> metrics_;
  std::map<std::string, Metric*, std::less<>> by_name_;  // without sub-metrics
  std::unique_ptr<BuiltIn> builtin_;
  std::unique_ptr<TagStore> tag_store_;
};

// The parts of a threshold's key.
struct MetricKey {
  std::string_view name;
  bool has_selector = false;
  std::string_view selector;  // between the braces; a view into the key
};

// Splits "name{tag:value,...}" by k6's rules, with k6's error texts.
Result<MetricKey> parse_metric_key(std::string_view key);

}  // namespace proofload::metrics
