#include "net/tls_verify.h"

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <strings.h>

#include "base/clock.h"
#include "net/address.h"

namespace proofload::net {
namespace {

NetError certificate_error(NetErrorKind kind, const std::string& text) {
  return {.kind = kind,
          .op = "tls",
          .errno_value = 0,
          .message = "tls: failed to verify certificate: x509: " + text};
}

std::string rfc3339(const tm& utc) {
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

// "" when the certificate is valid now.
std::string validity_problem(const X509* certificate) {
  std::time_t now = std::chrono::system_clock::to_time_t(wall_now());
  const ASN1_TIME* from = X509_get0_notBefore(certificate);
  const ASN1_TIME* until = X509_get0_notAfter(certificate);
  const bool is_early = X509_cmp_time(from, &now) > 0;
  const bool is_late = X509_cmp_time(until, &now) < 0;
  if (!is_early && !is_late) return "";
  tm limit{};
  tm current{};
  ASN1_TIME_to_tm(is_early ? from : until, &limit);
  ::gmtime_r(&now, &current);
  return fmt::format("certificate has expired or is not yet valid: current time {} is {} {}",
                     rfc3339(current), is_early ? "before" : "after", rfc3339(limit));
}

// The certificate's alternative names of one kind: GEN_DNS or GEN_IPADD.
std::vector<std::string> alternative_names(X509* certificate, int kind) {
  std::vector<std::string> result;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != kind) continue;
    const ASN1_STRING* value = kind == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
    const unsigned char* bytes = ASN1_STRING_get0_data(value);
    const int length = ASN1_STRING_length(value);
    if (kind == GEN_DNS) {
      result.emplace_back(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    } else if (length == 4 || length == 16) {
      result.push_back(
          (length == 4 ? IpAddress::from_v4(bytes) : IpAddress::from_v6(bytes)).to_string());
    }
  }
  return result;
}

bool has_common_name(const X509* certificate) {
  return X509_NAME_get_index_by_NID(X509_get_subject_name(certificate), NID_commonName, -1) >= 0;
}

std::string joined(const std::vector<std::string>& names) {
  std::string result;
  for (const std::string& name : names) result += (result.empty() ? "" : ", ") + name;
  return result;
}

std::string_view without_final_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// Go's rule, which lets a wildcard stand for the first label of any name (OpenSSL wants two more
// labels after it).
bool is_name_for(std::string_view pattern, std::string_view host) {
  pattern = without_final_dot(pattern);
  host = without_final_dot(host);
  if (host.empty() || pattern.find('\0') != std::string_view::npos) return false;
  if (!pattern.starts_with("*.")) return equals_ignoring_case(pattern, host);
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && pattern.size() > 2 &&
         equals_ignoring_case(pattern.substr(1), host.substr(dot));
}

// "" when the certificate is for `host`.
std::string name_problem(X509* certificate, const std::string& host) {
  const bool is_ip = IpAddress::parse(host).has_value();
  const auto ips = alternative_names(certificate, GEN_IPADD);
  const auto names = alternative_names(certificate, GEN_DNS);
  const bool matches =
      is_ip ? X509_check_ip_asc(certificate, host.c_str(), 0) == 1
            : std::ranges::any_of(names, [&](const auto& name) { return is_name_for(name, host); });
  if (matches) return "";
  if (is_ip && ips.empty()) {
    return fmt::format("cannot validate certificate for {} because it doesn't contain any IP SANs",
                       host);
  }
  const auto& valid = is_ip ? ips : names;
  if (valid.empty()) {
    return ips.empty() && has_common_name(certificate)
               ? "certificate relies on legacy Common Name field, use SANs instead"
               : "certificate is not valid for any names, but wanted to match " + host;
  }
  return fmt::format("certificate is valid for {}, not {}", joined(valid), host);
}

}  // namespace

NetResult<void> verify_certificate(X509_STORE_CTX* store, const std::string& host) {
  const bool is_trusted = X509_verify_cert(store) == 1;
  const int problem = X509_STORE_CTX_get_error(store);
  X509* leaf = X509_STORE_CTX_get0_cert(store);
  if (auto text = validity_problem(leaf); !text.empty()) {
    return tl::unexpected(certificate_error(NetErrorKind::kTlsExpired, text));
  }
  if (auto text = name_problem(leaf, host); !text.empty()) {
    return tl::unexpected(certificate_error(NetErrorKind::kTlsHostname, text));
  }
  if (is_trusted) return {};
  switch (problem) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return tl::unexpected(certificate_error(NetErrorKind::kTlsUnknownAuthority,
                                              "certificate signed by unknown authority"));
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return tl::unexpected(certificate_error(
          NetErrorKind::kTlsExpired, validity_problem(X509_STORE_CTX_get_current_cert(store))));
    default:
      return tl::unexpected(
          certificate_error(NetErrorKind::kTls, X509_verify_cert_error_string(problem)));
  }
}

std::string go_alert_text(int alert) {
  static constexpr std::pair<int, const char*> kTexts[] = {{10, "unexpected message"},
                                                           {20, "bad record MAC"},
                                                           {22, "record overflow"},
                                                           {40, "handshake failure"},
                                                           {42, "bad certificate"},
                                                           {43, "unsupported certificate"},
                                                           {44, "revoked certificate"},
                                                           {45, "expired certificate"},
                                                           {46, "unknown certificate"},
                                                           {47, "illegal parameter"},
                                                           {48, "unknown certificate authority"},
                                                           {49, "access denied"},
                                                           {50, "error decoding message"},
                                                           {51, "error decrypting message"},
                                                           {70, "protocol version not supported"},
                                                           {71, "insufficient security level"},
                                                           {80, "internal error"},
                                                           {86, "inappropriate fallback"},
                                                           {90, "user canceled"},
                                                           {100, "no renegotiation"},
                                                           {109, "missing extension"},
                                                           {110, "unsupported extension"},
                                                           {112, "unrecognized name"},
                                                           {113, "bad certificate status response"},
                                                           {115, "unknown PSK identity"},
                                                           {116, "certificate required"},
                                                           {120, "no application protocol"}};
  for (const auto& [number, text] : kTexts) {
    if (number == alert) return fmt::format("remote error: tls: {}", text);
  }
  return fmt::format("remote error: tls: alert({})", alert);
}

}  // namespace proofload::net
