#include "run/engine_thread.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/log.h"

namespace proofload::run {

EngineThread::~EngineThread() {
  join();
}

void EngineThread::start(std::vector<std::unique_ptr<EngineThread>>& peers, int cpu) {
  peers_ = &peers;
  thread_ = runtime::Thread::start({.name = fmt::format("engine-{}", index_), .cpu = cpu},
                                   [this] { run(); });
}

void EngineThread::join() {
  if (!thread_.is_joinable()) return;
  if (loop_) loop_->stop();
  thread_.join();
}

void EngineThread::launch() {
  post([this] {
    loop_->take_stats();  // what init took is not the run's
    start_machines();
  });
}

void EngineThread::abort() {
  post([this] {
    for (std::size_t i = 0; i < machines_.size(); i++) {
      if (machines_[i].executor->is_done()) continue;
      machines_[i].executor->abort(monotonic_now(), actions_);
      step(i, {});
    }
    drain();
  });
}

runtime::LoopStats EngineThread::take_stats() {
  const std::lock_guard lock(stats_mutex_);
  return std::exchange(stats_, {});
}

void EngineThread::run() {
  if (const auto opened = open(); !opened) {
    // They belong to this thread, and what became of them must not depend on who deletes us.
    host_.reset();
    recorder_.reset();
    loop_.reset();
    events_.on_initialized(index_, opened.error());
    return;
  }
  const std::uint32_t first = index_ + 1;
  post([this, first] { init_planned(first); });
  loop_->run();
  close();
}

Result<void> EngineThread::open() {
  loop_ = PL_TRY(runtime::Loop::create(shared_.io));
  io_name_ = loop_->name();
  recorder_ = std::make_unique<metrics::Recorder>(
      shared_.test.registry,
      metrics::RecorderOptions{.has_scopes = shared_.has_scopes, .samples = shared_.samples});
  host_ = std::make_unique<k6::ScriptHost>(
      k6::ScriptHost::Config{.loop = *loop_,
                             .test = shared_.test,
                             .code_cache = shared_.code_cache,
                             .recorder = *recorder_,
                             .context_kind = shared_.context_kind});
  PL_TRY(host_->open_network());
  const auto possible = static_cast<std::size_t>(shared_.deal.possible_vus);
  runners_.resize((possible + shared_.thread_count - 1) / shared_.thread_count);
  return {};
}

// Initialises the planned VUs one after the other, each on its own fiber.
void EngineThread::init_planned(std::uint32_t id) {
  if (static_cast<std::int64_t>(id) > shared_.deal.planned_vus || shared_.is_aborted) {
    if (shared_.context_kind == js::ContextKind::kLight) builtins_ = host_->js().fingerprint();
    host_->js().freeze();
    events_.on_initialized(index_, {});
    return;
  }
  init_runner(id, [this, id](Result<void> result) {
    if (!result) {
      events_.on_initialized(index_, std::move(result));
      return;
    }
    post([this, id] { init_planned(id + shared_.thread_count); });
  });
}

// Makes VU `id` and runs its init code on its fiber, which then waits for iterations. `on_done` is
// called on that fiber.
void EngineThread::init_runner(std::uint32_t id, std::function<void(Result<void>)> on_done) {
  auto& runner = runners_[(id - 1) / shared_.thread_count];
  runner = std::make_unique<Runner>();
  runner->id = id;
  // In a segment, ids in the test are striped like VUs are; the tuple of the first scenario is
  // everybody's.
  const load::ExecutionTuple& tuple = shared_.scenarios.front().state->tuple();
  runner->vu = std::make_unique<k6::Vu>(
      *host_,
      k6::Vu::Ids{.in_instance = id,
                  .in_test = static_cast<std::uint64_t>(tuple.striped(id - 1)) + 1},
      runner->fiber);
  loop_->spawn(runner->fiber, [this, &own = *runner, on_done = std::move(on_done)] {
    Result<void> result = own.vu->init();
    const bool is_usable = result.has_value();
    if (is_usable) shared_.test.vus_initialized.fetch_add(1);
    on_done(std::move(result));
    if (is_usable) run_vu(own);
  });
}

// The life of a VU's fiber after init: one iteration after the other, until the thread closes.
void EngineThread::run_vu(Runner& runner) {
  // A script without I/O must not keep the loop from its completions for longer than this.
  constexpr Duration kSliceMax = std::chrono::microseconds(500);
  while (!is_closing_) {
    if (!runner.next || runner.is_held) {
      runtime::Fiber::suspend();
      continue;
    }
    runner.fiber.clear_cancel();
    // Not when it was acquired: ten thousand at once would hold the loop for 15 ms.
    if (!std::exchange(runner.is_active, true)) {
      runner.vu->activate(shared_.scenarios[runner.scenario].context);
    }
    const k6::IterationInfo info = *std::exchange(runner.next, std::nullopt);
    const k6::IterationOutcome outcome = runner.vu->run_iteration(info);
    // Known here before the run has been told: the machines hear of this iteration first.
    if (outcome == k6::IterationOutcome::kAborted) shared_.is_aborted = true;
    between_iterations();
    push(runner.scenario, {.kind = outcome == k6::IterationOutcome::kComplete
                                       ? load::VuEvent::Kind::kIterationDone
                                       : load::VuEvent::Kind::kIterationInterrupted,
                           .slot = runner.slot});
    drain();
    if (monotonic_now() - loop_->now() > kSliceMax) loop_->yield();
  }
}

void EngineThread::between_iterations() {
  host_->js().release_dead();
  host_->js().collect_if_due();
}

void EngineThread::close() {
  // Wakes the idle fibers so that they return; nothing is in an iteration any more.
  is_closing_ = true;
  for (const auto& runner : runners_) {
    if (runner && runner->fiber.is_suspended()) loop_->make_ready(runner->fiber);
  }
  stop_when_quiet();
  loop_->run();
  warn_of_changed_builtins();
  seal_timer_.reset();
  held_timer_.reset();
  machines_.clear();
  // Millions of script values take seconds to free one by one. The run is the last thing that
  // happens in its process, whose end frees them at once.
  constexpr std::size_t kFreedHeapMax = std::size_t{256} << 20;
  if (host_->js().heap_stats().bytes > kFreedHeapMax) {
    for (auto& runner : runners_) static_cast<void>(runner.release());
    static_cast<void>(host_.release());
    return;
  }
  runners_.clear();
  host_->js().release_dead();
  host_.reset();
  recorder_.reset();
}

// What init changed is known before and gives each VU its own; what an iteration changes is not.
void EngineThread::warn_of_changed_builtins() {
  if (!builtins_) return;
  const std::vector<std::string> changed = host_->js().changes_since(*builtins_);
  if (changed.empty() || shared_.has_warned_of_builtins.exchange(true)) return;
  log(LogLevel::kWarning,
      "the script changes built-ins while it runs, which its VUs on a core share; use "
      "--isolation=full if that matters",
      {{"builtins", fmt::format("{}", fmt::join(changed, ", "))}});
}

// A turn resumes some of the ready fibers only.
void EngineThread::stop_when_quiet() {
  post([this] { loop_->has_ready() ? stop_when_quiet() : loop_->stop(); });
}

void EngineThread::seal() {
  shared_.frames.put(recorder_->seal(frame_index_++));
  const std::lock_guard lock(stats_mutex_);
  stats_.merge(loop_->take_stats());
}

}  // namespace proofload::run
