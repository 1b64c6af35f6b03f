// EngineThread's other half: driving the executors' machines from VU events, timers and peers.
#include <span>
#include <utility>

#include "base/log.h"
#include "metrics/tag_set.h"
#include "run/engine_thread.h"

namespace proofload::run {

using load::Action;
using load::VuEvent;

namespace {

constexpr Duration kHeldRetry = std::chrono::milliseconds(100);

}  // namespace

void EngineThread::start_machines() {
  open_machines_ = shared_.scenarios.size();
  machines_.resize(shared_.scenarios.size());
  pending_.reserve(64);
  for (std::size_t i = 0; i < machines_.size(); i++) {
    machines_[i].executor = load::make_executor(*shared_.scenarios[i].state, index_);
    machines_[i].timer = std::make_unique<runtime::Timer>([this, i] {
      step(i, {});
      drain();
    });
  }
  seal_timer_ = std::make_unique<runtime::Timer>([this] {
    seal();
    next_seal_ += std::chrono::seconds(1);
    loop_->timers().arm(*seal_timer_, next_seal_);
  });
  held_timer_ = std::make_unique<runtime::Timer>([this] { release_held(); });
  next_seal_ = monotonic_now() + std::chrono::seconds(1);
  loop_->timers().arm(*seal_timer_, next_seal_);
  for (std::size_t i = 0; i < machines_.size(); i++) step(i, {});
  drain();
}

void EngineThread::push(std::size_t scenario, const VuEvent& event) {
  pending_.push_back({scenario, event});
}

// Hands the waiting events to their machines. Actions may add events, but never call back in here.
// A peer that was launched first may already have sent some: they wait for start_machines().
void EngineThread::drain() {
  if (is_draining_ || machines_.empty()) return;
  is_draining_ = true;
  for (std::size_t i = 0; i < pending_.size(); i++) {
    const PendingEvent next = pending_[i];
    step(next.scenario, {&next.event, 1});
  }
  pending_.clear();
  is_draining_ = false;
}

void EngineThread::step(std::size_t scenario, std::span<const VuEvent> events) {
  Machine& machine = machines_[scenario];
  machine.executor->step(monotonic_now(), events, actions_);
  // apply() only queues events, so the list does not change under the loop.
  for (const Action& action : actions_) apply(scenario, action);
  actions_.clear();
  const TimePoint due = machine.executor->next_due();
  if (due == runtime::Timer::kNever) {
    loop_->timers().disarm(*machine.timer);
  } else if (due != machine.timer->due()) {
    loop_->timers().arm(*machine.timer, due);
  }
}

void EngineThread::apply(std::size_t scenario, const Action& action) {
  switch (action.kind) {
    case Action::Kind::kAcquireVu:
      return acquire(scenario, action);
    case Action::Kind::kInitVu:
      return init_unplanned(scenario, action);
    case Action::Kind::kStartIteration: {
      Runner& runner = runner_of(action.vu);
      runner.next = k6::IterationInfo{.in_instance = action.iteration_in_instance,
                                      .in_test = action.iteration_in_test,
                                      .due = action.due};
      if (!is_held(scenario, runner)) loop_->make_ready(runner.fiber);
      return;
    }
    case Action::Kind::kInterruptVu:
      return interrupt(scenario, runner_of(action.vu));
    case Action::Kind::kReleaseVu:
      return release(action);
    case Action::Kind::kOffer:
    case Action::Kind::kWake: {
      EngineThread& peer = *(*peers_)[action.thread];
      const VuEvent event{.kind = action.kind == Action::Kind::kOffer ? VuEvent::Kind::kOffered
                                                                      : VuEvent::Kind::kWake,
                          .due = action.due};
      peer.post([&peer, scenario, event] {
        peer.push(scenario, event);
        peer.drain();
      });
      return;
    }
    case Action::Kind::kDropIterations:
      return drop(scenario, action);
    case Action::Kind::kWarnInsufficientVus:
      return log(LogLevel::kWarning, load::insufficient_vus_text(action.count),
                 {{"executor", shared_.scenarios[scenario].context.executor},
                  {"scenario", shared_.scenarios[scenario].context.name}});
    case Action::Kind::kFinished:
      if (--open_machines_ == 0) {
        seal();
        loop_->timers().disarm(*seal_timer_);
        events_.on_finished(index_);
      }
      return;
  }
}

// An arrival rate's machine asks the gate itself. A closed loop has no schedule to drop from: its
// VUs wait.
bool EngineThread::is_held(std::size_t scenario, Runner& runner) {
  const ScenarioRun& run = shared_.scenarios[scenario];
  load::Gate& gate = run.state->gate();
  if (run.context.has_schedule || gate.is_untouched()) return false;
  if (gate.admits(runner.slot, monotonic_now())) return false;
  if (!std::exchange(runner.is_held, true)) held_.push_back(&runner);
  loop_->timers().arm(*held_timer_, monotonic_now() + kHeldRetry);
  return true;
}

void EngineThread::release_held() {
  const TimePoint now = monotonic_now();
  std::vector<Runner*> still;
  for (Runner* runner : held_) {
    if (!runner->is_held) continue;  // interrupted meanwhile
    const load::ScenarioState& state = *shared_.scenarios[runner->scenario].state;
    if (now >= state.regular_end()) {
      interrupt(runner->scenario, *runner);
    } else if (state.gate().is_open(runner->slot, now)) {
      runner->is_held = false;
      loop_->make_ready(runner->fiber);
    } else {
      still.push_back(runner);
    }
  }
  held_ = std::move(still);
  if (!held_.empty()) loop_->timers().arm(*held_timer_, now + kHeldRetry);
  drain();
}

void EngineThread::interrupt(std::size_t scenario, Runner& runner) {
  if (!runner.next) return runner.vu->interrupt();
  // Its fiber has not even begun.
  runner.next.reset();
  runner.is_held = false;
  push(scenario, {.kind = VuEvent::Kind::kIterationInterrupted, .slot = runner.slot});
}

void EngineThread::acquire(std::size_t scenario, const Action& action) {
  Runner& runner = runner_of(action.vu);
  if (runner.is_free) {
    occupy(runner, scenario, action.slot);
  } else {
    runner.waiting.emplace_back(scenario, action.slot);
  }
}

void EngineThread::occupy(Runner& runner, std::size_t scenario, std::uint32_t slot) {
  runner.is_free = false;
  runner.scenario = scenario;
  runner.slot = slot;
  push(scenario, {.kind = VuEvent::Kind::kVuReady, .slot = slot});
}

// On the VU's own thread, which may be a peer's.
void EngineThread::init_unplanned(std::size_t scenario, const Action& action) {
  EngineThread& owner = *(*peers_)[action.thread];
  owner.post([&owner, scenario, action] {
    if (owner.runners_[(action.vu - 1) / owner.shared_.thread_count]) {
      owner.acquire(scenario, action);
      owner.drain();
      return;
    }
    owner.init_runner(action.vu, [&owner, scenario, action](Result<void> result) {
      if (result) {
        owner.acquire(scenario, action);
      } else {
        log(LogLevel::kError, result.error().message());
        owner.push(scenario, {.kind = VuEvent::Kind::kVuFailed, .slot = action.slot});
      }
      owner.drain();
    });
  });
}

void EngineThread::release(const Action& action) {
  Runner& runner = runner_of(action.vu);
  if (std::exchange(runner.is_active, false)) runner.vu->deactivate();
  runner.is_free = true;
  if (runner.waiting.empty()) return;
  const auto [scenario, slot] = runner.waiting.front();
  runner.waiting.erase(runner.waiting.begin());
  occupy(runner, scenario, slot);
}

void EngineThread::drop(std::size_t scenario, const Action& action) {
  if (shared_.is_aborted) return;  // what an aborted run had left to do is not counted
  const k6::ScenarioContext& context = shared_.scenarios[scenario].context;
  metrics::TagBuilder tags;
  for (const auto& [name, value] : shared_.test.run_tags) tags.set(name, value);
  for (const auto& [name, value] : context.tags) tags.set(name, value);
  if (shared_.test.system_tags.has(metrics::SystemTag::kScenario)) {
    tags.set(metrics::SystemTag::kScenario, context.name);
  }
  recorder_->record(shared_.test.registry.builtin().dropped_iterations,
                    host_->tag_table().intern(tags), static_cast<double>(action.count),
                    monotonic_now());
}

}  // namespace proofload::run
