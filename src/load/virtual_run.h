// Drives the machines of a few scenarios in virtual time, with VUs that only take time; for tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "load/executor.h"
#include "load/plan.h"
#include "load/scenario_state.h"

namespace proofload::load {

class VirtualRun {
 public:
  struct Options {
    std::uint32_t threads = 1;
    Duration iteration_time = std::chrono::milliseconds(100);
    // Overrides iteration_time: by VU id and iteration number.
    std::function<Duration(std::uint32_t, std::int64_t)> time_of;
    Duration init_time = std::chrono::milliseconds(1);
    std::optional<Duration> abort_at;
    ExecutionTuple tuple;
  };

  struct Start {
    std::size_t scenario = 0;
    std::uint32_t vu = 0;
    std::int64_t iteration = 0;
    std::int64_t in_test = 0;
    Duration at{};  // all from the launch
    Duration due{};
    std::optional<Duration> done;  // none: interrupted
    Duration ended{};
  };
  struct Totals {
    std::int64_t started = 0;
    std::int64_t completed = 0;
    std::int64_t interrupted = 0;
    std::int64_t dropped = 0;
    std::int64_t warnings = 0;
    std::int64_t initialized = 0;
    std::int64_t offers = 0;
    std::optional<Duration> finished;
  };

  VirtualRun(std::vector<Scenario> scenarios, Options options)
      : options_(std::move(options)), scenarios_(std::move(scenarios)) {
    sort_scenarios(scenarios_);
    deal_ = deal_vus(scenarios_, options_.tuple);
    for (std::size_t i = 0; i < scenarios_.size(); ++i) {
      const ScenarioState::Context context{scenarios_[i], options_.tuple, deal_.slots[i],
                                           options_.threads};
      states_.push_back(std::make_unique<ScenarioState>(context));
      states_.back()->launch(kLaunch);
      for (std::uint32_t t = 0; t < options_.threads; ++t) {
        machines_.push_back({i, t, make_executor(*states_.back(), t)});
      }
    }
    totals_.resize(scenarios_.size());
  }

  // Goes on to the end of all scenarios, or until nothing is due before `until`.
  void run(Duration until = std::chrono::hours(1000)) {
    for (;;) {
      const TimePoint next = next_time();
      if (next == TimePoint::max() || next > kLaunch + until) break;
      now_ = std::max(now_, next);
      if (options_.abort_at && now_ >= kLaunch + *options_.abort_at) abort_all();
      deliver();
      for (Placed& machine : machines_) {
        if (machine.executor->next_due() <= now_) step(machine, {});
      }
    }
    now_ = std::max(now_, std::min(kLaunch + until, kLaunch + std::chrono::hours(100)));
  }

  const Totals& totals(std::size_t scenario = 0) const { return totals_[scenario]; }
  const std::vector<Start>& starts() const { return starts_; }
  const ScenarioState& state(std::size_t scenario = 0) const { return *states_[scenario]; }
  const VuDeal& deal() const { return deal_; }
  static TimePoint at(Duration offset) { return kLaunch + offset; }
  std::int64_t busiest() const { return busiest_; }
  std::int64_t vus_in_use() const {
    return std::ranges::count_if(vus_, [](const auto& vu) { return vu.second.is_busy; });
  }

  // When VUs are in iterations: how many at `offset`.
  std::int64_t running_at(Duration offset) const {
    return std::ranges::count_if(
        starts_, [&](const Start& s) { return s.at <= offset && offset < s.ended; });
  }

 private:
  static constexpr TimePoint kLaunch{std::chrono::seconds(1000)};

  struct Placed {
    std::size_t scenario = 0;
    std::uint32_t thread = 0;
    std::unique_ptr<Executor> executor;
  };
  struct Pending {
    std::size_t scenario = 0;
    std::uint32_t thread = 0;
    VuEvent event;
    std::int64_t iteration = -1;  // index into starts_, for ends
  };
  struct Vu {
    bool is_busy = false;
    std::vector<Pending> waiting;
  };

  Placed& machine(std::size_t scenario, std::uint32_t thread) {
    return machines_[scenario * options_.threads + thread];
  }

  TimePoint next_time() const {
    TimePoint next = queue_.empty() ? TimePoint::max() : queue_.begin()->first;
    for (const Placed& machine : machines_) {
      next = std::min(next, machine.executor->next_due());
    }
    if (options_.abort_at && !is_aborted_) next = std::min(next, kLaunch + *options_.abort_at);
    return next;
  }

  void deliver() {
    while (!queue_.empty() && queue_.begin()->first <= now_) {
      const Pending pending = queue_.begin()->second;
      queue_.erase(queue_.begin());
      if (pending.iteration >= 0 && !end_iteration(pending)) continue;
      step(machine(pending.scenario, pending.thread), std::span(&pending.event, 1));
    }
  }

