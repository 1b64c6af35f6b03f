// The options of a test as k6 scripts, environment, config file and flags set them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "load/scenario.h"
#include "load/segment.h"
#include "metrics/threshold.h"

namespace proofload::options {

using StringMap = std::map<std::string, std::string>;

// The texts are valid ones: ttl is a duration, "inf" or "0" (see dns_ttl()), select and policy are
// k6's names.
struct DnsOptions {
  std::optional<std::string> ttl;
  std::optional<std::string> select;
  std::optional<std::string> policy;
};

// How long a resolved name stays valid: 5 minutes unless set; zero = no cache, Duration::max() =
// for ever.
Duration dns_ttl(const DnsOptions& dns);

// Go's names as k6 writes them, "tls1.0" to "tls1.3"; empty = no bound.
struct TlsVersions {
  std::string min;
  std::string max;
};

struct TlsAuth {
  std::string cert;  // PEM text
  std::string key;   // PEM text
  std::string password;
  std::vector<std::string> domains;  // empty = every host
};

// k6's defaults, for value_or(). What has no entry here is off, empty or zero.
inline constexpr std::int64_t kMaxRedirectsDefault = 10;
inline constexpr std::int64_t kBatchDefault = 20;
inline constexpr std::int64_t kBatchPerHostDefault = 6;
inline constexpr Duration kSetupTimeoutDefault = std::chrono::seconds(60);
inline constexpr Duration kTeardownTimeoutDefault = std::chrono::seconds(60);
inline constexpr Duration kHandleSummaryTimeoutDefault = std::chrono::seconds(120);
inline constexpr const char* kUserAgentDefault = "Grafana k6/2.2.0";
inline constexpr const char* kDnsSelectDefault = "random";
inline constexpr const char* kDnsPolicyDefault = "preferIPv4";
inline constexpr Duration kDnsTtlDefault = std::chrono::minutes(5);

// The options of one tier, or of all after consolidate(). Absent = not set there. Every value has
// passed its option's own checks (syntax, bounds); what needs more than one option to judge is
// checked in consolidate().
struct Options {
  std::optional<bool> paused;
  std::optional<std::int64_t> vus;
  std::optional<Duration> duration;
  std::optional<std::int64_t> iterations;
  std::optional<std::vector<load::Stage>> stages;
  std::optional<std::vector<load::Scenario>> scenarios;  // by name
  std::optional<load::ExecutionSegment> execution_segment;
  std::optional<load::ExecutionSegmentSequence> execution_segment_sequence;
  std::optional<bool> no_setup;
  std::optional<Duration> setup_timeout;
  std::optional<bool> no_teardown;
  std::optional<Duration> teardown_timeout;
  std::optional<Duration> handle_summary_timeout;
  std::optional<std::int64_t> rps;
  DnsOptions dns;
  std::optional<std::int64_t> max_redirects;
  std::optional<std::string> user_agent;
  std::optional<std::int64_t> batch;
  std::optional<std::int64_t> batch_per_host;
  std::optional<std::string> http_debug;  // "full": with bodies; other text: without
  std::optional<bool> insecure_skip_tls_verify;
  std::optional<std::vector<std::string>> tls_cipher_suites;  // Go's names, known ones
  std::optional<TlsVersions> tls_version;
  std::optional<std::vector<TlsAuth>> tls_auth;
  std::optional<bool> throw_errors;                       // `throw`
  std::optional<metrics::ThresholdConfigs> thresholds;    // syntax is checked by consolidate()
  std::optional<std::vector<std::string>> blacklist_ips;  // "10.0.0.0/8": network, never a host
  std::optional<std::vector<std::string>>
      block_hostnames;             // match without regard to case, `*` only in front
  std::optional<StringMap> hosts;  // "name[:port]" or "*.name" to "ip[:port]" ("[v6]:port")
  std::optional<bool> no_connection_reuse;
  std::optional<bool> no_vu_connection_reuse;
  std::optional<Duration> min_iteration_duration;
  std::optional<std::string> cloud;  // JSON text, kept as it is
  std::optional<std::string> ext;    // JSON text, kept as it is
  std::optional<std::vector<std::string>> summary_trend_stats;
  std::optional<std::string> summary_time_unit;         // "s", "ms" or "us"
  std::optional<std::vector<std::string>> system_tags;  // k6's names, sorted, unknown ones left out
  std::optional<StringMap> tags;
  std::optional<std::int64_t> metric_samples_buffer_size;
  std::optional<bool> no_cookies_reset;
  std::optional<bool> discard_response_bodies;
  std::optional<std::vector<std::string>> features;
  std::optional<std::string> console_output;  // never in JSON, as in k6
  std::optional<std::string> local_ips;       // "a,b-c,cidr"; never in JSON, as in k6
};

}  // namespace proofload::options
