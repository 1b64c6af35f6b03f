#include "options/option_table.h"

#include <array>
#include <limits>

#include "options/row_functions.h"

namespace proofload::options {
namespace {

using enum FlagKind;
using enum Group;

template <auto kMember, class Codec>
constexpr OptionRow option(OptionRow row) {
  row.commands = kRunAndArchive;
  return make_row<Options, kMember, Codec>(row);
}

using Count = BoundedInt<0, 1'000'000>;
// Negative is off, as in k6.
using RpsLimit = BoundedInt<std::numeric_limits<std::int64_t>::min(), 1'000'000'000>;
using BufferSize = BoundedInt<0, 1'000'000'000>;
using HostnamePatterns = Checked<TextListCodec, check_hostname_patterns>;
using Hosts = Checked<TextMapCodec, check_hosts>;
using CipherSuites = Checked<TextListCodec, check_cipher_suites>;
using TrendStats = Checked<TextListCodec, check_trend_stats>;
using TimeUnit = Checked<TextCodec, check_time_unit>;
using SystemTags = Checked<TextListCodec, check_system_tags>;
using Features = Checked<TextListCodec, check_features>;
using LocalIps = Checked<TextCodec, check_local_ips>;

// clang-format off
// One line per option reads better here than one per field.
constexpr auto kRows = std::to_array<OptionRow>({
  option<&Options::paused, BoolCodec>({.group = kLoad, .key = "paused", .env = "K6_PAUSED", .flag = "paused", .short_flag = 'p', .kind = kBool,
    .help = "start the test in a paused state", .unsupported = "pausing at start"}),
  option<&Options::vus, VuCount>({.group = kLoad, .key = "vus", .env = "K6_VUS", .flag = "vus", .short_flag = 'u', .kind = kValue, .value_name = "int", .default_text = "1",
    .help = "number of virtual users"}),
  option<&Options::duration, DurationCodec>({.group = kLoad, .key = "duration", .env = "K6_DURATION", .flag = "duration", .short_flag = 'd', .kind = kValue, .value_name = "duration",
    .help = "how long to run"}),
  option<&Options::iterations, IterationCount>({.group = kLoad, .key = "iterations", .env = "K6_ITERATIONS", .flag = "iterations", .short_flag = 'i', .kind = kValue, .value_name = "int",
    .help = "iterations in total, shared among the VUs"}),
  option<&Options::stages, ShortcutStagesCodec>({.group = kLoad, .key = "stages", .env = "K6_STAGES", .flag = "stage", .short_flag = 's', .kind = kList, .value_name = "stage",
    .help = "add a stage, as duration:target"}),
  option<&Options::scenarios, ScenariosCodec>({.group = kLoad, .key = "scenarios",
    .help = "scenarios by name, each with its executor"}),
  option<&Options::execution_segment, SegmentCodec>({.group = kLoad, .key = "executionSegment", .flag = "execution-segment", .kind = kValue, .value_name = "string",
    .help = "run only this part of the test: 10%, 1/3, 0.2:2/3"}),
  option<&Options::execution_segment_sequence, SegmentSequenceCodec>({.group = kLoad, .key = "executionSegmentSequence", .flag = "execution-segment-sequence", .kind = kValue, .value_name = "string",
    .help = "all parts of the test: 0,1/3,1"}),
  option<&Options::no_setup, BoolCodec>({.group = kLifecycle, .key = "noSetup", .env = "K6_NO_SETUP", .flag = "no-setup", .kind = kBool,
    .help = "don't run setup()"}),
  option<&Options::setup_timeout, TimeoutCodec>({.group = kLifecycle, .key = "setupTimeout", .env = "K6_SETUP_TIMEOUT", .default_text = "60s",
    .help = "how long setup() may take"}),
  option<&Options::no_teardown, BoolCodec>({.group = kLifecycle, .key = "noTeardown", .env = "K6_NO_TEARDOWN", .flag = "no-teardown", .kind = kBool,
    .help = "don't run teardown()"}),
  option<&Options::teardown_timeout, TimeoutCodec>({.group = kLifecycle, .key = "teardownTimeout", .env = "K6_TEARDOWN_TIMEOUT", .default_text = "60s",
    .help = "how long teardown() may take"}),
  option<&Options::handle_summary_timeout, TimeoutCodec>({.group = kLifecycle, .key = "handleSummaryTimeout", .env = "K6_HANDLE_SUMMARY_TIMEOUT", .default_text = "120s",
    .help = "how long handleSummary() may take"}),
  option<&Options::rps, RpsLimit>({.group = kHttp, .key = "rps", .env = "K6_RPS", .flag = "rps", .kind = kValue, .value_name = "int",
    .help = "limit the HTTP requests a second of all VUs"}),
  option<&Options::dns, DnsCodec>({.group = kNetwork, .key = "dns", .env = "K6_DNS", .flag = "dns", .kind = kValue, .value_name = "string", .default_text = "ttl=5m,select=random,policy=preferIPv4",
    .help = "how names are resolved; ttl is inf, 0 or a duration, select is first, random or roundRobin, policy is preferIPv4, preferIPv6, onlyIPv4, onlyIPv6 or any"}),
  option<&Options::max_redirects, Count>({.group = kHttp, .key = "maxRedirects", .env = "K6_MAX_REDIRECTS", .flag = "max-redirects", .kind = kValue, .value_name = "int", .default_text = "10",
    .help = "follow at most this many redirects"}),
  option<&Options::user_agent, TextCodec>({.group = kHttp, .key = "userAgent", .env = "K6_USER_AGENT", .flag = "user-agent", .kind = kValue, .value_name = "string", .default_text = "Grafana k6/2.2.0",
    .help = "the User-Agent of HTTP requests"}),
  option<&Options::batch, Count>({.group = kHttp, .key = "batch", .env = "K6_BATCH", .flag = "batch", .kind = kValue, .value_name = "int", .default_text = "20",
    .help = "requests of one http.batch() in flight"}),
  option<&Options::batch_per_host, Count>({.group = kHttp, .key = "batchPerHost", .env = "K6_BATCH_PER_HOST", .flag = "batch-per-host", .kind = kValue, .value_name = "int", .default_text = "6",
    .help = "requests of one http.batch() in flight to one host"}),
  option<&Options::http_debug, TextCodec>({.group = kHttp, .key = "httpDebug", .env = "K6_HTTP_DEBUG", .flag = "http-debug", .kind = kValue, .value_name = "string", .bare_value = "headers",
    .help = "log all requests and responses; =full with their bodies"}),
  option<&Options::insecure_skip_tls_verify, BoolCodec>({.group = kTls, .key = "insecureSkipTLSVerify", .env = "K6_INSECURE_SKIP_TLS_VERIFY", .flag = "insecure-skip-tls-verify", .kind = kBool,
    .help = "accept any TLS certificate"}),
  option<&Options::tls_cipher_suites, CipherSuites>({.group = kTls, .key = "tlsCipherSuites", .env = "K6_TLS_CIPHER_SUITES",
    .help = "permitted TLS cipher suites, by Go's names"}),
  option<&Options::tls_version, TlsVersionsCodec>({.group = kTls, .key = "tlsVersion",
    .help = "permitted TLS version, or {min, max}"}),
  option<&Options::tls_auth, TlsAuthCodec>({.group = kTls, .key = "tlsAuth", .env = "K6_TLSAUTH",
    .help = "client certificates: {cert, key, password, domains}"}),
  option<&Options::throw_errors, BoolCodec>({.group = kHttp, .key = "throw", .env = "K6_THROW", .flag = "throw", .short_flag = 'w', .kind = kBool,
    .help = "throw failed requests as exceptions"}),
  option<&Options::thresholds, ThresholdsCodec>({.group = kMetrics, .key = "thresholds", .env = "K6_THRESHOLDS",
    .help = "pass criteria by metric"}),
  option<&Options::blacklist_ips, NetworksCodec>({.group = kNetwork, .key = "blacklistIPs", .env = "K6_BLACKLIST_IPS", .flag = "blacklist-ip", .kind = kList, .value_name = "cidr",
    .help = "never connect to this network"}),
  option<&Options::block_hostnames, HostnamePatterns>({.group = kNetwork, .key = "blockHostnames", .env = "K6_BLOCK_HOSTNAMES", .flag = "block-hostnames", .kind = kList, .value_name = "pattern",
    .help = "never connect to a host of this name, with an optional leading *"}),
  option<&Options::hosts, Hosts>({.group = kNetwork, .key = "hosts", .env = "K6_HOSTS",
    .help = "addresses by host name, instead of DNS"}),
  option<&Options::no_connection_reuse, BoolCodec>({.group = kHttp, .key = "noConnectionReuse", .env = "K6_NO_CONNECTION_REUSE", .flag = "no-connection-reuse", .kind = kBool,
    .help = "open a connection for each request"}),
  option<&Options::no_vu_connection_reuse, BoolCodec>({.group = kHttp, .key = "noVUConnectionReuse", .env = "K6_NO_VU_CONNECTION_REUSE", .flag = "no-vu-connection-reuse", .kind = kBool,
    .help = "close connections between iterations"}),
  option<&Options::min_iteration_duration, DurationCodec>({.group = kLoad, .key = "minIterationDuration", .env = "K6_MIN_ITERATION_DURATION", .flag = "min-iteration-duration", .kind = kValue, .value_name = "duration",
    .help = "let a VU wait until its iteration took this long"}),
  option<&Options::cloud, RawJsonCodec>({.group = kOther, .key = "cloud",
    .help = "settings of a cloud run; kept, and not used here"}),
  option<&Options::ext, RawJsonCodec>({.group = kOther, .key = "ext",
    .help = "settings of extensions; kept, and not used here"}),
  option<&Options::summary_trend_stats, TrendStats>({.group = kSummary, .key = "summaryTrendStats", .env = "K6_SUMMARY_TREND_STATS", .flag = "summary-trend-stats", .kind = kList, .value_name = "stats", .default_text = "avg,min,med,max,p(90),p(95)",
    .help = "what the summary says of trends; also count and any p(N)"}),
  option<&Options::summary_time_unit, TimeUnit>({.group = kSummary, .key = "summaryTimeUnit", .env = "K6_SUMMARY_TIME_UNIT", .flag = "summary-time-unit", .kind = kValue, .value_name = "string",
    .help = "unit of times in the summary: s, ms or us"}),
  option<&Options::system_tags, SystemTags>({.group = kMetrics, .key = "systemTags", .env = "K6_SYSTEM_TAGS", .flag = "system-tags", .kind = kList, .value_name = "tags", .default_text = "all but ip, iter, ocsp_status and vu",
    .help = "tags that samples get by themselves"}),
  option<&Options::tags, TagsCodec>({.group = kMetrics, .key = "tags", .env = "K6_TAGS", .flag = "tag", .kind = kArray, .value_name = "name=value",
    .help = "add a tag to all samples"}),
  option<&Options::metric_samples_buffer_size, BufferSize>({.group = kMetrics, .key = "metricSamplesBufferSize", .env = "K6_METRIC_SAMPLES_BUFFER_SIZE", .default_text = "1000",
    .help = "accepted; buffers here size themselves"}),
  option<&Options::no_cookies_reset, BoolCodec>({.group = kHttp, .key = "noCookiesReset", .env = "K6_NO_COOKIES_RESET",
    .help = "keep cookies between the iterations of a VU"}),
  option<&Options::discard_response_bodies, BoolCodec>({.group = kHttp, .key = "discardResponseBodies", .env = "K6_DISCARD_RESPONSE_BODIES", .flag = "discard-response-bodies", .kind = kBool,
    .help = "read response bodies, but don't keep them"}),
  option<&Options::features, Features>({.group = kOther, .key = "features", .env = "K6_FEATURES", .flag = "features", .kind = kList, .value_name = "names",
    .help = "switch on freeze-env, merge-run-tags or native-histograms"}),
  option<&Options::console_output, TextCodec>({.group = kTerminal, .env = "K6_CONSOLE_OUTPUT", .flag = "console-output", .kind = kValue, .value_name = "file",
    .help = "write console.log and its like to this file"}),
  option<&Options::local_ips, LocalIps>({.group = kNetwork, .env = "K6_LOCAL_IPS", .flag = "local-ips", .kind = kValue, .value_name = "ranges",
    .help = "source addresses dealt to VUs: a,b-c,cidr"}),
});
// clang-format on

}  // namespace

std::span<const OptionRow> option_rows() {
  return kRows;
}

}  // namespace proofload::options
