// Plan: the answers to the five questions that are asked before any load is sent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "evidence/facts.h"
#include "plan/diagnostics.h"
#include "plan/halt_rule.h"
#include "plan/values.h"
#include "plan/yaml.h"

namespace proofload::plan {

// --- 1. what is under test ----------------------------------------------------------------------

// Requests by method and templated path: "GET /products/{id}"; so that ten thousand URLs are one
// row. A segment in braces stands for any one segment.
struct Endpoint {
  std::string name;
  std::string method;
  std::string path;
};

// Who is who in traces, series and databases.
struct Component {
  std::string name;
  std::string trace;   // service.name of its spans
  std::string match;   // label matchers of its series in Prometheus
  std::string scrape;  // the address of its own /metrics
  std::string db;
  bool is_front = false;  // what is sent arrives here
};

struct SharedDependency {
  std::string name;
  double limit_per_second = 0;
  std::string watch;  // a query
};

struct DataCheck {
  std::string sql;
  double min = 0;
  std::string at;  // a connection string; a secret
};

struct Dataset {
  std::string snapshot;
  std::vector<DataCheck> checks;
  std::string reset;  // a command, run between profiles
};

struct Parity {
  std::string with;                         // a snapshot of the environment it has to be like
  std::vector<std::string> require;         // kinds of facts; none: each kind's own rule
  std::optional<DurationRange> client_rtt;  // of a connection from the generator
  // Who knows this environment.
  std::string snapshot;            // a file; what can be asked now wins
  std::string kubernetes;          // an API's address, or a file of kubectl's JSON
  std::string space;               // the namespace
  std::string token;               // a secret
  std::vector<std::string> flags;  // addresses of JSON
  evidence::Facts facts;           // as somebody says
};

struct Service {
  std::string environment;
  std::string base_url;
  std::string version_header;  // "X-Version"; empty: versions are not watched
  std::vector<Endpoint> endpoints;
  std::vector<Component> components;
  std::vector<SharedDependency> shared_dependencies;
  std::optional<Dataset> dataset;
  std::optional<Parity> parity;
};

// --- 2. success ---------------------------------------------------------------------------------

struct LatencyObjective {
  double percentile = 0;  // 99.9
  Duration limit{};
};
struct ErrorRateObjective {
  double max = 0;  // share
};
struct ThroughputObjective {
  std::optional<double> delivered;            // share of the scheduled iterations
  std::optional<double> sustains_per_second;  // requests
};

struct Slo {
  std::string id;
  std::string endpoint;  // empty: all requests
  std::variant<LatencyObjective, ErrorRateObjective, ThroughputObjective> objective;
  std::vector<std::string> profiles;  // where it is judged
  std::string owner;
  Place place;
};
// "checkout p99 <= 500ms", "errors <= 0.1 %".
std::string describe(const Slo& slo);

// --- 3. load ------------------------------------------------------------------------------------

struct Journey {
  std::string name;
  std::string exec;  // the function the script exports
  double weight = 1;
};

// What a rate counts.
enum class RateUnit : std::uint8_t { kJourneys, kRequests };
std::string_view unit_name(RateUnit unit);

// A rate (or a number of VUs, or a scenario of the script) that is held.
struct HoldLoad {
  double per_second = 0;
  RateUnit unit = RateUnit::kJourneys;
  std::optional<std::int64_t> vus;  // instead of a rate: a closed loop
  std::string scenario;             // instead of both: the script's own
  Duration ramp{};
  Duration hold{};
  Duration warm_up{};  // of `hold`, at its start; not judged, and neither is the ramp
  std::optional<double> latency_creep_max;  // share per hour
  std::optional<double> memory_creep_max;
};
// From `base` up to `peak`, and back.
struct SpikeLoad {
  double base_per_second = 0;
  double peak_per_second = 0;
  RateUnit unit = RateUnit::kJourneys;
  Duration rise{};
  Duration hold{};
  double error_rate_max = 1;
  Duration recover_within{};
};
// A staircase until an SLO breaks.
struct CapacityLoad {
  double from_per_second = 0;
  double step_per_second = 0;
  RateUnit unit = RateUnit::kJourneys;
  std::optional<Duration> hold;  // of each step; nothing: until it is decided
};

struct Profile {
  std::string name;
  std::variant<HoldLoad, SpikeLoad, CapacityLoad> load;
  std::int64_t repeat = 1;
  std::optional<std::int64_t> max_vus;  // for arrival rates; else four times Little's law
  Place place;
};
// How long it takes at least, without graceful stops.
Duration duration(const Profile& profile);
// "200 journeys/s for 10m0s".
std::string describe(const Profile& profile);

// Where the rates come from.
struct Grounding {
  std::string source;   // "prometheus", "datadog", "grafana" or "access_log"
  std::string address;  // of a server or panel, or a file
  std::string query;
  double percentile = 0;
  std::string over;
  std::optional<double> value;
  std::string unit;
  std::string date;
};

struct Load {
  std::string script;                      // relative to the plan
  std::map<std::string, std::string> env;  // of the script: __ENV
  std::vector<Journey> journeys;
  std::optional<Grounding> grounded_in;
  std::vector<Profile> profiles;  // in the order they run
};

// --- 4. scope of observability ------------------------------------------------------------------

struct Profiler {
  std::string service;
  std::string kind;    // "pprof", "async_profiler", "jfr", "py_spy"
  std::string target;  // an address; or a process, by its number or a part of its command line
};

struct LogSource {
  std::string file;
  std::string error;  // what an error's line contains
};

struct Observe {
  std::string prometheus;  // its address; empty without one
  std::string prometheus_match;
  Duration max_scrape_interval = std::chrono::seconds(15);
  std::vector<std::string> scrape;  // addresses of /metrics that we read ourselves
  std::string jaeger;
  std::string tempo;
  std::string otlp_receiver;  // HOST:PORT where we take traces ourselves; empty: not
  double min_sampling = 0.1;  // of the requests that ask to be traced, how many have to be found
  double trace_share = 0.1;   // of our requests, how many ask
  std::string slow_request;   // path of a GET that is known to be slow; empty: none is

