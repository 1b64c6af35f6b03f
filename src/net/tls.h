// TLS client streams on OpenSSL, configured in k6's terms.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/net_error.h"
#include "net/stream.h"
#include "runtime/loop.h"

namespace proofload::net {

enum class TlsVersion : std::uint8_t { kV10, kV11, kV12, kV13 };

// One entry of k6's tlsAuth.
struct TlsClientCertificate {
  std::string certificate_pem;
  std::string key_pem;
  std::string password;              // of an encrypted key
  std::vector<std::string> domains;  // "example.com", "*.example.com"; empty: every host
};

struct TlsOptions {
  bool verify_peer = true;                    // !insecureSkipTLSVerify
  TlsVersion version_min = TlsVersion::kV12;  // Go's default
  TlsVersion version_max = TlsVersion::kV13;
  std::vector<std::string> cipher_suites;  // Go names; empty: OpenSSL's defaults. TLS 1.3's are
                                           // not configurable, as in Go
  std::vector<TlsClientCertificate> client_certificates;
  std::string ca_file;       // SSL_CERT_FILE: replaces the system's roots. Empty: the system's
  std::string key_log_file;  // SSLKEYLOGFILE: appended to. Empty: none
};

// One per thread, shared by all its streams; they must not outlive it. No session is resumed, as
// in k6, so every connection is a full handshake.
class TlsContext {
 public:
  // Errors name what cannot be used: a certificate, a key, a cipher suite, a file.
  static Result<std::unique_ptr<TlsContext>> create(const TlsOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // From a fiber: a client handshake over `transport`, a connected stream not yet started, with
  // SNI `host` and ALPN http/1.1. Errors: the kTls kinds with Go's text ("tls: failed to verify
  // certificate: x509: ..."), what the connection ended with, kDeadline, kCancelled.
  NetResult<std::unique_ptr<Stream>> handshake(runtime::Loop& loop,
                                               std::unique_ptr<Stream> transport,
                                               const std::string& host, TimePoint deadline);

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace proofload::net
