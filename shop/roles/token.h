// Login tokens: who, until when, signed by the shop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proofload::shop {

// USER.EXPIRES.SIGNATURE, the last as hex HMAC-SHA256 (RFC 2104) of what stands before it.
std::string sign_token(std::string_view secret, std::int64_t user, std::int64_t expires);
// The user of a token whose signature is right and that has not expired at `now` (seconds since
// 1970); nothing otherwise.
std::optional<std::int64_t> token_user(std::string_view secret, std::string_view token,
                                       std::int64_t now);

}  // namespace proofload::shop
