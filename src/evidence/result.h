// The result of a certification: what was asked, measured, judged and decided. result.json holds
// it; every report renders it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace proofload::evidence {

// 95 %, within one run.
struct Interval {
  double low = 0;
  double high = 0;
};

enum class SloState : std::uint8_t { kMet, kBroken, kUndecided, kInvalid };

// One SLO in one profile.
struct SloResult {
  std::string id;         // the plan's
  std::string profile;    // its name
  std::string owner;      // who answers for it; may be empty
  std::string objective;  // in words: "checkout p99 <= 500 ms"
  std::string unit;       // of the numbers: "ms", "%", "/s"
  double limit = 0;
  bool is_minimum = false;  // `value` has to be at least `limit`; else at most
  // Nothing without a sample. Infinite when so many requests failed that the percentile is one of
  // them: a failure counts as slower than every answer.
  std::optional<double> value;
  std::optional<Interval> interval;
  std::uint64_t samples = 0;
  std::uint64_t samples_needed = 0;      // for a decision
  std::optional<Duration> first_breach;  // since the profile's first request
  SloState state = SloState::kUndecided;
  std::string reason;  // why it is undecided or invalid
};

enum class ProfileState : std::uint8_t {
  kValid,       // the load was what the plan said
  kInvalid,     // the generator, or the world around the service, made the numbers worthless
  kIncomplete,  // not all of the load was sent, for a reason that is not ours
  kHalted,      // by a halt rule
  kAborted,     // by a person
  kSkipped      // after a broken SLO, or not asked for
};

// All requests of one second.
struct Second {
  Duration since_start{};
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
  std::uint64_t dropped_iterations = 0;
  std::int64_t vus = 0;
  // Milliseconds, of the answered ones from their intended time; 0 when there was none.
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
};

