#include "metrics/metric.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/check.h"
#include "metrics/tag_set.h"

namespace proofload::metrics {
namespace {

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name_char(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

std::string_view trimmed_of(std::string_view text, std::string_view characters) {
  const auto first = text.find_first_not_of(characters);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(characters) - first + 1);
}

std::string_view trimmed(std::string_view text) {
  return trimmed_of(text, " \t\r\n\v\f");
}

// One side of `key:value`: spaces, then quotes are optional.
std::string unquoted(std::string_view text) {
  return std::string(trimmed_of(trimmed(text), "\"'"));
}

// Calls `use` with each part between commas.
template <class Use>
void for_each_part(std::string_view text, Use use) {
  for (;;) {
    const auto comma = text.find(',');
    use(text.substr(0, comma));
    if (comma == std::string_view::npos) return;
    text.remove_prefix(comma + 1);
  }
}

// "page:home, 'status':200" by key; the last of equal keys counts.
std::vector<Tag> parse_selector(std::string_view selector) {
  std::map<std::string, std::string> tags;
  for_each_part(selector, [&tags](std::string_view part) {
    if (part.empty()) return;
    const auto colon = part.find(':');
    const auto value = colon == std::string_view::npos ? "" : part.substr(colon + 1);
    tags.insert_or_assign(unquoted(part.substr(0, colon)), unquoted(value));
  });
  return {tags.begin(), tags.end()};
}

Error bad_key(std::string_view what) {
  return {ErrorKind::kInvalidConfig, fmt::format("parsing metric name failed, metric {}", what)};
}

}  // namespace

std::string_view to_string(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kRate:
      return "rate";
    case MetricType::kTrend:
      return "trend";
  }
  return "";
}

std::string_view to_string(ValueType contains) {
  switch (contains) {
    case ValueType::kDefault:
      return "default";
    case ValueType::kTime:
      return "time";
    case ValueType::kData:
      return "data";
  }
  return "";
}

bool is_valid_metric_name(std::string_view name) {
  return name.size() >= 2 && name.size() <= 129 && is_name_start(name.front()) &&
         std::all_of(name.begin(), name.end(), is_name_char);
}

Result<MetricKey> parse_metric_key(std::string_view key) {
  const auto open = key.find('{');
  const auto close = key.rfind('}');
  const bool has_open = open != std::string_view::npos;
  const bool has_close = close != std::string_view::npos;
  if (!has_open && !has_close) return MetricKey{.name = key};
  if (!has_open || !has_close) {
    return bad_key(fmt::format("\"{}\" has unmatched opening/close curly brace", key));
  }
  if (close < open) {
    return bad_key(fmt::format("\"{}\" closing curly brace appears before opening one", key));
  }
  if (close != key.size() - 1) {
    return bad_key(fmt::format("\"{}\" lacks a closing curly brace in its last position", key));
  }
  const auto selector = key.substr(open + 1, close - open - 1);
  std::optional<std::string_view> malformed;
  for_each_part(selector, [&malformed](std::string_view part) {
    const auto colon = part.find(':');
    const bool is_well_formed = colon != std::string_view::npos && colon + 1 < part.size();
    if (!is_well_formed && !malformed) malformed = part;
  });
  if (malformed) return bad_key(fmt::format("\"{}\" tag expression is malformed", *malformed));
  return MetricKey{.name = key.substr(0, open), .has_selector = true, .selector = selector};
}

namespace {

struct BuiltInKind {
  MetricType type;
  ValueType contains = ValueType::kDefault;
};

constexpr BuiltInKind kCount{MetricType::kCounter};
constexpr BuiltInKind kBytes{MetricType::kCounter, ValueType::kData};
constexpr BuiltInKind kLevel{MetricType::kGauge};
constexpr BuiltInKind kShare{MetricType::kRate};
constexpr BuiltInKind kTimes{MetricType::kTrend, ValueType::kTime};

const Metric& make(Registry& registry, std::string_view name, BuiltInKind kind) {
  const auto metric = registry.get_or_create(name, kind.type, kind.contains);
  PL_CHECK(metric.has_value());
  return **metric;
}

}  // namespace