  // False for the end of an iteration that was interrupted before.
  bool end_iteration(const Pending& pending) {
    Start& start = starts_[static_cast<std::size_t>(pending.iteration)];
    const auto key = std::pair(pending.scenario, pending.event.slot);
    const auto current = running_.find(key);
    if (current == running_.end() || current->second != pending.iteration) return false;
    running_.erase(current);
    start.ended = now_ - kLaunch;
    if (pending.event.kind == VuEvent::Kind::kIterationDone) {
      start.done = start.ended;
      ++totals_[pending.scenario].completed;
    } else {
      ++totals_[pending.scenario].interrupted;
    }
    return true;
  }

  void abort_all() {
    if (std::exchange(is_aborted_, true)) return;
    for (Placed& placed : machines_) {
      Actions actions;
      placed.executor->abort(now_, actions);
      for (const Action& action : actions) perform(placed, action);
    }
  }

  void step(Placed& placed, std::span<const VuEvent> events) {
    Actions actions;
    placed.executor->step(now_, events, actions);
    for (const Action& action : actions) perform(placed, action);
  }

  void later(Duration delay, const Pending& pending) { queue_.emplace(now_ + delay, pending); }

  void perform(Placed& placed, const Action& action) {
    Totals& totals = totals_[placed.scenario];
    const Pending ready{
        placed.scenario, placed.thread, {VuEvent::Kind::kVuReady, action.slot, {}}, -1};
    switch (action.kind) {
      case Action::Kind::kAcquireVu:
        PL_CHECK(thread_of_vu(action.vu, options_.threads) == placed.thread);
        if (vus_[action.vu].is_busy) {
          vus_[action.vu].waiting.push_back(ready);
        } else {
          vus_[action.vu].is_busy = true;
          later({}, ready);
        }
        break;
      case Action::Kind::kInitVu:
        PL_CHECK(!vus_[action.vu].is_busy);
        PL_CHECK(thread_of_vu(action.vu, options_.threads) == action.thread);
        vus_[action.vu].is_busy = true;
        ++totals.initialized;
        later(options_.init_time, {placed.scenario, action.thread, ready.event, -1});
        break;
      case Action::Kind::kReleaseVu:
        release(action.vu);
        break;
      case Action::Kind::kStartIteration:
        start(placed, action);
        break;
      case Action::Kind::kInterruptVu:
        later({}, {placed.scenario,
                   placed.thread,
                   {VuEvent::Kind::kIterationInterrupted, action.slot, {}},
                   running_.at({placed.scenario, action.slot})});
        break;
      case Action::Kind::kOffer:
        ++totals.offers;
        later({}, {placed.scenario, action.thread, {VuEvent::Kind::kOffered, 0, action.due}, -1});
        break;
      case Action::Kind::kWake:
        later({}, {placed.scenario, action.thread, {VuEvent::Kind::kWake, 0, {}}, -1});
        break;
      case Action::Kind::kDropIterations:
        totals.dropped += action.count;
        break;
      case Action::Kind::kWarnInsufficientVus:
        ++totals.warnings;
        break;
      case Action::Kind::kFinished:
        PL_CHECK(placed.executor->is_done());
        totals.finished = now_ - kLaunch;
        break;
    }
  }

  void start(const Placed& placed, const Action& action) {
    PL_CHECK(vus_[action.vu].is_busy);
    const auto index = static_cast<std::int64_t>(starts_.size());
    PL_CHECK(running_.emplace(std::pair(placed.scenario, action.slot), index).second);
    starts_.push_back({.scenario = placed.scenario,
                       .vu = action.vu,
                       .iteration = action.iteration_in_instance,
                       .in_test = action.iteration_in_test,
                       .at = now_ - kLaunch,
                       .due = action.due - kLaunch});
    ++totals_[placed.scenario].started;
    busiest_ = std::max(busiest_, static_cast<std::int64_t>(running_.size()));
    const Duration time = options_.time_of
                              ? options_.time_of(action.vu, action.iteration_in_instance)
                              : options_.iteration_time;
    later(
        time,
        {placed.scenario, placed.thread, {VuEvent::Kind::kIterationDone, action.slot, {}}, index});
  }

  void release(std::uint32_t vu) {
    Vu& own = vus_[vu];
    PL_CHECK(own.is_busy);
    own.is_busy = !own.waiting.empty();
    if (!own.is_busy) return;
    later({}, own.waiting.front());
    own.waiting.erase(own.waiting.begin());
  }

  Options options_;
  std::vector<Scenario> scenarios_;
  VuDeal deal_;
  std::vector<std::unique_ptr<ScenarioState>> states_;
  std::vector<Placed> machines_;
  std::vector<Totals> totals_;
  std::vector<Start> starts_;
  std::multimap<TimePoint, Pending> queue_;  // equal times in order of insertion
  std::map<std::uint32_t, Vu> vus_;
  std::map<std::pair<std::size_t, std::uint32_t>, std::int64_t> running_;
  TimePoint now_ = kLaunch;
  bool is_aborted_ = false;
  std::int64_t busiest_ = 0;
};

}  // namespace proofload::load
