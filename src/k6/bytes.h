// Bytes in and out of scripts: strings and buffers as input; hexadecimal and base64 as output.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "js/context.h"

namespace proofload::k6 {

// The bytes of a string (UTF-8), ArrayBuffer or view, copied. Nullopt: an exception is pending.
std::optional<std::string> bytes_from(js::Context& context, js::ValueRef value);

enum class Base64Form : std::uint8_t {
  kStd,
  kRawStd,
  kUrl,
  kRawUrl
};  // raw: no padding (RFC 4648)
std::string encode_base64(std::string_view bytes, Base64Form form);
// The error's text is Go's: `illegal base64 data at input byte N`.
Result<std::string> decode_base64(std::string_view text, Base64Form form);

std::string encode_hex(std::string_view bytes);

}  // namespace proofload::k6
