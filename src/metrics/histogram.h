// Histogram: the values of a trend in memory that does not grow with their number.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

namespace proofload::metrics {

// A sum of doubles that is the same whatever the order: whole and fractional parts are added as
// 128-bit integers, the fraction in units of 2^-84. Exact for values that are 0 or between 2^-32
// and 2^62 in size (a smaller one is off by 2^-84 at most). Larger and infinite ones, which no
// latency or size is, are added as doubles: their last bits may depend on the order. Good for 2^43
// values.
class ExactSum {
 public:
  void add(double value) {
    if (std::abs(value) < 0x1p62) {
      const auto whole = static_cast<std::int64_t>(value);
      whole_ += whole;
      const double fraction = value - static_cast<double>(whole);
      if (fraction != 0) add_fraction(fraction);
    } else {
      huge_ += value;
    }
  }
  void merge(const ExactSum& other);
  double value() const;
  // Every value was a whole number below 2^62.
  bool is_whole() const { return !has_fraction_ && huge_ == 0; }

 private:
  friend class HistogramCodec;
  __extension__ using Int128 = __int128;

  // `fraction` is not 0 and below 1 in size: mantissa * 2^(exponent - 1075), so that in units of
  // 2^-84 the mantissa is shifted by exponent - 991, which is at most 31.
  void add_fraction(double fraction) {
    const auto bits = std::bit_cast<std::uint64_t>(fraction);
    const auto exponent = static_cast<int>(bits >> 52 & 0x7ff);
    const auto mantissa = static_cast<Int128>((bits & ((1ULL << 52) - 1)) | 1ULL << 52);
    const int shift = exponent - 991;
    const Int128 scaled = shift >= 0 ? mantissa << shift : shift > -64 ? mantissa >> -shift : 0;
    fraction_ += (bits >> 63) != 0 ? -scaled : scaled;
    has_fraction_ = true;
  }

  Int128 whole_ = 0;
  Int128 fraction_ = 0;
  double huge_ = 0;
  bool has_fraction_ = false;
};

// Counts of the 512 buckets of one octave (a sign and an exponent): one page of memory.
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
// off by at most 0.1 % (whole numbers below 1,024 stay exact when all values are whole; sizes below
// 2^-1022 count as 0). Count, sum, min and max are always exact. The state depends only on the
// values, not on their order or on the histograms they came through. The slab is the owner's, and
// always the same one.
class Histogram {
 public:
  static constexpr std::size_t kExactMax = 1024;

  Histogram() = default;
  Histogram(Histogram&&) noexcept = default;  // the other one is only good for destruction
  Histogram& operator=(Histogram&&) noexcept = default;

  void record(double value, PageSlab& slab) {  // not NaN
    value += 0.0;                              // makes -0 a 0
    ++count_;
    sum_.add(value);
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
    if (is_exact_) return record_exact(value, slab);
    count_in_bucket(value, 1, slab);
  }
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
  // How many values are above `value`, which is not negative; those in its bucket are not.
  std::uint64_t count_above(double value) const;

 private:
  friend class HistogramCodec;
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  void record_exact(double value, PageSlab& slab);
  // The top bits of a double are its bucket: sign and exponent (the octave), nine mantissa bits.
  void count_in_bucket(double value, std::uint64_t times, PageSlab& slab) {
    const auto key = std::bit_cast<std::uint64_t>(value) >> 43;
    const auto octave = static_cast<std::uint32_t>(key >> 9);
    if ((octave & 0x7ff) == 0) {
      zeros_ += times;
      return;
    }
    const auto at = octave - first_octave_;  // wraps to a large number below the first
    OctavePage* page = at < pages_.size() ? pages_[at] : nullptr;
    if (page == nullptr) page = add_page(octave, slab);
    page->counts[key & 511] += times;
  }
  OctavePage* add_page(std::uint32_t octave, PageSlab& slab);
  void add_pages(const Histogram& other, PageSlab& slab);
  void spill(PageSlab& slab);
  double at_rank(std::uint64_t rank) const;
  double representative(std::uint32_t octave, std::uint32_t bucket) const;

  std::uint64_t count_ = 0;
  ExactSum sum_;
  double min_ = kInfinity;
  double max_ = -kInfinity;
  bool is_exact_ = true;
  mutable bool is_sorted_ = true;
  mutable std::vector<double> exact_;
  std::uint64_t zeros_ = 0;
  std::uint32_t first_octave_ = 0;
  std::vector<OctavePage*> pages_;  // from first_octave_ on; null where nothing was counted
};

}  // namespace proofload::metrics
