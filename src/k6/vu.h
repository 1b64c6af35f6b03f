// Vu: one virtual user: its script instance, connections, cookies, tags, timers and counters.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
  kInterrupted,  // stopped by interrupt(), or by exec.test.abort()
};

// What handleSummary() returned: file name ("stdout" and "stderr" are streams) → content.
using SummaryFiles = std::vector<std::pair<std::string, std::string>>;

// Lives on its host's thread. Everything that runs script code runs on the VU's fiber (the current
// one of the caller) and blocks it; interrupt() is called from the loop's stack or another fiber.
class Vu {
 public:
  struct Ids {
    std::uint32_t in_instance = 0;  // 0: the VU of init, setup, teardown and handleSummary
    std::uint64_t in_test = 0;      // __VU
  };

  // Runs the script's init code. On failure: kScript (exception), kScriptAborted, kUsage.
  static Result<std::unique_ptr<Vu>> create(ScriptHost& host, Ids ids);
  ~Vu();
  Vu(const Vu&) = delete;
  Vu& operator=(const Vu&) = delete;

  // The fiber that runs this VU's code; set before anything is run.
  void bind_fiber(runtime::Fiber& fiber);

  // Resets tags and __ENV for a stay in `scenario`, which must outlive it.
  void activate(const ScenarioContext& scenario);
  void deactivate();

  // Runs the scenario's function once, until its event loop is empty; records iterations,
  // iteration_duration, data_sent, data_received; logs what was thrown.
  IterationOutcome run_iteration(const IterationInfo& info);

  // Makes a running script end as soon as its fiber is resumed; later calls into the VU work
  // again. Nothing happens when it is idle.
  void interrupt();
  bool is_running() const;

  // VU 0 only. Names and texts of what the script exports.
  bool has_export(std::string_view name) const;       // a function
  Result<std::string> exported_options() const;       // JSON text; "" without options
  bool has_callable_exports() const;

  // VU 0 only; each respects `timeout` (kSetupTimeout, kTeardownTimeout, kTimeout).
  Result<std::string> run_setup(Duration timeout);    // JSON text of what it returned
  Result<void> run_teardown(Duration timeout);
  // nullopt: it returned nothing, the default summary is wanted.
  Result<std::optional<SummaryFiles>> run_handle_summary(const std::string& data,
                                                         Duration timeout);

  struct State;
  // For the modules of this folder only (k6/vu_state.h).
  State& state() { return *state_; }

 private:
  explicit Vu(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace proofload::k6
