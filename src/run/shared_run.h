// SharedRun: what the engine threads of one run have in common.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "js/context.h"
#include "js/module.h"
#include "k6/test_state.h"
#include "load/plan.h"
#include "load/scenario_state.h"
#include "metrics/frame.h"
#include "metrics/sample_queue.h"
#include "runtime/io.h"

namespace proofload::run {

// Sealed frames on their way from the engine threads to the control thread. Any thread.
class FrameInbox {
 public:
  void put(std::unique_ptr<metrics::Frame> frame) {
    const std::lock_guard lock(mutex_);
    frames_.push_back(std::move(frame));
  }
  std::vector<std::unique_ptr<metrics::Frame>> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(frames_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<metrics::Frame>> frames_;
};

// One scenario as all threads see it.
struct ScenarioRun {
  k6::ScenarioContext context;
  std::unique_ptr<load::ScenarioState> state;
};

// Built by the control thread before the engine threads start; constant afterwards but for what
// has its own lock or atomics.
struct SharedRun {
  k6::TestState& test;
  js::CodeCache& code_cache;
  runtime::IoKind io = runtime::IoKind::kAuto;
  js::ContextKind context_kind = js::ContextKind::kLight;
  bool has_scopes = false;                  // summary mode full
  metrics::SampleQueue* samples = nullptr;  // raw outputs, or null
  std::uint32_t thread_count = 1;
  load::VuDeal deal;  // slots of `scenarios`, in their order
  std::vector<ScenarioRun> scenarios;
  FrameInbox frames;
  std::atomic<bool> is_aborted{false};  // VUs not yet initialised need not be
  std::atomic<bool> has_warned_of_builtins{false};
};

}  // namespace proofload::run
