// Durations as people write them: Go's notation (1h2m3.5s) plus `d`, as k6 takes and prints it.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace proofload {

// Parses "1d2h3m4.5s6ms7us8ns", an optional sign in front; a bare number is milliseconds, as in
// k6. Error texts are Go's: `time: unknown unit "x" in duration "5x"`,
// `time: invalid duration "abc"`.
Result<Duration> parse_duration(std::string_view text);

// Go's Duration.String(): "0s", "1.5ms", "10m0s", "1h0m0s".
std::string to_string(Duration duration);

}  // namespace proofload
