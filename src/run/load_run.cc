#include "run/load_run.h"

#include <algorithm>

#include "base/check.h"
#include "base/log.h"
#include "load/executor.h"

namespace proofload::run {
namespace {

// Threads seal their frames at whole seconds after the launch; a busy one is a little late.
constexpr Duration kFramesLate = std::chrono::milliseconds(250);

// A thread per core that is given to us, but none without a VU.
std::uint32_t thread_count(const LoadRunConfig& config, std::int64_t possible_vus) {
  const auto vus = static_cast<std::uint32_t>(std::clamp<std::int64_t>(possible_vus, 1, 1 << 20));
  return std::clamp<std::uint32_t>(config.cores, 1, vus);
}

k6::ScenarioContext context_of(const load::Scenario& scenario) {
  return {.state = nullptr,
          .name = scenario.name,
          .executor = std::string(load::to_string(scenario.type())),
          .exec = std::string(scenario.exec_or_default()),
          .has_schedule = scenario.type() == load::ExecutorType::kConstantArrivalRate ||
                          scenario.type() == load::ExecutorType::kRampingArrivalRate,
          .env = scenario.env.value_or(std::map<std::string, std::string>()),
          .tags = scenario.tags.value_or(std::map<std::string, std::string>())};
}

}  // namespace

LoadRun::LoadRun(LoadRunConfig config)
    : config_(std::move(config)),
      loop_(config_.host.loop()),
      shared_{.test = config_.test,
              .code_cache = config_.code_cache,
              .io = config_.io,
              .context_kind = config_.context_kind,
              .has_scopes = config_.has_scopes,
              .samples = config_.samples,
              .deal = load::deal_vus(config_.scenarios, config_.tuple)},
      plan_(load::merged_requirements(config_.scenarios, config_.tuple)),
      totals_(config_.test.registry),
      waiter_(loop_),
      second_timer_([this] { on_second(); }),
      threshold_timer_([this] { evaluate_thresholds(); }),
      frame_timer_([this] { on_frames(); }) {
  shared_.thread_count = thread_count(config_, shared_.deal.possible_vus);
  for (std::size_t i = 0; i < config_.scenarios.size(); i++) {
    const load::Scenario& scenario = config_.scenarios[i];
    if (!load::has_work(scenario, config_.tuple)) continue;
    ScenarioRun run{.context = context_of(scenario),
                    .state = std::make_unique<load::ScenarioState>(
                        load::ScenarioState::Context{.scenario = scenario,
                                                     .tuple = config_.tuple,
                                                     .slots = shared_.deal.slots[i],
                                                     .thread_count = shared_.thread_count})};
    run.context.state = run.state.get();
    if (k6::CircuitBreaker* breaker = config_.test.breaker) {
      run.context.index = breaker->add_scenario(scenario.name, run.state->gate());
    }
    shared_.scenarios.push_back(std::move(run));
  }
  config_.test.active_vus = [this] { return active_vus(); };
}

LoadRun::~LoadRun() {
  stop_threads();
  config_.test.active_vus = nullptr;
}

RunOutcome LoadRun::run() {
  if (const auto started = start_threads(); !started) {
    outcome_.error = started.error();
    stage_ = RunStage::kEnded;
    stop_threads();
    return outcome_;
  }
  begin_clock();
  const Result<void> setup = run_setup();
  if (!setup && !outcome_.error) outcome_.error = setup.error();
  if (!outcome_.error) {
    run_scenarios();
    run_teardown();
  }
  loop_.timers().disarm(second_timer_);
  loop_.timers().disarm(threshold_timer_);
  ended_ = monotonic_now();
  outcome_.test_run_duration = ended_ - started_;
  stage_ = RunStage::kEnded;
  stop_threads();
  shared_.frames.put(config_.host.recorder().seal(frame_index_++));
  merge_frames();
  return outcome_;
}

void LoadRun::abort(Error reason) {
  if (outcome_.error || stage_ == RunStage::kTeardown || stage_ == RunStage::kEnded) return;
  outcome_.error = std::move(reason);
  shared_.is_aborted = true;
  if (is_in_script_) config_.vu.interrupt();
  if (is_launched_) {
    for (const auto& thread : threads_) thread->abort();
  }
  waiter_.notify();
}

void LoadRun::set_share(int permille) {
  for (const ScenarioRun& scenario : shared_.scenarios) scenario.state->gate().set_share(permille);
}

std::vector<LoadRun::ScenarioCount> LoadRun::counts() const {
  std::vector<ScenarioCount> counts;
  for (const ScenarioRun& scenario : shared_.scenarios) {
    const load::ScenarioState& state = *scenario.state;
    counts.push_back({scenario.context.name, static_cast<std::uint64_t>(state.started_iterations()),
                      static_cast<std::uint64_t>(state.gate().withheld())});
  }
  return counts;
}

// --- init ---------------------------------------------------------------------------------------

Result<void> LoadRun::start_threads() {
  const std::vector<int> cpus = runtime::usable_cpus();
  for (std::uint32_t i = 0; i < shared_.thread_count; i++) {
    threads_.push_back(
        std::make_unique<EngineThread>(shared_, i, static_cast<EngineEvents&>(*this)));
  }
  for (std::uint32_t i = 0; i < shared_.thread_count; i++) {
    // Several engines on one core each keep their caches; a single one is the scheduler's to place.
    const bool is_pinned = shared_.thread_count > 1 && cpus.size() >= shared_.thread_count;
    threads_[i]->start(threads_, is_pinned ? cpus[i] : -1);
  }
  while (initialized_count_ < shared_.thread_count) {
    waiter_.wait(monotonic_now() + std::chrono::seconds(1));
    check_memory();
  }
  if (init_error_) return *init_error_;
  outcome_.io_name = threads_.front()->io_name();
  if (outcome_.error) return *outcome_.error;
  return {};
}

void LoadRun::on_initialized(std::uint32_t, Result<void> result) {
  loop_.post([this, result = std::move(result)] {
    if (!result && !init_error_) init_error_ = result.error();
    initialized_count_++;
    waiter_.notify();
  });
}

void LoadRun::on_finished(std::uint32_t) {
  loop_.post([this] {
    finished_count_++;
    waiter_.notify();
  });
}

void LoadRun::stop_threads() {
  for (const auto& thread : threads_) thread->join();
  threads_.clear();
}

// --- the run ------------------------------------------------------------------------------------

void LoadRun::begin_clock() {
  started_ = monotonic_now();
  config_.test.started_ns = started_.time_since_epoch().count();
  next_second_ = started_ + std::chrono::seconds(1);
  loop_.timers().arm(second_timer_, next_second_);
  if (!config_.no_thresholds) {
    next_evaluation_ = started_ + metrics::kThresholdPeriod;
    loop_.timers().arm(threshold_timer_, next_evaluation_);
  }
}

Result<void> LoadRun::run_setup() {
  if (!config_.has_setup) return {};
  stage_ = RunStage::kSetup;
  is_in_script_ = true;
  Result<std::string> data = config_.vu.run_setup(config_.setup_timeout);
  is_in_script_ = false;
  // Its groups and checks come first in the summary, its samples first in the outputs.
  shared_.frames.put(config_.host.recorder().seal(frame_index_++));
  merge_frames();
  if (!data) return data.error();
  config_.test.setup_data = *std::move(data);
  return {};
}

void LoadRun::run_scenarios() {
  stage_ = RunStage::kRunning;
  outcome_.is_started = true;
  const TimePoint at = monotonic_now();
  for (ScenarioRun& scenario : shared_.scenarios) scenario.state->launch(at);
  is_launched_ = true;
  for (const auto& thread : threads_) thread->launch();
  if (config_.on_second) {
    next_frames_ = at + std::chrono::seconds(1) + kFramesLate;
    loop_.timers().arm(frame_timer_, next_frames_);
  }
  while (finished_count_ < shared_.thread_count) waiter_.wait(runtime::Timer::kNever);
  is_launched_ = false;
  loop_.timers().disarm(frame_timer_);
}

void LoadRun::run_teardown() {
  if (!config_.has_teardown) return;
  stage_ = RunStage::kTeardown;
  const Result<void> result = config_.vu.run_teardown(config_.teardown_timeout);
  if (!result && !outcome_.error) outcome_.error = result.error();
}

// --- each second --------------------------------------------------------------------------------

void LoadRun::check_memory() {
  if (memory_watch_.is_nearly_full()) {
    abort(Error(ErrorKind::kInvalidRun,
                "test run stopped: the memory limit of the load generator is nearly reached")
              .with_hint("use fewer VUs, less data per VU, or a machine with more memory"));
  }
}

void LoadRun::on_second() {
  next_second_ += std::chrono::seconds(1);
  loop_.timers().arm(second_timer_, next_second_);
  record_vus();
  shared_.frames.put(config_.host.recorder().seal(frame_index_++));
  merge_frames();
  for (const auto& thread : threads_) {
    self_watch_.add(thread->take_stats(), std::chrono::seconds(1));
  }
  check_memory();
  for (const std::string& text : config_.test.registry.tag_store().take_warnings()) {
    log(LogLevel::kWarning, text);
  }
}

void LoadRun::on_frames() {
  next_frames_ += std::chrono::seconds(1);
  loop_.timers().arm(frame_timer_, next_frames_);
  merge_frames();
  config_.on_second();
}

void LoadRun::merge_frames() {
  for (auto& frame : shared_.frames.take()) {
    if (config_.on_frame) config_.on_frame(*frame);
    totals_.merge(std::move(frame));
  }
}

void LoadRun::record_vus() {
  metrics::TagBuilder tags;
  for (const auto& [name, value] : config_.test.run_tags) tags.set(name, value);
  const metrics::TagSet& set = config_.host.tag_table().intern(tags);
  const metrics::BuiltIn& builtin = config_.test.registry.builtin();
  const TimePoint now = monotonic_now();
  config_.host.recorder().record(builtin.vus, set, static_cast<double>(active_vus()), now);
  config_.host.recorder().record(builtin.vus_max, set,
                                 static_cast<double>(config_.test.vus_initialized.load()), now);
}

void LoadRun::evaluate_thresholds() {
  next_evaluation_ += metrics::kThresholdPeriod;
  loop_.timers().arm(threshold_timer_, next_evaluation_);
  if (!is_launched_) return;
  merge_frames();
  const metrics::ThresholdVerdict verdict = config_.thresholds.evaluate(totals_, elapsed());
  if (!verdict.should_abort || outcome_.error) return;
  abort(Error(ErrorKind::kThresholds, metrics::aborted_text(verdict.crossed)));
}

std::int64_t LoadRun::active_vus() const {
  std::int64_t count = 0;
  for (const ScenarioRun& scenario : shared_.scenarios) count += load::active_vus(*scenario.state);
  return count;
}

Duration LoadRun::elapsed() const {
  if (started_ == TimePoint{}) return Duration::zero();
  return (stage_ == RunStage::kEnded ? ended_ : monotonic_now()) - started_;
}

RunSnapshot LoadRun::snapshot() const {
  RunSnapshot snapshot{.stage = stage_, .status = {}, .scenarios = {}};
  const k6::TestState& test = config_.test;
  if (started_ != TimePoint{}) snapshot.status.elapsed = elapsed();
  snapshot.status.duration_max = load::end_offset(plan_);
  snapshot.status.active_vus = active_vus();
  snapshot.status.initialized_vus = test.vus_initialized.load();
  snapshot.status.possible_vus = load::possible_vus(plan_);
  snapshot.status.complete = test.iterations_completed.load();
  snapshot.status.interrupted = test.iterations_interrupted.load();
  const TimePoint now = monotonic_now();
  for (const ScenarioRun& scenario : shared_.scenarios) {
    snapshot.scenarios.push_back(load::scenario_progress(*scenario.state, now));
  }
  return snapshot;
}

}  // namespace proofload::run
