// Execution segments: which share of a test this instance runs, in exact arithmetic, as k6 splits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace proofload::load {

// An exact fraction, always reduced, with a positive denominator.
struct Fraction {
  std::int64_t num = 0;
  std::int64_t den = 1;

  friend bool operator==(const Fraction&, const Fraction&) = default;
};

// Accepts `10%`, `1/3`, `0.25`; the error text is k6's. Values whose numerator or denominator does
// not fit 63 bits are refused.
Result<Fraction> parse_fraction(std::string_view text);
// `1/3`, or `2` when the denominator is one.
std::string to_string(Fraction value);

// A piece of the test: 0 <= from < to <= 1.
class ExecutionSegment {
 public:
  ExecutionSegment() = default;  // the whole test
  static Result<ExecutionSegment> create(Fraction from, Fraction to);
  // `to` alone starts at 0: `10%`, `1/3`, `0.2:2/3`, and the empty text is the whole test.
  static Result<ExecutionSegment> parse(std::string_view text);

  Fraction from() const { return from_; }
  Fraction to() const { return to_; }
  Fraction length() const;
  double length_as_double() const;

  friend bool operator==(const ExecutionSegment&, const ExecutionSegment&) = default;

 private:
  ExecutionSegment(Fraction from, Fraction to) : from_(from), to_(to) {}

  Fraction from_{0, 1};
  Fraction to_{1, 1};
};

// `0:1/3`, as k6 prints it in JSON.
std::string to_string(const ExecutionSegment& segment);

// Segments that join end to start; not necessarily from 0 to 1. Never empty once parsed.
using ExecutionSegmentSequence = std::vector<ExecutionSegment>;

// `0,1/4,1/2,1`; the empty text is an empty sequence.
Result<ExecutionSegmentSequence> parse_segment_sequence(std::string_view text);
std::string to_string(const ExecutionSegmentSequence& sequence);

// Our segment within the full sequence of all instances: says how much of any whole is ours, and
// which elements. Elements are dealt in stripes: over each run of `lcd` elements (the least common
// denominator of all lengths) a segment takes its own, spread as evenly as they go; so the sum over
// all instances is always the whole. Immutable; safe from any thread.
class ExecutionTuple {
 public:
  // The longest stripe; k6 has no limit and runs out of memory instead.
  static constexpr std::int64_t kLcdMax = 10'000'000;

  // The whole test, undivided.
  ExecutionTuple() = default;
  // A missing sequence is filled around the segment. The error says what does not fit.
  static Result<ExecutionTuple> create(const std::optional<ExecutionSegment>& segment,
                                       const ExecutionSegmentSequence& sequence);

  const ExecutionSegment& segment() const { return segment_; }
  const ExecutionSegmentSequence& sequence() const { return sequence_; }

  // How many of `value` elements are ours.
  std::int64_t scale(std::int64_t value) const;
  // Our element number `index` (from 0), as its number in the whole (from 0).
  std::int64_t striped(std::int64_t index) const {
    if (lcd_ == 1) return index;
    const auto count = static_cast<std::int64_t>(own_.size());
    return index / count * lcd_ + own_[static_cast<std::size_t>(index % count)];
  }
  // The tuple to deal `value` things that only `value` holders can take: segments in proportion to
  // each instance's share of the holders, those without any left out. No value when ours has none.
  std::optional<ExecutionTuple> restriped(std::int64_t value) const;

 private:
  ExecutionTuple(ExecutionSegmentSequence sequence, std::size_t index, std::int64_t lcd);

  ExecutionSegment segment_;
  ExecutionSegmentSequence sequence_{ExecutionSegment()};
  std::size_t index_ = 0;
  std::int64_t lcd_ = 1;
  std::vector<std::uint32_t> owners_{0};  // of each of the first lcd_ elements: its segment
  std::vector<std::int64_t> own_{0};      // our elements among the first lcd_, ascending
};

}  // namespace proofload::load