struct EndpointResult {
  std::string name;  // the plan's; "(other)" for requests that no endpoint matches
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
  // Milliseconds, of the answered ones from their intended time.
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

// A step of a staircase, in its measured time.
struct LoadLevel {
  double offered = 0;      // iterations a second
  double served = 0;       // requests a second, answered as expected
  double concurrency = 0;  // requests in the service at once, by Little's law
  bool is_good = false;    // every SLO held
};

// How throughput X grew with concurrency N over the levels: X(N) = gamma N / (1 + alpha (N-1) +
// beta N (N-1)), the Universal Scalability Law (Gunther, Guerrilla Capacity Planning).
struct ScalingFit {
  std::string model;  // "linear" (alpha, beta 0), "Amdahl" (beta 0), "USL": the one that fits best
  double gamma = 0;
  double alpha = 0;
  double beta = 0;
  std::optional<double> peak;  // N of the greatest X; nothing when the curve has none
  std::optional<Interval> peak_interval;
  std::string sentence;
};

struct ProfileResult {
  std::string name;
  std::string load;  // in words: "200 journeys/s for 10m"
  bool is_required = true;
  ProfileState state = ProfileState::kSkipped;
  std::vector<std::string> reasons;  // of a state that is not valid
  WallTime started{};
  Duration took{};
  Duration measured_from{};  // ramp and warm-up end here
  std::uint64_t scheduled_iterations = 0;
  std::uint64_t started_iterations = 0;
  std::uint64_t dropped_iterations = 0;
  std::uint64_t withheld_iterations = 0;  // of the dropped ones: somebody asked for less
  std::vector<SloResult> slos;
  std::vector<EndpointResult> endpoints;  // in the measured time
  std::vector<Second> seconds;
  std::vector<LoadLevel> levels;  // of a staircase
  std::optional<ScalingFit> scaling;
};

enum class CheckState : std::uint8_t { kPass, kWarn, kFail, kWaived, kNotRun };

// One readiness check of the preflight.
struct CheckResult {
  std::string id;  // "prometheus-scrape-interval"
  CheckState state = CheckState::kNotRun;
  bool is_required = true;
  std::string evidence;  // what was seen
  std::string hint;      // what to do about it; empty when it passed
  std::string waiver;    // who, and why
  Duration took{};
};

enum class ItemState : std::uint8_t { kMet, kNotMet, kWaived };

// One line of the production-ready checklist.
struct ChecklistItem {
  std::string text;
  ItemState state = ItemState::kNotMet;
  std::string evidence;
};

// In the order of their worth; the first three count.
enum class SignatureState : std::uint8_t { kVerified, kReviewed, kClaimed, kOutdated, kMissing };

struct Signature {
  std::string role;
  std::string name;
  std::string at;  // RFC 3339
  SignatureState state = SignatureState::kMissing;
};

// Points of one series of a component. NaN never occurs: a gap has no point.
struct Signal {
  std::string id;         // evidence id, "E3"
  std::string component;  // the plan's name
  std::string name;       // "pool wait"
  std::string unit;
  std::string source;  // the query or the address and series
  struct Point {
    WallTime at{};
    double value = 0;
  };
  std::vector<Point> points;
  std::string object;    // of the component: "shop_ro", "GET /cart"; empty for all of it
  std::string instance;  // of the component: an address; empty when there is but one
};

// How many of the requests that asked to be traced were found, in one profile.
struct TraceResult {
  std::string profile;
  std::string source;            // "Jaeger (API v3) at http://jaeger:16686"
  std::uint64_t requests = 0;    // all that were sent
  std::uint64_t flagged = 0;     // of those, with our `traceparent` and its sampled flag
  std::uint64_t asked = 0;       // of those, looked for: all, or a random sample
  std::uint64_t found = 0;       // of those
  std::uint64_t peak_asked = 0;  // in the seconds with 90 % of the highest rate or more
  std::uint64_t peak_found = 0;
  std::uint64_t slow_asked = 0;  // failed, above an SLO's limit, or the slowest of their second
  std::uint64_t slow_found = 0;
  std::uint64_t spans = 0;       // that came, of any trace
  std::uint64_t kept_spans = 0;  // of slow requests, and a sample: in run.sqlite
  std::uint64_t lost_spans = 0;  // given up for want of room
  bool is_observed = false;      // enough at the peak for what the plan wants
  std::string reason;            // why it is not
};

struct Finding {
  std::string id;        // "F1"
  std::string sentence;  // what limited the service, with its numbers
  bool is_confirmed = false;
  std::string confidence;             // "high", "medium", "low"
  double impact_seconds = 0;          // added latency times affected requests
  std::vector<std::string> evidence;  // ids
  std::string recommendation;         // names an object and a number; may be empty
};

struct Event {
  WallTime at{};
  std::string profile;
  std::string text;
};

// The first failed requests of a kind: an endpoint with a status, or an error. Redacted.
struct FailureSample {
  std::string profile;
  std::string endpoint;
  std::string method;
  std::string url;  // without query
  std::uint64_t status = 0;
  std::string error;     // of the transport; "" for a status
  std::string trace_id;  // may be empty
  std::string body;      // its first bytes
  WallTime at{};
  std::uint64_t kind_count = 0;  // how many of this kind the profile had
};

// A file beside result.json: evidence for who looks closer.
struct Artifact {
  std::string component;
  std::string kind;  // "CPU profile of 5 s"
  std::string file;  // in the run's folder
  WallTime at{};
  std::string profile;  // of the load
  std::string reason;
  std::uint64_t bytes = 0;
};

enum class SloLine : std::uint8_t { kMet, kBroken, kUndecided, kInvalid };
enum class Readiness : std::uint8_t { kReady, kNotReady, kInconclusive, kInvalid };

struct Verdict {
  SloLine slos = SloLine::kUndecided;
  Readiness readiness = Readiness::kInconclusive;
  std::vector<std::string> reasons;      // why it is not READY, the gravest first
  std::vector<std::string> outstanding;  // "soak", "dba": what is missing
};

struct Decision {
  std::string role;
  std::string name;
  std::string decision;  // "go", "no-go", "go-with-conditions"
  std::string at;        // RFC 3339
  std::string result_hash;
  std::string accepted_risk;
  std::string expires;
};

struct Result {
  std::string run;   // id, the name of its folder
  std::string plan;  // name
  std::string plan_path;
  std::string plan_hash;
  std::string script_hash;
  std::string service;      // base URL
  std::string environment;  // "staging"
  std::string version;      // of Proofload
  std::string service_version;
  std::string command;  // that reproduces it
  WallTime started{};
  WallTime ended{};
  bool is_partial = false;  // `--only`, or scaled in time: no certification
  double time_scale = 1;
  std::vector<std::string> stamps;  // "DEMO SCALE": shown with the verdict everywhere
  Verdict verdict;
  std::vector<ProfileResult> profiles;
  std::vector<CheckResult> checks;
  std::vector<ChecklistItem> checklist;
  std::vector<Signature> signatures;
  std::vector<Signal> signals;
  std::vector<TraceResult> traces;  // none when the plan names no source
  std::vector<Finding> findings;
  std::vector<Event> events;
  std::vector<FailureSample> failures;
  std::vector<Artifact> artifacts;
  std::vector<std::string> changes;  // that the run is to clear
  std::string rollback;              // shown, never run
  std::vector<Decision> decisions;
};

// As result.json and the reports write them: "MET", "NOT READY"; "valid", "pass", "met", "claimed".
std::string_view to_string(SloState state);
std::string_view to_string(SloLine line);
std::string_view to_string(Readiness readiness);
std::string_view to_string(ProfileState state);
std::string_view to_string(CheckState state);
std::string_view to_string(ItemState state);
std::string_view to_string(SignatureState state);

}  // namespace proofload::evidence
