// LivePrometheus: what Prometheus says of the service while a run goes on.
#pragma once

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certify/halt_watch.h"
#include "evidence/result.h"
#include "observe/prometheus.h"
#include "plan/plan.h"

namespace proofload::certify {

// The selector of a component's series: its own matchers and those of the whole plan.
std::string selector_of(const plan::Component& component, const plan::Observe& observe);

// Whether its Prometheus has what replicas() needs; blocks for a probe's timeout at most.
bool can_see_replicas(const plan::Observe& observe);

// Asks on a thread of its own, a third of the scrape interval after each answer and not more often
// than each second, until it is destroyed. Methods: any thread.
class LivePrometheus {
 public:
  // Nothing when the plan names no Prometheus, or nothing to ask it for.
  static std::unique_ptr<LivePrometheus> start(const plan::Plan& plan);
  ~LivePrometheus();
  LivePrometheus(const LivePrometheus&) = delete;
  LivePrometheus& operator=(const LivePrometheus&) = delete;

  // The latest points of every component's signals.
  std::vector<evidence::Signal> signals() const;
  // Of all deployments that the plan's `match` selects (kube-state-metrics); nothing without such
  // series, or when they are older than a minute.
  std::optional<HaltWatch::Replicas> replicas(WallTime now) const;
  // Of the last try; empty when it succeeded.
  std::string error() const;

 private:
  explicit LivePrometheus(const plan::Plan& plan);
  void run();
  void ask(observe::Prometheus& prometheus);

  const plan::Plan& plan_;
  Duration pause_{};
  bool wants_replicas_ = false;
  mutable std::mutex mutex_;
  std::condition_variable stop_;
  bool is_stopping_ = false;
  std::vector<evidence::Signal> signals_;
  std::optional<HaltWatch::Replicas> replicas_;
  WallTime replicas_at_{};
  std::string error_;
  std::future<void> done_;  // of its thread
};

}  // namespace proofload::certify
