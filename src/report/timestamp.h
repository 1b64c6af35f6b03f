// Instants as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace proofload::report {

// RFC 3339 in UTC as Go writes it: no more digits of a second than there are.
std::string rfc3339(WallTime at);
// Reads what rfc3339() writes; nothing for another text, nor for a year before 1678 or after 2261.
std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace proofload::report
