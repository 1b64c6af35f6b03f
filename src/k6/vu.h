// Vu: one virtual user: its script instance, connections, cookies, tags, timers and counters.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "k6/test_state.h"

namespace proofload::runtime {
class Fiber;
}

namespace proofload::k6 {

class ScriptHost;

// Which iteration of the scenario this is, from 0, and when it was meant to start.
struct IterationInfo {
  std::int64_t in_instance = 0;
  std::int64_t in_test = 0;
  TimePoint due;
};

enum class IterationOutcome : std::uint8_t {
  kComplete,     // also when the script threw
  kInterrupted,  // stopped by interrupt()
  kAborted,      // stopped by its own exec.test.abort()
};

// What handleSummary() returned: file name ("stdout" and "stderr" are streams) → content.
using SummaryFiles = std::vector<std::pair<std::string, std::string>>;

// What a failed script call should be logged with beside its text.
inline constexpr std::string_view kScriptExceptionHint = "script exception";

// Lives on its host's thread. Everything that runs script code is called on the VU's own fiber and
// blocks it; interrupt() is called from the loop's stack or another fiber.
class Vu {
 public:
  struct Ids {
    std::uint32_t in_instance = 0;  // 0: the VU of init, setup, teardown and handleSummary
    std::uint64_t in_test = 0;      // __VU
  };

  // Makes the VU's JavaScript context and gives it to `fiber`, which must not be running and must
  // outlive the VU. No script code runs yet.
  Vu(ScriptHost& host, Ids ids, runtime::Fiber& fiber);
  ~Vu();
  Vu(const Vu&) = delete;
  Vu& operator=(const Vu&) = delete;

  // Runs the script's init code; once, before anything else. kScript with the hint
  // kScriptExceptionHint is an exception (the message is its stack text), without it the script
  // could not be loaded; kScriptAborted for exec.test.abort().
  Result<void> init();
  // Writes what TestState::option_overrides has into the script's exported `options`, as k6 does.
  // init() does it as well; this is for a VU whose init code ran before that was known.
  void override_options();

  // Resets tags and __ENV for a stay in `scenario`, which must outlive it.
  void activate(const ScenarioContext& scenario);
  void deactivate();

  // Runs the scenario's function once, until its event loop is empty; records iterations,
  // iteration_duration, data_sent, data_received; logs what was thrown.
  IterationOutcome run_iteration(const IterationInfo& info);

  // Makes what runs end as soon as its fiber is resumed, as StopReason::kStopped; the VU is usable
  // again afterwards. Nothing happens when it is idle.
  void interrupt();
  bool is_running() const;

  // What the script exports; after init().
  bool has_function(std::string_view name) const;
  bool has_export(std::string_view name) const;  // whatever it is
  bool has_any_function() const;
  Result<std::string> exported_options();  // JSON text; "" without options

  // VU 0 only. Each ends at its timeout (kSetupTimeout, kTeardownTimeout, kTimeout) and by
  // interrupt() (kExternalAbort); exceptions are errors as in init().
  Result<std::string> run_setup(Duration timeout);  // JSON text of what it returned
  Result<void> run_teardown(Duration timeout);
  // `data` is JSON text. nullopt: it returned nothing, so the default summary is wanted.
  Result<std::optional<SummaryFiles>> run_handle_summary(const std::string& data, Duration timeout);

  // For the files of this folder (k6/vu_state.h).
  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace proofload::k6
