// Numbers as people read them: three digits that count, the unit that suits, thousands apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "evidence/result.h"

namespace proofload::report {

std::string with_thousands(std::uint64_t count);  // "3,838"

// `value` of `unit` as SloResult has them: "412 ms", "1.21 s", "0.12 %", "1,240 /s"; an infinite
// one is "among failures".
std::string format_value(double value, std::string_view unit);

// "398 ms to 431 ms"; "at least 398 ms" when its end is among the failures.
std::string format_interval(const evidence::Interval& interval, std::string_view unit);

// How far the value is on the right side of the limit, in percent of it: "+18 %", "-142 %". Empty
// without a value or with a limit of 0.
std::string format_margin(const evidence::SloResult& slo);

std::string format_clock(Duration since_start);       // "2:05", "1:02:05"
std::string format_time(WallTime at);                 // "2026-01-31 14:02:31 UTC"; "-" for none
std::string format_share(double part, double whole);  // "12.3 %"; "-" of nothing

}  // namespace proofload::report