BuiltIn::BuiltIn(Registry& r)
    : vus(make(r, "vus", kLevel)),
      vus_max(make(r, "vus_max", kLevel)),
      iterations(make(r, "iterations", kCount)),
      iteration_duration(make(r, "iteration_duration", kTimes)),
      dropped_iterations(make(r, "dropped_iterations", kCount)),
      checks(make(r, "checks", kShare)),
      group_duration(make(r, "group_duration", kTimes)),
      http_reqs(make(r, "http_reqs", kCount)),
      http_req_failed(make(r, "http_req_failed", kShare)),
      http_req_duration(make(r, "http_req_duration", kTimes)),
      http_req_blocked(make(r, "http_req_blocked", kTimes)),
      http_req_connecting(make(r, "http_req_connecting", kTimes)),
      http_req_tls_handshaking(make(r, "http_req_tls_handshaking", kTimes)),
      http_req_sending(make(r, "http_req_sending", kTimes)),
      http_req_waiting(make(r, "http_req_waiting", kTimes)),
      http_req_receiving(make(r, "http_req_receiving", kTimes)),
      ws_sessions(make(r, "ws_sessions", kCount)),
      ws_msgs_sent(make(r, "ws_msgs_sent", kCount)),
      ws_msgs_received(make(r, "ws_msgs_received", kCount)),
      ws_ping(make(r, "ws_ping", kTimes)),
      ws_session_duration(make(r, "ws_session_duration", kTimes)),
      ws_connecting(make(r, "ws_connecting", kTimes)),
      grpc_req_duration(make(r, "grpc_req_duration", kTimes)),
      data_sent(make(r, "data_sent", kBytes)),
      data_received(make(r, "data_received", kBytes)),
      iteration_start_lag(make(r, "iteration_start_lag", kTimes)) {}

Registry::Registry()
    : builtin_(std::make_unique<BuiltIn>(*this)), tag_store_(std::make_unique<TagStore>()) {
  by_name_.at(builtin_->iteration_start_lag.name)->is_own = true;
}

Registry::~Registry() = default;

Metric& Registry::add(Metric metric) {
  metric.id = static_cast<std::uint32_t>(metrics_.size());
  return metrics_.emplace_back(std::move(metric));
}

Result<const Metric*> Registry::get_or_create(std::string_view name, MetricType type,
                                              ValueType contains) {
  const std::lock_guard lock(mutex_);
  if (!is_valid_metric_name(name)) {
    return Error(ErrorKind::kScript,
                 fmt::format("Invalid metric name: '{}'. Metric names must only include up to 128 "
                             "ASCII letters, numbers, or underscores and start with a letter or an "
                             "underscore.",
                             name));
  }
  const auto known = by_name_.find(name);
  if (known == by_name_.end()) {
    Metric& metric = add({.name = std::string(name), .type = type, .contains = contains});
    by_name_.emplace(metric.name, &metric);
    return &metric;
  }
  const Metric& metric = *known->second;
  if (metric.type != type) {
    return Error(ErrorKind::kScript,
                 fmt::format("metric '{}' already exists but with type {}, instead of {}", name,
                             to_string(metric.type), to_string(type)));
  }
  if (metric.contains != contains) {
    return Error(ErrorKind::kScript,
                 fmt::format("metric '{}' already exists but with a value type {}, instead of {}",
                             name, to_string(metric.contains), to_string(contains)));
  }
  return &metric;
}

Result<const Metric*> Registry::add_own(std::string_view name, MetricType type,
                                        ValueType contains) {
  const Metric* metric = PL_TRY(get_or_create(name, type, contains));
  const std::lock_guard lock(mutex_);
  by_name_.find(name)->second->is_own = true;
  return metric;
}

const Metric* Registry::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto known = by_name_.find(name);
  return known == by_name_.end() ? nullptr : known->second;
}

Result<const Metric*> Registry::metric_or_submetric(std::string_view key) {
  const MetricKey parts = PL_TRY(parse_metric_key(key));
  const std::lock_guard lock(mutex_);
  const auto known = by_name_.find(parts.name);
  if (known == by_name_.end()) {
    return Error(ErrorKind::kInvalidConfig,
                 fmt::format("metric '{}' does not exist in the script", parts.name));
  }
  Metric& parent = *known->second;
  if (!parts.has_selector) return &parent;

  const auto selector = trimmed(parts.selector);
  auto tags = parse_selector(selector);
  for (const Metric* submetric : parent.submetrics) {
    if (submetric->selector_tags == tags) return submetric;
  }
  Metric& submetric = add({.name = fmt::format("{}{{{}}}", parent.name, selector),
                           .type = parent.type,
                           .contains = parent.contains,
                           .is_own = parent.is_own,
                           .parent = &parent,
                           .selector = std::string(selector),
                           .selector_tags = std::move(tags)});
  parent.submetrics.push_back(&submetric);
  tag_store_->add_submetric(submetric);
  return &submetric;
}

std::vector<const Metric*> Registry::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<const Metric*> metrics;
  metrics.reserve(metrics_.size());
  for (const Metric& metric : metrics_) metrics.push_back(&metric);
  return metrics;
}

}  // namespace proofload::metrics
