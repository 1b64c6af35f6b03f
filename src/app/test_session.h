// TestSession: a script that has been loaded and initialised once, with its options consolidated.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "js/runtime.h"
#include "k6/endpoint_table.h"
#include "k6/request_traces.h"
#include "k6/script_host.h"
#include "k6/vu.h"
#include "load/scenario.h"
#include "load/segment.h"
#include "metrics/recorder.h"
#include "metrics/threshold.h"
#include "options/consolidate.h"
#include "options/flags.h"
#include "plan/plan.h"
#include "run/load_run.h"
#include "runtime/fiber.h"
#include "runtime/loop.h"

namespace proofload::app {

// What a plan puts in the place of the script's own load.
struct PlannedLoad {
  std::vector<load::Scenario> scenarios;  // empty: `script_scenario`
  std::string script_scenario;  // one of the script's own; empty too: only its files count
  std::vector<plan::Endpoint> endpoints;
  std::string base_url;  // of the service
  std::vector<std::string> allow_targets;
  std::string version_header;
  std::uint64_t trace_run = 0;  // first half of the ids of traces; 0: no request asks for one
  double trace_share = 0;       // of the requests that ask
  std::vector<std::string> respected;  // headers by which the service asks for less load
};

// What a command line asked for, and what it was asked in.
struct SessionRequest {
  std::string script;          // as given: a path, or "-" for `standard_input`
  std::string standard_input;  // what was read from it, if asked for
  std::string working_folder;  // absolute
  options::ParsedFlags flags;
  options::StringMap environment;
  // Where the config file is looked for when none is named; may not exist.
  std::string default_config_file;
  std::optional<PlannedLoad> planned = std::nullopt;
  bool includes_environment = true;  // the command's default for --include-system-env-vars
};

// The control thread's share of a run: loop, JavaScript, VU 0. Everything is called on the thread
// that made it; what runs script code, on VU 0's fiber (see run_on_fiber).
class TestSession {
 public:
  static Result<std::unique_ptr<TestSession>> create(SessionRequest request);
  ~TestSession();
  TestSession(const TestSession&) = delete;
  TestSession& operator=(const TestSession&) = delete;

  // Runs `body` on VU 0's fiber, and the loop until it has returned.
  void run_on_fiber(std::function<void()> body);

  // On the fiber: first init, then the options of all tiers. Errors as k6 words them.
  Result<void> load();

  const SessionRequest& request() const { return request_; }
  const options::RuntimeOptions& runtime_options() const { return runtime_options_; }
  // After load().
  const options::Options& options() const { return test_options_.options; }
  const options::Options& script_options() const { return script_options_; }
  const std::vector<options::Warning>& warnings() const { return warnings_; }
  const std::vector<load::Scenario>& scenarios() const { return test_options_.scenarios; }
  const load::ExecutionTuple& tuple() const { return test_options_.tuple; }
  metrics::Thresholds& thresholds() { return thresholds_; }
  js::ContextKind context_kind() const { return context_kind_; }

  // The plan's rows; none without one.
  const k6::EndpointTable& endpoints() const { return endpoints_; }

  k6::TestState& state() { return state_; }
  k6::ScriptHost& host() { return *host_; }
  k6::Vu& vu() { return *vu_; }
  runtime::Loop& loop() { return *loop_; }
  // After load(): a load run of all this, as the script and the flags want it.
  run::LoadRunConfig load_config();
  js::CodeCache& code_cache() { return code_cache_; }
  // Where raw samples go; null when no output wants them.
  metrics::SampleQueue* samples() {
    return runtime_options_.out.value_or(std::vector<std::string>()).empty() ? nullptr : &samples_;
  }

 private:
  explicit TestSession(SessionRequest request) : request_(std::move(request)) {}
  Result<void> open();
  Result<void> read_tiers();
  Result<void> read_script();
  Result<void> read_archived(const std::string& content);
  Result<void> init_script();
  void choose_isolation(const std::vector<std::string>& changed);
  Result<void> consolidate();
  Result<void> take_planned_load();
  Error in_script(Error error) const;

  SessionRequest request_;
  options::Tier config_tier_;
  options::Tier environment_tier_;
  options::RuntimeOptions runtime_options_;
  options::Options script_options_;
  std::optional<options::Options> archived_options_;
  options::TestOptions test_options_;
  std::vector<options::Warning> warnings_;
  metrics::Thresholds thresholds_;
  js::ContextKind context_kind_ = js::ContextKind::kLight;

  k6::TestState state_;
  k6::EndpointTable endpoints_;
  std::unique_ptr<k6::RequestTraces> traces_;
  std::unique_ptr<k6::CircuitBreaker> breaker_;
  js::CodeCache code_cache_;
  std::unique_ptr<runtime::Loop> loop_;
  metrics::SampleQueue samples_;
  std::unique_ptr<metrics::Recorder> recorder_;
  std::unique_ptr<k6::ScriptHost> host_;
  runtime::Fiber fiber_;
  std::unique_ptr<k6::Vu> vu_;
};

}  // namespace proofload::app
