// What went wrong with a request, in k6's numbers and words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace proofload::http {

// k6's error codes (https://grafana.com/docs/k6/latest/javascript-api/error-codes/).
enum class ErrorCode : std::uint16_t {
  kNone = 0,
  kGeneric = 1000,
  kNonTcp = 1010,
  kInvalidUrl = 1020,
  kRequestTimeout = 1050,
  kDns = 1100,
  kNoSuchHost = 1101,
  kBlacklistedIp = 1110,
  kBlockedHostname = 1111,
  kTcp = 1200,
  kBrokenPipe = 1201,
  kUnknownErrno = 1202,
  kDial = 1210,
  kDialTimeout = 1211,
  kDialRefused = 1212,
  kDialUnknownErrno = 1213,
  kResetByPeer = 1220,
  kTls = 1300,
  kUnknownAuthority = 1310,
  kHostnameMismatch = 1311,
  kHttp2 = 1600,
  kDecompression = 1701,
};

// The code of an answer: 1000 + status from 400 on, else 0.
constexpr int error_code_of_status(int status) {
  return status >= 400 ? 1000 + status : 0;
}

// One failure. `code` kNone means there was none.
struct Failure {
  ErrorCode code = ErrorCode::kNone;
  std::string message;  // response.error and the `error` tag: short, without addresses
  std::string detail;   // what Go's error prints, without `Get "url": ` in front

  explicit operator bool() const { return code != ErrorCode::kNone; }
};

// Both texts the same.
Failure plain_failure(ErrorCode code, std::string text);

Failure request_timeout();
Failure dial_timeout();
// `address` is ip:port. ECONNREFUSED is 1212, ECONNRESET 1220, ETIMEDOUT a dial timeout, others
// 1213.
Failure dial_failed(std::string_view address, int error_number);
// `operation` is "read" or "write"; the addresses are ip:port.
Failure io_failed(std::string_view operation, std::string_view local, std::string_view remote,
                  int error_number);
// `server` is the resolver's ip:port, "" if unknown.
Failure no_such_host(std::string_view host, std::string_view server);
Failure dns_failed(std::string_view host, std::string_view server, std::string_view reason);
Failure blacklisted_ip(std::string_view ip, std::string_view range);
Failure blocked_hostname(std::string_view host, std::string_view pattern);
Failure unknown_authority();
// `names` are those the certificate is for, comma-separated.
Failure hostname_mismatch(std::string_view host, std::string_view names);
Failure decompression_failed(std::string_view reason);
// The answer broke the protocol: Go puts "transport connection broken" before it in the log.
Failure broken_response(std::string_view reason);

// Go's url.Error: `Get "http://host/": ` + detail. The method is written as Go writes it
// (`GET` is `Get`); `url` is already without password.
std::string request_failed_text(std::string_view method, std::string_view url,
                                std::string_view detail);

}  // namespace proofload::http
