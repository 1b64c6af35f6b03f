// What plans write as values: "500ms", "0.1%", "50/s", "5%/h".
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace proofload::plan {

// Both ends included.
struct DurationRange {
  Duration least{};
  Duration most{};
};

// Nothing when the text is none. A bare number is none either: 500 of what?
std::optional<Duration> to_duration(std::string_view text);
// "0.1%" is 0.001; "0.001" is that too.
std::optional<double> to_share(std::string_view text);
// Events per second: "50/s", "3000/m", "180000/h".
std::optional<double> to_rate(std::string_view text);
// "5ms-40ms", "5-40ms" (the unit is of both), with a hyphen or a dash; a single one is both ends.
std::optional<DurationRange> to_duration_range(std::string_view text);
// A share per hour: "5%/h", "0.1%/m".
std::optional<double> to_creep(std::string_view text);
// "p99.9" is 99.9.
std::optional<double> to_percentile(std::string_view text);
// A number, not negative.
std::optional<double> to_number(std::string_view text);

}  // namespace proofload::plan
