#include "http/auth.h"

#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/check.h"
#include "http/headers.h"
#include "http/random_hex.h"

namespace proofload::http {
namespace {

std::string base64(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string hex_digest(DigestAlgorithm algorithm, std::string_view text) {
  const bool is_sha =
      algorithm == DigestAlgorithm::kSha256 || algorithm == DigestAlgorithm::kSha256Sess;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  PL_CHECK(EVP_Digest(text.data(), text.size(), digest.data(), &length,
                      is_sha ? EVP_sha256() : EVP_md5(), nullptr) == 1);
  std::string out;
  for (unsigned i = 0; i < length; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

struct Parameter {
  std::string name;  // lower case
  std::string value;
};

// Takes a token or quoted string off the front of `rest`.
std::string take_value(std::string_view& rest) {
  std::string value;
  if (!rest.starts_with('"')) {
    const auto end = rest.find_first_of(", \t");
    value = rest.substr(0, end);
    rest.remove_prefix(value.size());
    return value;
  }
  std::size_t i = 1;
  for (; i < rest.size() && rest[i] != '"'; ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    value += rest[i];
  }
  rest.remove_prefix(std::min(rest.size(), i + 1));
  return value;
}

std::vector<Parameter> parse_parameters(std::string_view rest) {
  std::vector<Parameter> parameters;
  while (true) {
    const auto begin = rest.find_first_not_of(", \t");
    if (begin == std::string_view::npos) return parameters;
    rest.remove_prefix(begin);
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos) return parameters;
    std::string name(trim(rest.substr(0, equals)));
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    rest = rest.substr(equals + 1);
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t")));
    parameters.push_back({std::move(name), take_value(rest)});
  }
}

std::optional<DigestAlgorithm> find_algorithm(std::string_view text) {
  if (text.empty() || equals_ignoring_case(text, "md5")) return DigestAlgorithm::kMd5;
  if (equals_ignoring_case(text, "md5-sess")) return DigestAlgorithm::kMd5Sess;
  if (equals_ignoring_case(text, "sha-256")) return DigestAlgorithm::kSha256;
  if (equals_ignoring_case(text, "sha-256-sess")) return DigestAlgorithm::kSha256Sess;
  return std::nullopt;
}

bool is_session(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::kMd5Sess || algorithm == DigestAlgorithm::kSha256Sess;
}

Error refused(std::string text) {
  return Error(ErrorKind::kNetwork, std::move(text));
}

std::string escaped_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string basic_authorization(std::string_view username, std::string_view password) {
  return "Basic " + base64(fmt::format("{}:{}", username, password));
}

Result<DigestChallenge> DigestChallenge::parse(std::string_view header) {
  header = trim(header);
  const auto space = header.find(' ');
  if (!equals_ignoring_case(header.substr(0, space), "digest") || space == std::string_view::npos) {
    return refused("digest: the server's challenge is not a Digest challenge");
  }
  DigestChallenge challenge;
  bool offers_auth = false;
  for (Parameter& parameter : parse_parameters(header.substr(space + 1))) {
    if (parameter.name == "realm")
      challenge.realm = std::move(parameter.value);
    else if (parameter.name == "nonce")
      challenge.nonce = std::move(parameter.value);
    else if (parameter.name == "opaque")
      challenge.opaque = std::move(parameter.value);
    else if (parameter.name == "algorithm")
      challenge.algorithm_text = std::move(parameter.value);
    else if (parameter.name == "qop") {
      challenge.has_qop = true;
      offers_auth = has_list_token(parameter.value, "auth");
    }
  }
  const auto algorithm = find_algorithm(challenge.algorithm_text);
  if (!algorithm) {
    return refused(fmt::format("digest: unsupported algorithm '{}'", challenge.algorithm_text));
  }
  if (challenge.has_qop && !offers_auth)
    return refused("digest: the server does not offer qop=auth");
  challenge.algorithm = *algorithm;
  return challenge;
}

std::string digest_authorization(const DigestChallenge& challenge,
                                 const DigestCredentials& credentials) {
  static constexpr std::string_view kNonceCount = "00000001";
  const DigestAlgorithm algorithm = challenge.algorithm;
  std::string secret = hex_digest(algorithm, fmt::format("{}:{}:{}", credentials.username,
                                                         challenge.realm, credentials.password));
  if (is_session(algorithm)) {
    secret = hex_digest(algorithm,
                        fmt::format("{}:{}:{}", secret, challenge.nonce, credentials.client_nonce));
  }
  const std::string asked =
      hex_digest(algorithm, fmt::format("{}:{}", credentials.method, credentials.target));
  const std::string answer =
      challenge.has_qop
          ? hex_digest(algorithm, fmt::format("{}:{}:{}:{}:auth:{}", secret, challenge.nonce,
                                              kNonceCount, credentials.client_nonce, asked))
          : hex_digest(algorithm, fmt::format("{}:{}:{}", secret, challenge.nonce, asked));

  std::string out =
      fmt::format(R"(Digest username="{}", realm="{}", nonce="{}", uri="{}", response="{}")",
                  escaped_quotes(credentials.username), escaped_quotes(challenge.realm),
                  escaped_quotes(challenge.nonce), credentials.target, answer);
  if (!challenge.algorithm_text.empty()) out += ", algorithm=" + challenge.algorithm_text;
  if (!challenge.opaque.empty())
    out += fmt::format(", opaque=\"{}\"", escaped_quotes(challenge.opaque));
  if (challenge.has_qop) {
    out += fmt::format(", qop=auth, nc={}, cnonce=\"{}\"", kNonceCount, credentials.client_nonce);
  }
  return out;
}

std::string random_client_nonce() {
  return random_hex(8);
}

}  // namespace proofload::http
