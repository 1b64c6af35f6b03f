// Header fields: Go's canonical names, validity, and a case-insensitive search.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace proofload::http {

// A field as given or as received. Owns nothing.
struct Header {
  std::string_view name;
  std::string_view value;
};

// Go's textproto canonical form: `content-type` becomes `Content-Type`. A name with a byte that is
// not a token character is returned unchanged.
std::string canonical_name(std::string_view name);
// Writes the canonical form over `name`; allocates nothing.
void canonicalize(std::string& name);

// The token characters that `text` begins with.
std::string_view leading_token(std::string_view text);
bool is_token(std::string_view text);                // RFC 9110 token, at least one character
bool is_valid_header_value(std::string_view value);  // no control characters but TAB
bool equals_ignoring_case(std::string_view a, std::string_view b);
// Whether the comma-separated list `value` holds `token` (lower case), ignoring case.
bool has_list_token(std::string_view value, std::string_view token);
// Without blanks and tabs at either end.
std::string_view trim(std::string_view text);

// The first value of `name`, any case.
std::optional<std::string_view> find_header(std::span<const Header> headers, std::string_view name);

}  // namespace proofload::http
