// EngineThread: one core's share of the run: its loop, its VUs, its machine of each scenario.
#pragma once

#include <atomic>
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
#include "load/executor.h"
#include "metrics/recorder.h"
#include "run/shared_run.h"
#include "runtime/loop.h"
#include "runtime/thread.h"

namespace proofload::run {

// Told from the engine thread; implementations post to where they belong.
class EngineEvents {
 public:
  virtual ~EngineEvents() = default;
  // All planned VUs of this thread have run their init code, or the first one that failed did.
  virtual void on_initialized(std::uint32_t thread, Result<void> result) = 0;
  // The last machine has finished; nothing more will be recorded but for its last frame.
  virtual void on_finished(std::uint32_t thread) = 0;
};

// Public functions are the control thread's.
class EngineThread {
 public:
  EngineThread(SharedRun& shared, std::uint32_t index, EngineEvents& events)
      : shared_(shared), index_(index), events_(events) {}
  ~EngineThread();
  EngineThread(const EngineThread&) = delete;
  EngineThread& operator=(const EngineThread&) = delete;

  // Starts the thread, which initialises its VUs and then waits. `peers` (this one among them)
  // outlive it. `cpu` pins it; -1 does not.
  void start(std::vector<std::unique_ptr<EngineThread>>& peers, int cpu);
  // After on_initialized of all threads, and ScenarioState::launch.
  void launch();
  // Interrupts what runs and starts nothing more; on_finished follows.
  void abort();
  // Ends the thread after on_finished (or a failed start); waits for it.
  void join();

  // Since the last call; for the self-watch. Any thread.
  runtime::LoopStats take_stats();
  // "io_uring" or "epoll"; after on_initialized.
  const std::string& io_name() const { return io_name_; }

 private:
  // A VU, its fiber, and what it is doing.
  struct Runner {
    runtime::Fiber fiber;
    std::unique_ptr<k6::Vu> vu;
    std::uint32_t id = 0;
    bool is_free = true;
    bool is_held = false;    // its next iteration waits at the gate
    bool is_active = false;  // the Vu knows of its scenario
    std::size_t scenario = 0;
    std::uint32_t slot = 0;
    std::optional<k6::IterationInfo> next;
    // Stays that wait until this VU is given back: scenario and slot.
    std::vector<std::pair<std::size_t, std::uint32_t>> waiting;
  };
  struct Machine {
    std::unique_ptr<load::Executor> executor;
    std::unique_ptr<runtime::Timer> timer;
  };
  struct PendingEvent {
    std::size_t scenario;
    load::VuEvent event;
  };

  void run();
  Result<void> open();
  void init_planned(std::uint32_t id);
  void init_runner(std::uint32_t id, std::function<void(Result<void>)> on_done);
  void run_vu(Runner& runner);
  void between_iterations();
  void close();
  void stop_when_quiet();
  void warn_of_changed_builtins();

  void start_machines();
  void push(std::size_t scenario, const load::VuEvent& event);
  void drain();
  void step(std::size_t scenario, std::span<const load::VuEvent> events);
  void apply(std::size_t scenario, const load::Action& action);
  void interrupt(std::size_t scenario, Runner& runner);
  void acquire(std::size_t scenario, const load::Action& action);
  void init_unplanned(std::size_t scenario, const load::Action& action);
  void occupy(Runner& runner, std::size_t scenario, std::uint32_t slot);
  void release(const load::Action& action);
  void drop(std::size_t scenario, const load::Action& action);
  bool is_held(std::size_t scenario, Runner& runner);
  void release_held();
  void seal();
  void post(std::function<void()> function) { loop_->post(std::move(function)); }
  Runner& runner_of(std::uint32_t vu) { return *runners_[(vu - 1) / shared_.thread_count]; }

  SharedRun& shared_;
  const std::uint32_t index_;
  EngineEvents& events_;
  std::vector<std::unique_ptr<EngineThread>>* peers_ = nullptr;
  runtime::Thread thread_;

  // The engine thread's own.
  std::unique_ptr<runtime::Loop> loop_;
  std::unique_ptr<metrics::Recorder> recorder_;
  std::unique_ptr<k6::ScriptHost> host_;
  std::optional<js::BuiltinsFingerprint> builtins_;  // as init left what light contexts share
  std::vector<std::unique_ptr<Runner>> runners_;     // by (id - 1) / thread_count; null: not yet
  std::vector<Machine> machines_;
  std::size_t open_machines_ = 0;
  load::Actions actions_;
  std::vector<PendingEvent> pending_;
  bool is_draining_ = false;
  bool is_closing_ = false;
  std::vector<Runner*> held_;  // of closed loops: their next iteration waits at the gate
  std::unique_ptr<runtime::Timer> held_timer_;
  std::unique_ptr<runtime::Timer> seal_timer_;
  TimePoint next_seal_{};
  std::uint64_t frame_index_ = 0;
  std::string io_name_;
  std::mutex stats_mutex_;
  runtime::LoopStats stats_;
};

}  // namespace proofload::run
