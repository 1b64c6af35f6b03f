// TestState: what all VUs of a run share, whatever their thread: script, options, counters, abort.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/client.h"
#include "http/expected_statuses.h"
#include "k6/circuit_breaker.h"
#include "k6/endpoint_table.h"
#include "k6/failure_log.h"
#include "k6/file_reader.h"
#include "k6/request_traces.h"
#include "k6/shared_arrays.h"
#include "load/scenario_state.h"
#include "metrics/metric.h"
#include "metrics/tags.h"
#include "net/address.h"
#include "net/dns.h"
#include "net/target_policy.h"
#include "net/tls.h"
#include "options/options.h"

namespace proofload::k6 {

// Why a script, or what it calls, wants the whole run to end.
struct AbortRequest {
  std::string reason;  // "test aborted: enough of it"
  std::string where;   // "default (file:///script.js:4:45)"; may be empty
};

// What a VU is doing; decides what it may call (contract: "What throws where").
enum class Phase : std::uint8_t { kInit, kSetup, kIteration, kTeardown, kSummary };

// A scenario as VUs see it: built by `run` before the start, immutable, shared by all threads.
struct ScenarioContext {
  const load::ScenarioState* state = nullptr;
  std::string name;
  std::string executor;
  std::string exec;           // name of the exported function
  std::size_t index = 0;      // of TestState::breaker
  bool has_schedule = false;  // an arrival rate: iterations have a time they should start at
  std::map<std::string, std::string> env;  // of the scenario alone; over TestState::env
  std::map<std::string, std::string> tags;
};

// The versions of the service that answered, in the order they were first seen. Any thread.
class VersionLog {
 public:
  void add(std::string_view version) {
    const std::lock_guard lock(mutex_);
    if (std::find(seen_.begin(), seen_.end(), version) == seen_.end()) seen_.emplace_back(version);
  }
  std::vector<std::string> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> seen_;
};

// Filled in three steps by `app` and `run`: before the first init (script, files, env), after it
// (options and what follows from them), after setup (setup_data). Constant for other threads while
// they read it; only the atomics and what has its own lock change during the run.
struct TestState {
  // The script.
  FileReader files;
  std::string script_path;                 // absolute
  std::string script_source;               // what --new-machine-readable-summary repeats
  std::string working_folder;              // absolute; relative specifiers of the command line
  std::map<std::string, std::string> env;  // __ENV
  bool has_global_alias = true;            // `global`: compatibility mode "extended"

  // Metrics: created during the first init, looked up by name afterwards.
  metrics::Registry registry;
  metrics::SystemTagSet system_tags = metrics::SystemTagSet::defaults();
  SharedArrays shared_arrays;

  // Options, once consolidated; null before.
  const options::Options* options = nullptr;
  std::string options_text;  // JSON for exec.test.options
  // JSON of what flags, environment and configuration changed in the script's options; may be
  // empty.
  std::string option_overrides;
  http::ClientOptions client_options;
  net::DnsOptions dns_options;
  net::TlsOptions tls_options;
  std::optional<net::TargetPolicy> target_policy;
  std::vector<net::IpAddress> local_ips;  // round robin by VU id; empty: the system chooses
  std::map<std::string, std::string> run_tags;
  // Of a plan; null without one. Outlives the run.
  const EndpointTable* endpoints = nullptr;
  // Of a plan that looks at traces; null else. Outlives the run.
  RequestTraces* traces = nullptr;
  // Of a plan that respects limits; null without one. Outlives the run.
  CircuitBreaker* breaker = nullptr;
  // The response header that says which version answered; "" when nobody asks.
  std::string version_header;
  VersionLog versions;
  FailureLog failures;           // filled while there are endpoints
  bool wants_start_lag = false;  // a threshold asks for iteration_start_lag

  // What setup() returned, as JSON text; "" when it was not run: then data is undefined.
  std::string setup_data;

  // The run as it goes.
  std::atomic<std::int64_t> started_ns{0};  // test clock 0 on the monotonic clock; 0: not started
  std::atomic<std::int64_t> iterations_completed{0};
  std::atomic<std::int64_t> iterations_interrupted{0};
  std::atomic<std::int64_t> vus_initialized{0};
  std::function<std::int64_t()> active_vus;   // any thread
  std::atomic<bool> is_marked_failed{false};  // exec.test.fail()
  std::atomic<bool> has_said_http_1{false};   // that https is spoken over HTTP/1.1 only
  // Called by exec.test.abort() on any thread, at most a few times; ends the run soon.
  std::function<void(AbortRequest)> abort;
};

}  // namespace proofload::k6
