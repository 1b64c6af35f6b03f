#include "roles/token.h"

#include <array>
#include <charconv>

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace proofload::shop {
namespace {

std::string signature(std::string_view secret, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  ::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string sign_token(std::string_view secret, std::int64_t user, std::int64_t expires) {
  const std::string claim = fmt::format("{}.{}", user, expires);
  return claim + "." + signature(secret, claim);
}

std::optional<std::int64_t> token_user(std::string_view secret, std::string_view token,
                                       std::int64_t now) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const std::string expected = signature(secret, token.substr(0, second));
  const std::string_view given = token.substr(second + 1);
  if (given.size() != expected.size() ||
      ::CRYPTO_memcmp(given.data(), expected.data(), expected.size()) != 0) {
    return std::nullopt;
  }
  const auto user = whole(token.substr(0, first));
  const auto expires = whole(token.substr(first + 1, second - first - 1));
  if (!user || !expires || *expires <= now) return std::nullopt;
  return user;
}

}  // namespace proofload::shop
