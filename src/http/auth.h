// Authorization: Basic from a URL's credentials, and the answer to a Digest challenge.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace proofload::http {

// "Basic dXNlcjpwYXNz".
std::string basic_authorization(std::string_view username, std::string_view password);

enum class DigestAlgorithm : unsigned char { kMd5, kMd5Sess, kSha256, kSha256Sess };

// A server's `WWW-Authenticate: Digest ...` (RFC 7616).
struct DigestChallenge {
  std::string realm;
  std::string nonce;
  std::string opaque;
  std::string algorithm_text;  // as given, "" if none
  DigestAlgorithm algorithm = DigestAlgorithm::kMd5;
  bool has_qop = false;  // false is RFC 2069's form, without client nonce

  // Fails for another scheme, an unknown algorithm, or a qop without `auth`.
  static Result<DigestChallenge> parse(std::string_view header);
};

struct DigestCredentials {
  std::string_view username;
  std::string_view password;
  std::string_view method;
  std::string_view target;        // the request target, as sent
  std::string_view client_nonce;  // ignored without qop
};

// The value of the Authorization header; the nonce count is 1, as k6 asks for a fresh challenge
// each time.
std::string digest_authorization(const DigestChallenge& challenge,
                                 const DigestCredentials& credentials);

// 16 hexadecimal digits from the system's random generator.
std::string random_client_nonce();

}  // namespace proofload::http
