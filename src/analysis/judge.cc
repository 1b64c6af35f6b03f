#include "analysis/judge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <fmt/format.h>

namespace proofload::analysis {
namespace {

using evidence::SloResult;
using evidence::SloState;

constexpr double kZ = 1.959964;  // of a two-sided 95 % interval
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kBlocksMin = 5;  // to say anything of how blocks differ
constexpr Duration kBreachWindow = std::chrono::seconds(10);

std::uint64_t request_count(const Blocks& blocks) {
  std::uint64_t count = 0;
  for (const Block& block : blocks.all) count += block.requests();
  return count;
}

// `bad(block)` counts what an average share `share` of the requests is.
template <class Bad>
double design_effect(const Blocks& blocks, double share, const Bad& bad) {
  const double variance = share * (1 - share);
  if (variance <= 0) return 1;
  double sum = 0;
  std::size_t used = 0;
  for (const Block& block : blocks.all) {
    const auto n = static_cast<double>(block.requests());
    if (n == 0) continue;
    const double off = static_cast<double>(bad(block)) - n * share;
    sum += off * off / (n * variance);
    ++used;
  }
  return used < kBlocksMin ? 1 : std::max(1.0, sum / static_cast<double>(used - 1));
}

// The beginning of the first window of ten seconds or a block with more bad requests than the limit
// allows, and more than one.
template <class Bad>
std::optional<Duration> first_breach(const Blocks& blocks, double allowed_share, const Bad& bad) {
  const auto per_window =
      static_cast<std::size_t>(std::max<std::int64_t>(kBreachWindow / blocks.length, 1));
  for (std::size_t start = 0; start < blocks.all.size(); start += per_window) {
    std::uint64_t requests = 0;
    std::uint64_t bad_count = 0;
    const std::size_t end = std::min(start + per_window, blocks.all.size());
    for (std::size_t i = start; i < end; ++i) {
      requests += blocks.all[i].requests();
      bad_count += bad(blocks.all[i]);
    }
    const bool is_beyond =
        static_cast<double>(bad_count) > allowed_share * static_cast<double>(requests);
    if (is_beyond && bad_count > 1) {
      return blocks.from + static_cast<std::int64_t>(start) * blocks.length;
    }
  }
  return std::nullopt;
}

// `more` is how many samples would be enough.
void decide(SloResult& slo, bool is_met, bool is_broken, double more) {
  if (is_broken) {
    slo.state = SloState::kBroken;
  } else if (static_cast<double>(slo.samples) < static_cast<double>(slo.samples_needed)) {
    slo.state = SloState::kUndecided;
    slo.reason = fmt::format("{} samples, {} are needed", slo.samples, slo.samples_needed);
  } else if (is_met) {
    slo.state = SloState::kMet;
  } else {
    slo.state = SloState::kUndecided;
    slo.reason = "the limit lies inside the interval";
    if (more > 0 && std::isfinite(more)) {
      slo.reason += fmt::format("; about {:.0f} samples would decide", more);
    }
  }
}

// By the interval and the limit.
void decide(SloResult& slo, double more) {
  const evidence::Interval& interval = *slo.interval;
  decide(slo, slo.is_minimum ? interval.low >= slo.limit : interval.high <= slo.limit,
         slo.is_minimum ? interval.high < slo.limit : interval.low > slo.limit, more);
}

// Of a share of which `count` of `n` were seen; both may be parts of a whole number.
evidence::Interval exact_interval(double count, double n) {
  using boost::math::ibeta_inv;
  return {count <= 0 ? 0 : ibeta_inv(count, n - count + 1, 0.025),
          count >= n ? 1 : ibeta_inv(count + 1, n - count, 0.975)};
}

void no_requests(SloResult& slo) {
  slo.state = SloState::kUndecided;
  slo.reason = "no request in the measured time";
}

// How many samples until an interval this wide no longer holds the limit: its width shrinks with
// their root.
double samples_to_decide(const SloResult& slo) {
  const double distance = std::abs(*slo.value - slo.limit);
  const double reach = std::max(slo.interval->high - *slo.value, *slo.value - slo.interval->low);
  if (distance <= 0 || !std::isfinite(reach) || !std::isfinite(*slo.value)) return 0;
  const double ratio = reach / distance;
  return static_cast<double>(slo.samples) * ratio * ratio;
}

// The value of a rank from 1 on, of answers in order and then failures.
double at_rank(const metrics::Histogram& answered, double rank) {
  const auto count = static_cast<double>(answered.count());
  rank = std::max(rank, 1.0);
  if (rank > count) return kInfinity;
  return count <= 1 ? answered.max() : answered.percentile((rank - 1) / (count - 1));
}

}  // namespace

double samples_for_percentile(double percentile) {
  return std::ceil(std::log(0.025) / std::log(percentile / 100));
}

double samples_for_error_rate(double share) {
  return share <= 0 ? kInfinity : std::ceil(kZ * kZ * (1 - share) / share);
}

void judge_latency(double percentile, const Blocks& blocks, SloResult& slo) {
  slo.samples = request_count(blocks);
  slo.samples_needed = static_cast<std::uint64_t>(samples_for_percentile(percentile));
  if (slo.samples == 0) return no_requests(slo);
  metrics::PageSlab slab;
  metrics::Histogram all;
  for (const Block& block : blocks.all) all.merge(*block.answered, slab);
  const double p = percentile / 100;
  const auto n = static_cast<double>(slo.samples);
  slo.value = at_rank(all, std::ceil(p * n - 1e-9));
  const bool has_failures = all.count() < slo.samples;
  const auto slower_than = [](double latency) {
    return [latency](const Block& block) {
      return block.answered->count_above(latency) + block.failed;
    };
  };
  const double seen = std::isfinite(*slo.value) ? *slo.value : all.max();
  const double effect = design_effect(blocks, 1 - p, slower_than(seen));
  const double reach = kZ * std::sqrt(n * p * (1 - p) * effect);
  const double high = at_rank(all, std::ceil(p * n + reach));
  slo.interval = {at_rank(all, std::floor(p * n - reach)),
                  has_failures ? high : std::min(high, all.max())};
  all.clear(slab);
  const auto above = slower_than(slo.limit);
  slo.first_breach = first_breach(blocks, 1 - p, above);
  double count = 0;
  for (const Block& block : blocks.all) count += static_cast<double>(above(block));
  const double independent = design_effect(blocks, count / n, above);
  const evidence::Interval share = exact_interval(count / independent, n / independent);
  decide(slo, share.high <= 1 - p, share.low > 1 - p, samples_to_decide(slo));
}

void judge_error_rate(const Blocks& blocks, SloResult& slo) {
  slo.samples = request_count(blocks);
  const double limit = slo.limit / 100;
  const double needed = samples_for_error_rate(limit);
  slo.samples_needed = std::isfinite(needed) ? static_cast<std::uint64_t>(needed) : 0;
  if (slo.samples == 0) return no_requests(slo);
  std::uint64_t failed = 0;
  for (const Block& block : blocks.all) failed += block.failed;
  const auto failures = [](const Block& block) { return block.failed; };
  const double share = static_cast<double>(failed) / static_cast<double>(slo.samples);
  const double n = static_cast<double>(slo.samples) / design_effect(blocks, share, failures);
  const double middle = (share + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double reach =
      kZ / (1 + kZ * kZ / n) * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
  slo.value = share * 100;
  slo.interval = {std::max(0.0, middle - reach) * 100, (middle + reach) * 100};
  slo.first_breach = first_breach(blocks, limit, failures);
  decide(slo, samples_to_decide(slo));
}

void judge_rate(const Blocks& blocks, SloResult& slo) {
  slo.is_minimum = true;
  slo.samples = blocks.all.size();
  slo.samples_needed = kBlocksMin;
  if (blocks.all.size() < 2) return no_requests(slo);
  const auto n = static_cast<double>(blocks.all.size());
  double sum = 0;
  double squares = 0;
  for (const Block& block : blocks.all) {
    const double rate = static_cast<double>(block.answered->count()) / to_seconds(blocks.length);
    sum += rate;
    squares += rate * rate;
  }
  const double mean = sum / n;
  const double variance = std::max(0.0, (squares - n * mean * mean) / (n - 1));
  const boost::math::students_t distribution(n - 1);
  const double reach = boost::math::quantile(distribution, 0.975) * std::sqrt(variance / n);
  slo.value = mean;
  slo.interval = {mean - reach, mean + reach};
  decide(slo, samples_to_decide(slo));
}

void judge_creep(std::span<const CreepPoint> points, SloResult& slo) {
  slo.samples = points.size();
  slo.samples_needed = kCreepBlocks;
  if (points.size() < kCreepBlocks) {
    slo.state = SloState::kUndecided;
    slo.reason = fmt::format("{} points in time, {} are needed", points.size(), kCreepBlocks);
    return;
  }
  std::array<CreepPoint, kCreepBlocks> blocks{};
  CreepPoint middle;
  for (std::size_t block = 0; block < kCreepBlocks; ++block) {
    const std::size_t begin = block * points.size() / kCreepBlocks;
    const std::size_t end = (block + 1) * points.size() / kCreepBlocks;
    for (std::size_t i = begin; i < end; ++i) {
      blocks.at(block).hours += points[i].hours / static_cast<double>(end - begin);
      blocks.at(block).value += points[i].value / static_cast<double>(end - begin);
    }
    middle.hours += blocks.at(block).hours / kCreepBlocks;
    middle.value += blocks.at(block).value / kCreepBlocks;
  }
  double spread = 0;
  double together = 0;
  for (const CreepPoint& block : blocks) {
    spread += (block.hours - middle.hours) * (block.hours - middle.hours);
    together += (block.hours - middle.hours) * (block.value - middle.value);
  }
  if (spread <= 0 || middle.value <= 0) return no_requests(slo);
  const double slope = together / spread;
  double rest = 0;
  for (const CreepPoint& block : blocks) {
    const double off = block.value - middle.value - slope * (block.hours - middle.hours);
    rest += off * off;
  }
  const boost::math::students_t distribution(kCreepBlocks - 2);
  const double reach =
      boost::math::quantile(distribution, 0.975) * std::sqrt(rest / (kCreepBlocks - 2) / spread);
  const double percent = 100 / middle.value;
  slo.value = slope * percent;
  slo.interval = {(slope - reach) * percent, (slope + reach) * percent};
  decide(slo, samples_to_decide(slo));
}

void judge_delivered(std::uint64_t scheduled, std::uint64_t started, SloResult& slo) {
  slo.is_minimum = true;
  slo.samples = scheduled;
  if (scheduled == 0) return no_requests(slo);
  slo.value = 100 * static_cast<double>(started) / static_cast<double>(scheduled);
  slo.state = *slo.value >= slo.limit ? SloState::kMet : SloState::kBroken;
}

}  // namespace proofload::analysis
