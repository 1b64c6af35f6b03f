// Judges a server's certificate chain as Go does, and says what is wrong in Go's words.
#pragma once

#include <string>

#include <openssl/x509.h>

#include "net/net_error.h"

namespace proofload::net {

// Verifies the chain in `store` for `host` (a name or an IP literal). Go's order of checks: the
// leaf's validity, then its names, then who signed it.
NetResult<void> verify_certificate(X509_STORE_CTX* store, const std::string& host);

// An alert from the peer: "remote error: tls: handshake failure".
std::string go_alert_text(int alert);

}  // namespace proofload::net
