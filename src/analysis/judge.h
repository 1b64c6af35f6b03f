// Judging one SLO by what its requests did in one profile.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.h"
#include "evidence/result.h"
#include "metrics/histogram.h"

namespace proofload::analysis {

// Requests of a stretch of time, ramp and warm-up cut away: the answered ones' latencies in ms, and
// how many failed.
struct Block {
  const metrics::Histogram* answered = nullptr;  // never null
  std::uint64_t failed = 0;

  std::uint64_t requests() const { return answered->count() + failed; }
};

// Blocks that follow each other, all of the same length; `from` is where the first one begins,
// since the start of the profile.
struct Blocks {
  std::span<const Block> all;
  Duration length{};
  Duration from{};
};

// Each fills value, interval, samples, samples_needed, first_breach, state and reason of `slo`,
// whose limit is set.
//
// An SLO is met when the whole interval is on the right side of the limit, broken when the whole
// interval is on the wrong one, and undecided in between; more samples narrow it. Intervals are of
// 95 %, and as wide as the blocks differ: requests near in time are alike, so their number counts
// less by the design effect, the variance between blocks over what independent requests would have
// (Kish, Survey Sampling, 1965; at least 1).

// The percentile's order statistic, of answers and failures together, which are slower than every
// answer: infinite when it falls among them. Its interval is by the ranks n p +- z sqrt(n p (1 -
// p)) (Hahn and Meeker, Statistical Intervals, 5.2), at most the slowest answer where nothing
// failed. What decides is the same question put the other way round: whether the share of requests
// above the limit is below 1 - p, by the exact binomial interval (Clopper and Pearson, 1934). limit
// and value in ms.
void judge_latency(double percentile, const Blocks& blocks, evidence::SloResult& slo);

// Share of failures, by Wilson's interval (1927). limit and value in percent.
void judge_error_rate(const Blocks& blocks, evidence::SloResult& slo);

// Requests a second that were answered as expected, by Student's interval over the blocks. limit
// and value a second.
void judge_rate(const Blocks& blocks, evidence::SloResult& slo);

// Share of the schedule that was sent: a fact, without an interval. In percent.
void judge_delivered(std::uint64_t scheduled, std::uint64_t started, evidence::SloResult& slo);

// How much a series grows: the slope of least squares over its value in the middle, in percent an
// hour, with Student's interval. The points are averaged to kCreepBlocks blocks first, because
// neighbours are alike. It is undecided with fewer points than blocks.
inline constexpr std::size_t kCreepBlocks = 12;
struct CreepPoint {
  double hours = 0;
  double value = 0;
};
void judge_creep(std::span<const CreepPoint> points, evidence::SloResult& slo);

// Samples without which nothing is decided: for a percentile p the smallest n with p^n <= 0.025;
// for an error rate e z^2 (1 - e) / e, Wilson's bound without a failure.
double samples_for_percentile(double percentile);
double samples_for_error_rate(double share);

}  // namespace proofload::analysis
