#include "certify/live_prometheus.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "certify/preflight.h"
#include "observe/signals.h"

namespace proofload::certify {
namespace {

// Of kube-state-metrics.
constexpr std::string_view kReadyMetric = "kube_deployment_status_replicas_available";
constexpr std::string_view kDesiredMetric = "kube_deployment_spec_replicas";

bool has_replica_rule(const plan::Safety& safety) {
  return std::any_of(safety.halt_when.begin(), safety.halt_when.end(), [](const auto& rule) {
    return rule.signal == plan::HaltRule::Signal::kReadyReplicas;
  });
}

// A sum over deployments, at Prometheus's own now; nothing when there are none.
std::optional<evidence::Signal::Point> sum_of(observe::Prometheus& prometheus,
                                              std::string_view metric, std::string_view match) {
  const auto found = prometheus.query(fmt::format("sum({}{{{}}})", metric, match));
  if (!found || found->empty() || found->front().points.empty()) return std::nullopt;
  return found->front().points.back();
}

}  // namespace

bool can_see_replicas(const plan::Observe& observe) {
  if (observe.prometheus.empty()) return false;
  observe::HttpRequest server{.url = observe.prometheus};
  server.timeout = kProbeTimeout;
  observe::Prometheus prometheus(server);
  return sum_of(prometheus, kReadyMetric, observe.prometheus_match).has_value() &&
         sum_of(prometheus, kDesiredMetric, observe.prometheus_match).has_value();
}

std::string selector_of(const plan::Component& component, const plan::Observe& observe) {
  return observe.prometheus_match.empty() ? component.match
                                          : observe.prometheus_match + "," + component.match;
}

std::unique_ptr<LivePrometheus> LivePrometheus::start(const plan::Plan& plan) {
  const bool has_components =
      std::any_of(plan.service.components.begin(), plan.service.components.end(),
                  [](const plan::Component& one) { return !one.match.empty(); });
  if (plan.observe.prometheus.empty() || (!has_components && !has_replica_rule(plan.safety))) {
    return nullptr;
  }
  return std::unique_ptr<LivePrometheus>(new LivePrometheus(plan));
}

LivePrometheus::LivePrometheus(const plan::Plan& plan)
    : plan_(plan),
      pause_(std::max<Duration>(plan.observe.max_scrape_interval / 3, std::chrono::seconds(1))),
      wants_replicas_(has_replica_rule(plan.safety)),
      done_(std::async(std::launch::async, [this] { run(); })) {}

LivePrometheus::~LivePrometheus() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stop_.notify_all();
  done_.wait();
}

void LivePrometheus::run() {
  observe::HttpRequest server{.url = plan_.observe.prometheus};
  server.timeout = kProbeTimeout;
  observe::Prometheus prometheus(server);
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    ask(prometheus);
    lock.lock();
    stop_.wait_for(lock, pause_, [this] { return is_stopping_; });
  }
}

void LivePrometheus::ask(observe::Prometheus& prometheus) {
  const WallTime now = wall_now();
  const Duration interval = plan_.observe.max_scrape_interval;
  const auto since = now - std::chrono::duration_cast<WallTime::duration>(2 * interval);
  std::vector<evidence::Signal> all;
  std::string error;
  for (const plan::Component& component : plan_.service.components) {
    if (component.match.empty()) continue;
    auto found = prometheus.signals(component.name, selector_of(component, plan_.observe), since,
                                    now, observe::rate_window(interval));
    if (!found) {
      error = found.error().message();
      break;  // the next one would not answer either
    }
    for (evidence::Signal& signal : *found) all.push_back(std::move(signal));
  }
  std::optional<evidence::Signal::Point> ready;
  std::optional<evidence::Signal::Point> desired;
  if (wants_replicas_ && error.empty()) {
    const std::string& match = plan_.observe.prometheus_match;
    ready = sum_of(prometheus, kReadyMetric, match);
    desired = sum_of(prometheus, kDesiredMetric, match);
  }
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
  if (error_.empty()) signals_ = std::move(all);
  if (ready && desired) {
    replicas_ = {ready->value, desired->value};
    replicas_at_ = ready->at;
  }
}

std::vector<evidence::Signal> LivePrometheus::signals() const {
  const std::lock_guard lock(mutex_);
  return signals_;
}

std::optional<HaltWatch::Replicas> LivePrometheus::replicas(WallTime now) const {
  constexpr Duration kOld = std::chrono::minutes(1);
  const std::lock_guard lock(mutex_);
  return replicas_ && now - replicas_at_ < kOld ? replicas_ : std::nullopt;
}

std::string LivePrometheus::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

}  // namespace proofload::certify
