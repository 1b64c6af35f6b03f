// Percent-encoding, part of a URL by part, with Go's idea of what each part may hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace proofload::http {

enum class UrlPart : std::uint8_t { kPath, kUserinfo, kHost, kZone, kQuery, kFragment };

bool must_escape(unsigned char c, UrlPart part);
std::string escape(std::string_view text, UrlPart part);
// The message is Go's: `invalid URL escape "%zz"`, `invalid character " " in host name`.
Result<std::string> unescape(std::string_view text, UrlPart part);
// Whether `text` may stand in a path or fragment as it is.
bool is_well_encoded(std::string_view text, UrlPart part);

}  // namespace proofload::http
