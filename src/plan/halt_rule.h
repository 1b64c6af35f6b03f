// Halt rules: when a run has to stop because the service suffers more than was agreed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace proofload::plan {

// SIGNAL < | > VALUE [of REFERENCE] [for DURATION], for example
//   served < 20% of min(offered, capacity) for 30s
//   error_rate > 25% for 10s
//   p99 > 2s for 1m
//   ready_replicas < 20% of desired
struct HaltRule {
  enum class Signal : std::uint8_t { kServed, kErrorRate, kLatency, kReadyReplicas };
  enum class Reference : std::uint8_t { kNone, kOffered, kCapacity, kLesserOfBoth, kDesired };

  std::string text;  // as written
  Signal signal = Signal::kErrorRate;
  double percentile = 0;  // of kLatency
  bool is_above = false;  // halts above the value; else below
  // A share (of the reference, if there is one); requests a second of kServed without a reference;
  // milliseconds of kLatency; a number of kReadyReplicas without a reference.
  double value = 0;
  Reference reference = Reference::kNone;
  Duration hold{};  // how long it has to be so
};

// Nothing when it is no rule; `expected` then says what was expected where.
std::optional<HaltRule> parse_halt_rule(std::string_view text, std::string& expected);

}  // namespace proofload::plan
