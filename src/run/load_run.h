// LoadRun: one load run from the first VU's init to the last teardown, seen from the control
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "k6/script_host.h"
#include "k6/vu.h"
#include "load/plan.h"
#include "load/progress.h"
#include "load/segment.h"
#include "metrics/accumulator.h"
#include "metrics/threshold.h"
#include "run/engine_thread.h"
#include "run/memory_watch.h"
#include "run/self_watch.h"
#include "run/shared_run.h"
#include "runtime/waiter.h"

namespace proofload::run {

struct LoadRunConfig {
  k6::TestState& test;
  k6::ScriptHost& host;  // the control thread's, network open
  k6::Vu& vu;            // VU 0, its init done; the fiber that calls run() is its own
  js::CodeCache& code_cache;
  metrics::Thresholds& thresholds;
  std::vector<load::Scenario> scenarios;  // sorted
  load::ExecutionTuple tuple;
  std::uint32_t cores = 1;
  runtime::IoKind io = runtime::IoKind::kAuto;
  js::ContextKind context_kind = js::ContextKind::kLight;
  bool has_scopes = false;
  metrics::SampleQueue* samples = nullptr;
  bool has_setup = false;  // the script exports it and it is not switched off
  bool has_teardown = false;
  Duration setup_timeout{};
  Duration teardown_timeout{};
  // Each sealed frame, before it is added to the totals: from the control thread's loop, about once
  // a second for each thread, and once more at the end. Null when nobody listens.
  std::function<void(const metrics::Frame&)> on_frame = nullptr;
  // Each second from the launch of the scenarios on, when the frames of all threads are in.
  std::function<void()> on_second = nullptr;
  // Thresholds are only listed, never evaluated while running.
  bool no_thresholds = false;
};

enum class RunStage : std::uint8_t { kInit, kSetup, kRunning, kTeardown, kEnded };

// What the terminal shows while it goes on.
struct RunSnapshot {
  RunStage stage = RunStage::kInit;
  load::RunStatus status;
  std::vector<load::ScenarioProgress> scenarios;
};

struct RunOutcome {
  // What ended it early: a signal, a threshold, the script, an exception in setup or teardown.
  std::optional<Error> error;
  // The load was never started: init or setup failed.
  bool is_started = false;
  Duration test_run_duration{};  // from the test clock's zero, setup and teardown included
  std::string io_name;
};

// Control thread's, on its loop.
class LoadRun final : private EngineEvents {
 public:
  explicit LoadRun(LoadRunConfig config);
  ~LoadRun() override;

  // Blocks the calling fiber for the whole run.
  RunOutcome run();
  // From the loop's stack: interrupts all VUs at once; teardown still runs. Only the first reason
  // counts.
  void abort(Error reason);

  // How many of a thousand starts of every scenario are let through; also before run().
  void set_share(int permille);
  // What the scenarios have come to so far, and how many of their starts were withheld.
  struct ScenarioCount {
    std::string name;
    std::uint64_t started = 0;
    std::uint64_t withheld = 0;
  };
  std::vector<ScenarioCount> counts() const;

  RunSnapshot snapshot() const;
  metrics::Accumulator& totals() { return totals_; }
  const load::ExecutionPlan& plan() const { return plan_; }
  const SelfWatch& self_watch() const { return self_watch_; }

 private:
  void on_initialized(std::uint32_t thread, Result<void> result) override;
  void on_finished(std::uint32_t thread) override;

  Result<void> start_threads();
  Result<void> run_setup();
  void run_scenarios();
  void run_teardown();
  void stop_threads();
  void begin_clock();
  void on_second();
  void on_frames();
  void check_memory();
  void merge_frames();
  void evaluate_thresholds();
  void record_vus();
  std::int64_t active_vus() const;
  Duration elapsed() const;

  LoadRunConfig config_;
  runtime::Loop& loop_;
  SharedRun shared_;
  load::ExecutionPlan plan_;
  std::vector<std::unique_ptr<EngineThread>> threads_;
  metrics::Accumulator totals_;
  SelfWatch self_watch_;
  MemoryWatch memory_watch_;
  RunStage stage_ = RunStage::kInit;
  RunOutcome outcome_;
  std::optional<Error> init_error_;
  std::uint32_t initialized_count_ = 0;
  std::uint32_t finished_count_ = 0;
  bool is_launched_ = false;
  bool is_in_script_ = false;  // setup() runs on VU 0
  runtime::Waiter waiter_;
  runtime::Timer second_timer_;
  runtime::Timer threshold_timer_;
  runtime::Timer frame_timer_;
  TimePoint next_second_{};
  TimePoint next_evaluation_{};
  TimePoint next_frames_{};
  TimePoint started_{};
  TimePoint ended_{};
  std::uint64_t frame_index_ = 0;
};

}  // namespace proofload::run
