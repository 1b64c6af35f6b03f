// LoadDriver: how a certification sends load; and what it hears while it is sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "evidence/result.h"
#include "load/gate.h"
#include "load/scenario.h"
#include "metrics/histogram.h"
#include "plan/plan.h"

namespace proofload::certify {

struct LoadOrder {
  const plan::Plan& plan;
  std::vector<load::Scenario> scenarios;
  std::string script_scenario;  // instead: one of the script's own
  std::string profile;          // whose load it is; empty: a dry run
  // First half of the ids that the plan's share of the requests ask to be traced under; 0: none
  // asks.
  std::uint64_t trace_run = 0;
};

// A request that asked to be traced, after its answer.
struct TracedRequest {
  std::uint64_t id = 0;  // second half of the trace's
  std::size_t row = 0;
  bool is_failed = false;
  double latency_ms = 0;  // from the intended time
};

// The second that has just ended.
struct SecondFacts {
  Duration since_start{};  // of the load
  std::int64_t vus = 0;
  std::uint64_t started_iterations = 0;   // in this second
  std::uint64_t dropped_iterations = 0;   // withheld ones too
  std::uint64_t withheld_iterations = 0;  // because somebody, or the service, asked for less
  std::vector<std::string> notices;       // what the service asked for, in sentences
  // Our own engine was too late to be believed: saturated, or starting iterations late although a
  // VU was free.
  bool is_generator_late = false;
};

// Called on the thread that runs the load. Rows are the plan's endpoints in their order, then one
// for all other requests.
class LoadListener {
 public:
  virtual ~LoadListener() = default;
  // Requests of a row that ended since the last call: latencies in ms from the intended time of
  // those that were answered (null: none), and how many failed.
  virtual void on_requests(std::size_t row, const metrics::Histogram* answered,
                           std::uint64_t failed) = 0;
  // Before the on_second() of the second in which it was answered.
  virtual void on_traced(const TracedRequest&) {}
  // Why all load has to stop now, or nothing.
  virtual std::optional<std::string> on_second(const SecondFacts& second) = 0;
  // How many of a thousand planned starts are to be sent now; asked before the load, and each
  // second.
  virtual int wanted_permille() { return load::Gate::kWhole; }
};

struct LoadOutcome {
  bool was_stopped = false;    // by the listener
  bool was_aborted = false;    // by a person
  std::optional<Error> error;  // of the script, of setup; not of the above
  Duration took{};
  std::vector<std::string> generator_problems;    // sentences
  std::vector<std::string> versions;              // of the service, as they were seen
  std::uint64_t lost_traces = 0;                  // requests that asked and were not reported
  std::map<std::string, std::uint64_t> started;   // iterations, by scenario
  std::vector<evidence::FailureSample> failures;  // the first of each kind; their profile is empty
  // Requests to the service's own address, of setup and teardown too; those that were written and
  // not answered apart. None that never left.
  std::uint64_t answered_by_service = 0;
  std::uint64_t unanswered_by_service = 0;
};

class LoadDriver {
 public:
  virtual ~LoadDriver() = default;
  // The script, its imports and its data: content by path.
  virtual Result<std::map<std::string, std::string>> files(const plan::Plan& plan) = 0;
  // Returns when the load has ended. An error only when it could not be started.
  virtual Result<LoadOutcome> run(const LoadOrder& order, LoadListener& listener) = 0;
};

}  // namespace proofload::certify
