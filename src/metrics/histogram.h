// Histogram: the values of a trend in memory that does not grow with their number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace proofload::metrics {

// A sum of doubles that is the same whatever the order: each value is rounded to 2^-50 on its own
// and added as a 128-bit integer. Exact for |value| in [4, 2^52), else off by at most 2^-50 a
// value. Values of 2^52 and more, which no latency or size reaches, are added as doubles (their
// last bits may then depend on the order). Wraps beyond 2^77.
class ExactSum {
 public:
  void add(double value);
  void merge(const ExactSum& other);
  double value() const;
  // Every value was a whole number.
  bool is_whole() const { return fraction_bits_ == 0; }

 private:
  __extension__ using Int128 = unsigned __int128;
  Int128 fixed_ = 0;  // two's complement, in units of 2^-50; unsigned so that wrapping is defined
  double huge_ = 0;
  std::int64_t fraction_bits_ = 0;
};

// Counts of the 512 buckets of one octave (sign and exponent of a double): one page of memory.
struct OctavePage {
  std::array<std::uint64_t, 512> counts;
};

// Pages, zeroed, for the histograms of one owner. Not thread-safe.
class PageSlab {
 public:
  OctavePage* take();
  void give(OctavePage* page);  // zeroes it

 private:
  static constexpr std::size_t kPagesPerBlock = 16;
  std::vector<std::unique_ptr<OctavePage[]>> blocks_;
  std::vector<OctavePage*> free_;
};

// Up to kExactMax values are kept as they are and percentiles are k6's to the last bit. From then
// on a value counts in the bucket of its sign, exponent and top nine mantissa bits: percentiles are
// off by at most 0.1 % (whole numbers below 1,024 stay exact when all values are whole). Count,
// sum, min and max are always exact. The state depends only on the values, not on their order or on
// which histogram they came through. The slab is the owner's, and always the same one.
class Histogram {
 public:
  static constexpr std::size_t kExactMax = 1024;

  void record(double value, PageSlab& slab);  // not NaN
  void merge(const Histogram& other, PageSlab& slab);
  void clear(PageSlab& slab);  // keeps the capacity of the exact values

  std::uint64_t count() const { return count_; }
  double sum() const { return sum_.value(); }
  double min() const { return count_ == 0 ? 0 : min_; }
  double max() const { return count_ == 0 ? 0 : max_; }
  double average() const { return count_ == 0 ? 0 : sum() / static_cast<double>(count_); }
  // `fraction` in [0, 1]. k6's rule: the value at fraction * (count - 1) in sorted order, with
  // linear interpolation between neighbours; 0 without values. Sorts the exact values.
  double percentile(double fraction) const;

 private:
  void count_in_bucket(double value, std::uint64_t times, PageSlab& slab);
  OctavePage*& page_of(std::uint32_t octave);
  void spill(PageSlab& slab);
  double at_rank(std::uint64_t rank) const;
  double representative(std::uint32_t octave, std::uint32_t bucket) const;

  std::uint64_t count_ = 0;
  ExactSum sum_;
  double min_ = 0;
  double max_ = 0;
  bool is_exact_ = true;
  mutable bool is_sorted_ = true;
  mutable std::vector<double> exact_;
  std::uint32_t first_octave_ = 0;
  std::vector<OctavePage*> pages_;  // from first_octave_ on; null where nothing was counted
};

}  // namespace proofload::metrics
