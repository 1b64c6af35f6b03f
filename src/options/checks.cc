#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "metrics/tags.h"
#include "options/value_codecs.h"

namespace proofload::options {
namespace {

struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  int family = AF_INET;

  int bits() const { return family == AF_INET ? 32 : 128; }
};

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string terminated(text);
  for (const int family : {AF_INET, AF_INET6}) {
    IpAddress address{.family = family};
    if (inet_pton(family, terminated.c_str(), address.bytes.data()) == 1) return address;
  }
  return std::nullopt;
}

std::string to_string(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(address.family, address.bytes.data(), text.data(), text.size());
}

std::optional<int> parse_number(std::string_view text, int max) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < 0 || value > max) {
    return std::nullopt;
  }
  return value;
}

// The network of a CIDR, host bits cleared; nothing if it is none.
std::optional<std::string> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::optional<IpAddress> address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  const std::optional<int> prefix = parse_number(text.substr(slash + 1), address->bits());
  if (!prefix) return std::nullopt;
  for (int bit = *prefix; bit < address->bits(); bit++) {
    address->bytes[static_cast<std::size_t>(bit / 8)] &=
        static_cast<std::uint8_t>(~(0x80 >> (bit % 8)));
  }
  return fmt::format("{}/{}", to_string(*address), *prefix);
}

Result<std::vector<std::string>> to_networks(std::vector<std::string> texts) {
  for (std::string& text : texts) {
    const std::optional<std::string> network = parse_network(text);
    if (!network) return invalid_value(fmt::format("invalid CIDR address: {}", text));
    text = *network;
  }
  return texts;
}

bool is_label_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// A name of labels between dots, a `*` or `*.` in front allowed.
bool is_hostname_pattern(std::string_view pattern) {
  if (pattern.starts_with('*')) {
    pattern.remove_prefix(1);
    if (pattern.empty()) return true;
    if (pattern.front() == '.') pattern.remove_prefix(1);
  }
  bool is_label_open = false;
  for (const char c : pattern) {
    if (c == '.' ? !is_label_open : !is_label_char(c)) return false;
    is_label_open = c != '.';
  }
  return is_label_open;
}

// `ip`, `ip:port`, `[v6]:port`.
bool is_host_address(std::string_view text) {
  if (parse_ip(text)) return true;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !parse_number(text.substr(colon + 1), 65535)) return false;
  std::string_view host = text.substr(0, colon);
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') {
    const std::optional<IpAddress> address = parse_ip(host);
    return address && address->family == AF_INET;
  }
  return parse_ip(host.substr(1, host.size() - 2)).has_value();
}

bool is_host_key(std::string_view key) {
  const std::size_t colon = key.rfind(':');
  if (colon != std::string_view::npos) {
    if (!parse_number(key.substr(colon + 1), 65535)) return false;
    key = key.substr(0, colon);
  }
  return is_hostname_pattern(key);
}

bool is_trend_stat(std::string_view stat) {
  for (const std::string_view name : {"avg", "min", "med", "max", "count"}) {
    if (stat == name) return true;
  }
  if (!stat.starts_with("p(") || !stat.ends_with(')')) return false;
  const std::string_view text = stat.substr(2, stat.size() - 3);
  double percentile = -1;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), percentile);
  return code == std::errc() && end == text.data() + text.size() && percentile >= 0 &&
         percentile <= 100;
}