  bool has_traces() const { return !jaeger.empty() || !tempo.empty() || !otlp_receiver.empty(); }
  std::vector<Profiler> profilers;
  std::string postgres;  // connection strings; secrets
  std::string replica;
  std::string pgbouncer;
  std::vector<LogSource> logs;
  std::vector<std::string> dashboards;
};

// --- 5. rollback and blast radius ---------------------------------------------------------------

struct HaltOwner {
  std::string role;
  std::string contact;
  bool is_told_at_start = false;
};

struct Safety {
  std::optional<double> capacity_per_second;  // requests
  std::vector<HaltRule> halt_when;
  HaltOwner halt_owner;
  std::vector<std::string> allow_targets;  // HOST:PORT; a URL in the plan means its own
  std::optional<double> max_requests_per_second;
  std::vector<std::string> respect;  // response headers
  std::string rollback;              // shown, never run
};

struct Waiver {
  std::string check;
  std::string by;
  std::string why;
};

struct Plan {
  std::string name;
  Service service;
  std::vector<Slo> slos;
  Load load;
  Observe observe;
  Safety safety;
  std::vector<std::string> changes;  // "schema: migrations/"
  std::vector<std::string> required_signatures;
  // Whose approving review signs for a role: "@user" or "@org/team"; not here: who is called so.
  std::map<std::string, std::string> review_owners;
  std::vector<Waiver> waivers;
  std::string slack;  // webhook to notify; a secret
  bool is_demo = false;

  std::string folder;  // of the plan file; the script's path starts there
  YamlNode tree;       // as written, for its hash

  const Profile* profile(std::string_view name) const;
};

// HOST:PORT of a URL.
std::string target_of(std::string_view url);

// Reads a plan; `folder` is where its file lies. What is wrong goes to `diagnostics`, all of it;
// the plan is only to be used when there are no errors.
Plan read_plan(std::string_view text, std::string folder, const Environment& environment,
               Diagnostics& diagnostics);

}  // namespace proofload::plan
