#include "http/random_hex.h"

#include <array>
#include <string_view>

#include <openssl/rand.h>

#include "base/check.h"

namespace proofload::http {

std::string random_hex(std::size_t byte_count) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, 64> bytes{};
  PL_CHECK(byte_count <= bytes.size());
  PL_CHECK(RAND_bytes(bytes.data(), static_cast<int>(byte_count)) == 1);
  std::string out;
  out.reserve(byte_count * 2);
  for (std::size_t i = 0; i < byte_count; ++i) {
    out += kDigits[bytes[i] >> 4U];
    out += kDigits[bytes[i] & 15U];
  }
  return out;
}

}  // namespace proofload::http
