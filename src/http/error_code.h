// What went wrong with a request, in k6's numbers and words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/net_error.h"

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
  kTlsRecordHeader = 1301,
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
// A connection that could not be made or was lost.
Failure connection_failure(net::NetError error);
Failure decompression_failed(std::string_view reason);
// The answer broke the protocol before its head was complete: Go puts "transport connection broken"
// before it in the log.
Failure broken_response(std::string_view reason);

// Go's url.Error: `Get "http://host/": ` + detail. The method is written as Go writes it
// (`GET` is `Get`); `url` is already without password.
std::string request_failed_text(std::string_view method, std::string_view url,
                                std::string_view detail);

}  // namespace proofload::http
