// Why a connection could not be made or was lost, with the text Go would give for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace proofload::net {

enum class NetErrorKind : std::uint8_t {
  kDns,                  // k6's 1100
  kDnsNoSuchHost,        // 1101
  kBlacklistedIp,        // 1110
  kBlockedHostname,      // 1111
  kRefused,              // 1212: dial only
  kDialTimeout,          // 1211: our own 30 s, not the caller's deadline
  kDeadline,             // the caller's deadline came first
  kReset,                // 1220
  kBrokenPipe,           // 1201
  kErrno,                // 1213 (op "dial") or 1202: see errno_value
  kEof,                  // the peer closed in the middle of something
  kTls,                  // 1300: anything else about TLS
  kTlsAlert,             // 1010: the peer sent an alert (k6 takes Go's error for no TCP one)
  kTlsRecordHeader,      // 1301: the peer does not speak TLS
  kTlsUnknownAuthority,  // 1310
  kTlsHostname,          // 1311
  kTlsExpired,           // certificate outside its validity
  kHttpOnTls,            // 1000: the peer answered the handshake in plain HTTP
  kCancelled             // the fiber was cancelled
};

// A failure of the target or the network: measured data, not an Error of ours.
struct NetError {
  NetErrorKind kind = NetErrorKind::kErrno;
  std::string_view op;  // "dial", "read", "write", "lookup", "tls": static text
  int errno_value = 0;  // 0 when no system call failed
  // Complete, as Go prints it below `Get "url": `, e.g.
  // "dial tcp 127.0.0.1:1: connect: connection refused".
  std::string message;
};

template <class T>
using NetResult = tl::expected<T, NetError>;

// Go's text for an errno: "connection refused", "no route to host", ...
std::string go_errno_text(int errno_value);

// How a stream ended, without a text: made in the reap phase for every closed connection.
struct StreamEnd {
  NetErrorKind kind = NetErrorKind::kEof;  // kEof: the peer closed in an orderly way
  std::string_view op;                     // "read" or "write"
  int errno_value = 0;
};

}  // namespace proofload::net
