#include "app/test_settings.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

#include <fmt/format.h>

#include "options/render.h"
#include "runtime/loop.h"

namespace proofload::app {
namespace {

// One request each 1/rps seconds over all VUs: a token bucket that holds one. Every caller takes
// the next free moment and sleeps until it has come.
std::function<void()> throttle(std::int64_t rps) {
  if (rps <= 0) return {};
  const Duration period = Duration(std::chrono::seconds(1)) / rps;
  auto next = std::make_shared<std::atomic<std::int64_t>>(0);
  return [period, next] {
    const std::int64_t now = monotonic_now().time_since_epoch().count();
    std::int64_t seen = next->load();
    std::int64_t mine = 0;
    do {
      mine = std::max(seen, now);
    } while (!next->compare_exchange_weak(seen, mine + period.count()));
    if (mine > now) runtime::Loop::current()->sleep_until(TimePoint(Duration(mine)));
  };
}

net::DnsSelect dns_select(std::string_view name) {
  if (name == "first") return net::DnsSelect::kFirst;
  if (name == "roundRobin") return net::DnsSelect::kRoundRobin;
  return net::DnsSelect::kRandom;
}

net::DnsPolicy dns_policy(std::string_view name) {
  if (name == "preferIPv6") return net::DnsPolicy::kPreferIpv6;
  if (name == "onlyIPv4") return net::DnsPolicy::kOnlyIpv4;
  if (name == "onlyIPv6") return net::DnsPolicy::kOnlyIpv6;
  if (name == "any") return net::DnsPolicy::kAny;
  return net::DnsPolicy::kPreferIpv4;
}

net::TlsVersion tls_version(std::string_view name, net::TlsVersion otherwise) {
  if (name == "tls1.0") return net::TlsVersion::kV10;
  if (name == "tls1.1") return net::TlsVersion::kV11;
  if (name == "tls1.2") return net::TlsVersion::kV12;
  if (name == "tls1.3") return net::TlsVersion::kV13;
  return otherwise;
}

std::string variable(const options::StringMap& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

http::HttpDebug http_debug(const options::Options& options) {
  if (!options.http_debug || options.http_debug->empty()) return http::HttpDebug::kOff;
  return *options.http_debug == "full" ? http::HttpDebug::kFull : http::HttpDebug::kHeaders;
}

Result<http::ClientOptions> client_options(const options::Options& options,
                                           const options::StringMap& environment) {
  http::ClientOptions client;
  client.user_agent = options.user_agent.value_or(options::kUserAgentDefault);
  client.max_redirects =
      static_cast<int>(options.max_redirects.value_or(options::kMaxRedirectsDefault));
  client.has_own_max_redirects = options.max_redirects.has_value();
  client.no_connection_reuse = options.no_connection_reuse.value_or(false);
  client.no_vu_connection_reuse = options.no_vu_connection_reuse.value_or(false);
  client.batch = static_cast<int>(options.batch.value_or(options::kBatchDefault));
  client.batch_per_host =
      static_cast<int>(options.batch_per_host.value_or(options::kBatchPerHostDefault));
  client.proxy = PL_TRY(http::ProxyConfig::create({environment.begin(), environment.end()}));
  client.http_debug = http_debug(options);
  client.throttle = throttle(options.rps.value_or(0));
  return client;
}

net::TlsOptions tls_options(const options::Options& options,
                            const options::StringMap& environment) {
  net::TlsOptions tls;
  tls.verify_peer = !options.insecure_skip_tls_verify.value_or(false);
  if (options.tls_version) {
    tls.version_min = tls_version(options.tls_version->min, tls.version_min);
    tls.version_max = tls_version(options.tls_version->max, tls.version_max);
  }
  tls.cipher_suites = options.tls_cipher_suites.value_or(std::vector<std::string>());
  for (const options::TlsAuth& auth : options.tls_auth.value_or(std::vector<options::TlsAuth>())) {
    tls.client_certificates.push_back({.certificate_pem = auth.cert,
                                       .key_pem = auth.key,
                                       .password = auth.password,
                                       .domains = auth.domains});
  }
  tls.ca_file = variable(environment, "SSL_CERT_FILE");
  tls.key_log_file = variable(environment, "SSLKEYLOGFILE");
  return tls;
}

Result<net::TargetPolicy> target_policy(const options::Options& options) {
  net::TargetPolicyOptions policy;
  policy.block_hostnames = options.block_hostnames.value_or(std::vector<std::string>());
  policy.blacklist_ips = options.blacklist_ips.value_or(std::vector<std::string>());
  if (options.hosts) policy.hosts.assign(options.hosts->begin(), options.hosts->end());
  return net::TargetPolicy::create(policy);
}

// The address after `ip`, in network order.
net::IpAddress next_address(const net::IpAddress& ip) {
  std::array<std::uint8_t, 16> bytes = ip.bytes();
  for (int i = ip.is_v4() ? 3 : 15; i >= 0; i--) {
    if (++bytes[static_cast<std::size_t>(i)] != 0) break;
  }
  return ip.is_v4() ? net::IpAddress::from_v4(bytes.data()) : net::IpAddress::from_v6(bytes.data());
}

// More than a machine has addresses; a mistyped range must not eat the memory.
constexpr std::size_t kLocalIpsMax = 65'536;

Error bad_local_ips(std::string_view part) {
  return Error(ErrorKind::kInvalidConfig,
               fmt::format("local-ips: '{}' is no address, range or CIDR block", part))
      .with_hint(
          "write 192.168.1.5, 192.168.1.5-192.168.1.9 or 192.168.1.0/28, separated by commas");
}

Result<void> add_local_ips(std::string_view part, std::vector<net::IpAddress>& all) {
  std::optional<net::IpAddress> first;
  std::optional<net::IpAddress> last;
  std::optional<net::Cidr> range;
  if (part.find('/') != std::string_view::npos) {
    range = net::Cidr::parse(part);
    const std::string network = range ? range->to_string() : "";
    first = net::IpAddress::parse(network.substr(0, network.find('/')));
  } else {
    const std::size_t dash = part.find('-');
    first = net::IpAddress::parse(part.substr(0, dash));
    last = dash == std::string_view::npos ? first : net::IpAddress::parse(part.substr(dash + 1));
  }
  if (!first || (!range && !last)) return bad_local_ips(part);
  net::IpAddress ip = *first;
  while (range ? range->contains(ip) : ip <= *last) {
    if (all.size() == kLocalIpsMax) {
      return Error(ErrorKind::kInvalidConfig,
                   fmt::format("local-ips: more than {} addresses", kLocalIpsMax));
    }
    all.push_back(ip);
    const net::IpAddress next = next_address(ip);
    if (next <= ip) break;
    ip = next;
  }
  return {};
}

}  // namespace

Result<std::vector<net::IpAddress>> parse_local_ips(std::string_view text) {
  std::vector<net::IpAddress> all;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    PL_TRY(add_local_ips(text.substr(0, comma), all));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return all;
}

Result<void> apply_options(const options::TestOptions& test, const options::StringMap& environment,
                           k6::TestState& state) {
  const options::Options& options = test.options;
  state.options = &options;
  state.options_text = options::test_options_text(options);
  if (options.system_tags) {
    state.system_tags = metrics::SystemTagSet::from_names(*options.system_tags);
  }
  state.run_tags = test.run_tags;
  if (options.thresholds) {
    const std::string lag = state.registry.builtin().iteration_start_lag.name;
    state.wants_start_lag = std::ranges::any_of(
        *options.thresholds, [&](const auto& entry) { return entry.first.starts_with(lag); });
  }
  state.client_options = PL_TRY(client_options(options, environment));
  state.dns_options = {
      .ttl = options::dns_ttl(options.dns),
      .select = dns_select(options.dns.select.value_or(options::kDnsSelectDefault)),
      .policy = dns_policy(options.dns.policy.value_or(options::kDnsPolicyDefault)),
      .servers = {}};
  state.tls_options = tls_options(options, environment);
  state.target_policy = PL_TRY(target_policy(options));
  state.local_ips = PL_TRY(parse_local_ips(options.local_ips.value_or("")));
  return {};
}

}  // namespace proofload::app
