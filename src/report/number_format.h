// Numbers as k6's summary writes them: truncated percentages, humanised bytes and durations.
#pragma once

#include <string>
#include <string_view>

#include "report/summary.h"

namespace proofload::report {

// What JavaScript's String(value) gives: shortest digits that read back, exponent from 1e21 on.
std::string js_number(double value);

// At most `digits` decimals, rounded, trailing zeros cut: 0.5, 12, 4.654338.
std::string trimmed(double value, int digits);

// `milliseconds` in `unit` ("s", "ms", "us") with two decimals, or, where that is empty, in the
// unit that suits it, truncated: "1m30s", "1.43s", "20.44ms", "776.06µs", "12ns".
std::string humanize_duration(double milliseconds, std::string_view unit);

// Base 1000: "0 B", "2.6 MB", "26 kB".
std::string humanize_bytes(double bytes);

// A value of `metric` in what the metric contains; a rate's value becomes a percentage.
std::string humanize_value(double value, const SummaryMetric& metric, std::string_view unit);

}  // namespace proofload::report
