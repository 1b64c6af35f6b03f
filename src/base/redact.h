// Redaction: what a response's text may hold that no report may show.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace proofload {

// `text` with *** in the place of: the secrets (shorter ones than six bytes are words, not
// secrets); values of keys such as password, token, cookie, in JSON, forms, headers and query
// strings; bearer tokens and JSON web tokens; numbers that are payment cards' (13 to 19 digits,
// Luhn's check).
std::string redact(std::string_view text, std::span<const std::string> secrets);

}  // namespace proofload