constexpr std::array<std::string_view, 25> kCipherSuites{
    "TLS_RSA_WITH_RC4_128_SHA",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256"};

template <std::size_t kCount>
bool contains(const std::array<std::string_view, kCount>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <std::size_t kCount>
Result<std::string> check_choice(std::string text,
                                 const std::array<std::string_view, kCount>& names,
                                 std::string message) {
  if (contains(names, text)) return text;
  return invalid_value(std::move(message))
      .with_hint(fmt::format("the values are {}", fmt::join(names, ", ")));
}

}  // namespace

Result<std::vector<std::string>> NetworksCodec::from_json(const Json& value) {
  return to_networks(PL_TRY(TextListCodec::from_json(value)));
}

Result<std::vector<std::string>> NetworksCodec::from_text(std::string_view text) {
  return to_networks(PL_TRY(TextListCodec::from_text(text)));
}

Result<std::vector<std::string>> NetworksCodec::from_flag(std::span<const std::string> texts) {
  Value networks;
  for (const std::string& text : texts) {
    Result<Value> network = to_networks({text});
    if (!network) {
      return std::move(network).error().within(
          fmt::format("error parsing blacklist-ip '{}'", text));
    }
    networks.push_back(network->front());
  }
  return networks;
}

Result<std::vector<std::string>> check_hostname_patterns(std::vector<std::string> patterns) {
  for (const std::string& pattern : patterns) {
    if (!is_hostname_pattern(pattern)) {
      return invalid_value(fmt::format("invalid hostname pattern '{}'", pattern))
          .with_hint("a pattern is a host name; its first character may be a *");
    }
  }
  return patterns;
}

Result<StringMap> check_hosts(StringMap hosts) {
  for (const auto& [key, address] : hosts) {
    if (!is_host_key(key)) return invalid_value(fmt::format("invalid hostname pattern '{}'", key));
    if (!is_host_address(address)) {
      return invalid_value(fmt::format("invalid IP address '{}' of host '{}'", address, key))
          .with_hint("write it as 10.0.0.1, 10.0.0.1:8080 or [::1]:8080");
    }
  }
  return hosts;
}

Result<std::vector<std::string>> check_cipher_suites(std::vector<std::string> suites) {
  for (const std::string& suite : suites) {
    if (!contains(kCipherSuites, suite)) {
      return invalid_value(fmt::format("unknown cipher suite '{}'", suite));
    }
  }
  return suites;
}

Result<std::vector<std::string>> check_trend_stats(std::vector<std::string> stats) {
  for (const std::string& stat : stats) {
    if (!is_trend_stat(stat)) {
      return invalid_value(fmt::format("invalid trend stat '{}'", stat))
          .with_hint("the stats are avg, min, med, max, count and p(N) with N from 0 to 100");
    }
  }
  return stats;
}

Result<std::string> check_time_unit(std::string unit) {
  constexpr std::array<std::string_view, 4> kUnits{"s", "ms", "us", ""};
  if (contains(kUnits, unit)) return unit;
  return invalid_value(fmt::format("invalid summary time unit '{}', use: 's', 'ms' or 'us'", unit));
}

Result<std::vector<std::string>> check_features(std::vector<std::string> features) {
  constexpr std::array<std::string_view, 3> kFeatures{"freeze-env", "merge-run-tags",
                                                      "native-histograms"};
  for (const std::string& feature : features) {
    if (!contains(kFeatures, feature)) {
      return invalid_value(fmt::format("unknown feature flag '{}'", feature))
          .with_hint(fmt::format("the features are {}", fmt::join(kFeatures, ", ")));
    }
  }
  return features;
}

Result<std::vector<std::string>> check_system_tags(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::erase_if(names, [](const std::string& name) { return !metrics::find_system_tag(name); });
  return names;
}

Result<std::string> check_local_ips(std::string ranges) {
  const std::vector<std::string> parts = PL_TRY(TextListCodec::from_text(ranges));
  for (const std::string& part : parts) {
    const std::size_t dash = part.find('-');
    const std::string_view view = part;
    const bool is_range = dash != std::string::npos && parse_ip(view.substr(0, dash)) &&
                          parse_ip(view.substr(dash + 1));
    if (!is_range && !parse_ip(part) && !parse_network(part)) {
      return invalid_value(fmt::format("invalid IP, range or CIDR '{}'", part));
    }
  }
  return ranges;
}

Result<std::string> check_summary_mode(std::string mode) {
  constexpr std::array<std::string_view, 3> kModes{"compact", "full", "disabled"};
  return check_choice(std::move(mode), kModes, "invalid summary mode");
}

Result<std::string> check_compatibility_mode(std::string mode) {
  constexpr std::array<std::string_view, 2> kModes{"extended", "base"};
  std::string message =
      fmt::format("invalid compatibility mode \"{}\". Use: {}", mode, "\"extended\", \"base\"");
  return check_choice(std::move(mode), kModes, std::move(message));
}

Result<std::string> check_type(std::string type) {
  constexpr std::array<std::string_view, 3> kTypes{"", "js", "archive"};
  std::string message = fmt::format("unknown -t/--type: {}", type);
  return check_choice(std::move(type), kTypes, std::move(message));
}

Result<std::string> check_log_output(std::string output) {
  if (output.starts_with("loki")) {
    return Error(ErrorKind::kUsage, "not supported yet: logs to Loki (--log-output)");
  }
  for (const std::string_view plain : {"stderr", "stdout", "none"}) {
    if (output == plain) return output;
  }
  if (output.starts_with("file=") && output.size() > 5) return output;
  return invalid_value(fmt::format("unsupported log output '{}'", output))
      .with_hint("the outputs are stderr, stdout, none and file=PATH");
}

Result<std::string> check_log_format(std::string format) {
  constexpr std::array<std::string_view, 4> kFormats{"default", "json", "raw", ""};
  std::string message = fmt::format("unsupported log format '{}'", format);
  return check_choice(std::move(format), kFormats, std::move(message));
}

Result<std::string> check_io(std::string backend) {
  constexpr std::array<std::string_view, 2> kBackends{"uring", "epoll"};
  std::string message = fmt::format("unknown I/O backend '{}'", backend);
  return check_choice(std::move(backend), kBackends, std::move(message));
}

Result<std::string> check_isolation(std::string isolation) {
  constexpr std::array<std::string_view, 3> kIsolations{"auto", "light", "full"};
  std::string message = fmt::format("unknown isolation '{}'", isolation);
  return check_choice(std::move(isolation), kIsolations, std::move(message));
}

}  // namespace proofload::options
