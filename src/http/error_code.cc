#include "http/error_code.h"

#include <utility>

#include <fmt/format.h>

#include "http/quote.h"

namespace proofload::http {
namespace {

// The short text: k6 leaves out addresses, so that the `error` tag has few values.
Failure shortened(ErrorCode code, std::string message, std::string detail) {
  return {code, std::move(message), std::move(detail)};
}

Failure errno_failure(net::NetError error) {
  if (error.op == "dial") {
    if (error.errno_value == 0) return plain_failure(ErrorCode::kDial, std::move(error.message));
    auto text = fmt::format("dial: unknown errno {} error with msg `{}`", error.errno_value,
                            net::go_errno_text(error.errno_value));
    return shortened(ErrorCode::kDialUnknownErrno, std::move(text), std::move(error.message));
  }
  if (error.errno_value == 0) return plain_failure(ErrorCode::kTcp, std::move(error.message));
  auto text = fmt::format("{}: unknown errno `{}` on linux with message `{}`", error.op,
                          error.errno_value, net::go_errno_text(error.errno_value));
  return shortened(ErrorCode::kUnknownErrno, std::move(text), std::move(error.message));
}

}  // namespace

Failure plain_failure(ErrorCode code, std::string text) {
  return {code, text, std::move(text)};
}

Failure request_timeout() {
  return plain_failure(ErrorCode::kRequestTimeout, "request timeout");
}

Failure connection_failure(net::NetError error) {
  using Kind = net::NetErrorKind;
  switch (error.kind) {
    case Kind::kDns:
      return plain_failure(ErrorCode::kDns, std::move(error.message));
    case Kind::kDnsNoSuchHost:
      return shortened(ErrorCode::kNoSuchHost, "lookup: no such host", std::move(error.message));
    case Kind::kBlacklistedIp:
      return shortened(ErrorCode::kBlacklistedIp, "ip is blacklisted", std::move(error.message));
    case Kind::kBlockedHostname:
      return shortened(ErrorCode::kBlockedHostname, "hostname is blocked",
                       std::move(error.message));
    case Kind::kRefused:
      return shortened(ErrorCode::kDialRefused, "dial: connection refused",
                       std::move(error.message));
    case Kind::kDialTimeout:
      return plain_failure(ErrorCode::kDialTimeout, "dial: i/o timeout");
    case Kind::kDeadline:
      return request_timeout();
    case Kind::kReset:
      return shortened(ErrorCode::kResetByPeer,
                       fmt::format("{}: connection reset by peer", error.op),
                       std::move(error.message));
    case Kind::kBrokenPipe:
      return shortened(ErrorCode::kBrokenPipe, fmt::format("{}: broken pipe", error.op),
                       std::move(error.message));
    case Kind::kErrno:
      return errno_failure(std::move(error));
    case Kind::kTlsRecordHeader:
      return plain_failure(ErrorCode::kTlsRecordHeader, std::move(error.message));
    case Kind::kTlsAlert:
      return plain_failure(ErrorCode::kNonTcp, std::move(error.message));
    case Kind::kTls:
      return plain_failure(ErrorCode::kTls, std::move(error.message));
    case Kind::kTlsUnknownAuthority:
      return shortened(ErrorCode::kUnknownAuthority, "x509: unknown authority",
                       std::move(error.message));
    case Kind::kTlsHostname:
      return shortened(ErrorCode::kHostnameMismatch, "x509: certificate doesn't match hostname",
                       std::move(error.message));
    case Kind::kEof:
    case Kind::kTlsExpired:
    case Kind::kHttpOnTls:
    case Kind::kCancelled:
      break;
  }
  return plain_failure(ErrorCode::kGeneric, std::move(error.message));
}

Failure decompression_failed(std::string_view reason) {
  // Go's decoders report a body that ends too soon as the reader they read from would.
  if (reason == "unexpected EOF") return plain_failure(ErrorCode::kGeneric, std::string(reason));
  return plain_failure(ErrorCode::kDecompression,
                       fmt::format("error decompressing response body ({})", reason));
}

Failure broken_response(std::string_view reason) {
  return {ErrorCode::kGeneric, std::string(reason),
          fmt::format("net/http: HTTP/1.x transport connection broken: {}", reason)};
}

std::string request_failed_text(std::string_view method, std::string_view url,
                                std::string_view detail) {
  std::string operation(method.empty() ? std::string_view("GET") : method);
  for (std::size_t i = 1; i < operation.size(); ++i) {
    if (operation[i] >= 'A' && operation[i] <= 'Z') {
      operation[i] = static_cast<char>(operation[i] + ('a' - 'A'));
    }
  }
  return fmt::format("{} {}: {}", operation, quote(url), detail);
}

}  // namespace proofload::http
