// Go's strconv.Quote, which stands in many of the error texts that k6 shows.
#pragma once

#include <string>
#include <string_view>

namespace proofload::http {

// In double quotes, with Go's escapes for control characters and bytes that are not UTF-8.
std::string quote(std::string_view text);

}  // namespace proofload::http
