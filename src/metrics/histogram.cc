#include "metrics/histogram.h"

namespace proofload::metrics {
namespace {

constexpr std::uint32_t kFirstNegativeOctave = 2048;

std::uint64_t total(const OctavePage& page) {
  std::uint64_t sum = 0;
  for (const auto count : page.counts) sum += count;
  return sum;
}

}  // namespace

void ExactSum::merge(const ExactSum& other) {
  whole_ += other.whole_;
  fraction_ += other.fraction_;
  huge_ += other.huge_;
  has_fraction_ = has_fraction_ || other.has_fraction_;
}

double ExactSum::value() const {
  // Both parts with the same sign, so that a small sum is not the difference of two large numbers.
  Int128 carried = fraction_ >> 84;
  Int128 rest = fraction_ - (carried << 84);  // in [0, 2^84)
  if (whole_ + carried < 0 && rest != 0) {
    carried += 1;
    rest -= Int128{1} << 84;
  }
  // Scaling by a power of two is exact: the fraction is rounded once, and the sum once.
  return static_cast<double>(whole_ + carried) + static_cast<double>(rest) * 0x1p-84 + huge_;
}

OctavePage* PageSlab::take() {
  if (free_.empty()) {
    blocks_.push_back(std::make_unique<OctavePage[]>(kPagesPerBlock));
    for (std::size_t i = kPagesPerBlock; i > 0; --i) free_.push_back(&blocks_.back()[i - 1]);
  }
  OctavePage* page = free_.back();
  free_.pop_back();
  return page;
}

void PageSlab::give(OctavePage* page) {
  page->counts.fill(0);
  free_.push_back(page);
}

void Histogram::record_exact(double value, PageSlab& slab) {
  if (exact_.size() < kExactMax) {
    exact_.push_back(value);
    is_sorted_ = false;
    return;
  }
  spill(slab);
  count_in_bucket(value, 1, slab);
}

void Histogram::spill(PageSlab& slab) {
  is_exact_ = false;
  for (const double value : exact_) count_in_bucket(value, 1, slab);
  exact_.clear();
}

OctavePage* Histogram::add_page(std::uint32_t octave, PageSlab& slab) {
  if (pages_.empty()) {
    first_octave_ = octave;
  } else if (octave < first_octave_) {
    pages_.insert(pages_.begin(), first_octave_ - octave, nullptr);
    first_octave_ = octave;
  }
  const auto at = octave - first_octave_;
  if (at >= pages_.size()) pages_.resize(at + 1, nullptr);
  pages_[at] = slab.take();
  return pages_[at];
}

void Histogram::merge(const Histogram& other, PageSlab& slab) {
  count_ += other.count_;
  sum_.merge(other.sum_);
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  // One that comes from its bytes may have few values and buckets.
  if (is_exact_ && other.is_exact_ && count_ <= kExactMax) {
    exact_.insert(exact_.end(), other.exact_.begin(), other.exact_.end());
    is_sorted_ = false;
    return;
  }
  if (is_exact_) spill(slab);
  for (const double value : other.exact_) count_in_bucket(value, 1, slab);
  add_pages(other, slab);
}

void Histogram::add_pages(const Histogram& other, PageSlab& slab) {
  zeros_ += other.zeros_;
  for (std::uint32_t i = 0; i < other.pages_.size(); ++i) {
    if (other.pages_[i] == nullptr) continue;
    const auto octave = other.first_octave_ + i;
    const auto at = octave - first_octave_;
    OctavePage* page = at < pages_.size() ? pages_[at] : nullptr;
    if (page == nullptr) page = add_page(octave, slab);
    for (std::size_t bucket = 0; bucket < page->counts.size(); ++bucket) {
      page->counts[bucket] += other.pages_[i]->counts[bucket];
    }
  }
}

void Histogram::clear(PageSlab& slab) {
  for (OctavePage* page : pages_) {
    if (page != nullptr) slab.give(page);
  }
  pages_.clear();
  exact_.clear();
  count_ = 0;
  zeros_ = 0;
  sum_ = {};
  min_ = kInfinity;
  max_ = -kInfinity;
  is_exact_ = true;
  is_sorted_ = true;
}

double Histogram::percentile(double fraction) const {
  if (count_ == 0) return 0;
  if (is_exact_ && !is_sorted_) {
    std::ranges::sort(exact_);
    is_sorted_ = true;
  }
  const double at = fraction * (static_cast<double>(count_) - 1.0);
  const double below = std::floor(at);
  const auto rank = static_cast<std::uint64_t>(below);
  const double low = at_rank(rank);
  if (at == below) return low;
  const double high = at_rank(rank + 1);
  return high == low ? low : low + (high - low) * (at - below);
}

double Histogram::at_rank(std::uint64_t rank) const {
  if (is_exact_) return exact_[rank];
  std::uint64_t seen = 0;
  const auto end = first_octave_ + static_cast<std::uint32_t>(pages_.size());
  // The page at that octave, if the rank is in it; counts it as seen otherwise.
  const auto page_with_rank = [&](std::uint32_t octave) -> const OctavePage* {
    const OctavePage* page = pages_[octave - first_octave_];
    if (page == nullptr) return nullptr;
    const auto count = total(*page);
    if (rank < seen + count) return page;
    seen += count;
    return nullptr;
  };
  // Negative values: the larger the bits, the smaller the value.
  for (auto octave = end; octave > std::max(first_octave_, kFirstNegativeOctave);) {
    const auto* page = page_with_rank(--octave);
    for (std::uint32_t bucket = 512; page != nullptr && bucket > 0;) {
      seen += page->counts[--bucket];
      if (rank < seen) return representative(octave, bucket);
    }
  }
  seen += zeros_;
  if (rank < seen) return std::clamp(0.0, min_, max_);
  for (auto octave = first_octave_; octave < std::min(end, kFirstNegativeOctave); ++octave) {
    const auto* page = page_with_rank(octave);
    for (std::uint32_t bucket = 0; page != nullptr && bucket < 512; ++bucket) {
      seen += page->counts[bucket];
      if (rank < seen) return representative(octave, bucket);
    }
  }
  return max_;
}

std::uint64_t Histogram::count_above(double value) const {
  if (is_exact_) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(exact_, [value](double one) { return one > value; }));
  }
  const auto key = std::bit_cast<std::uint64_t>(value) >> 43;
  const auto own_octave = static_cast<std::uint32_t>(key >> 9);
  std::uint64_t above = 0;
  const auto end = first_octave_ + static_cast<std::uint32_t>(pages_.size());
  for (auto octave = std::max(first_octave_, own_octave);
       octave < std::min(end, kFirstNegativeOctave); ++octave) {
    const OctavePage* page = pages_[octave - first_octave_];
    if (page == nullptr) continue;
    const std::size_t first = octave == own_octave ? (key & 511) + 1 : 0;
    for (std::size_t bucket = first; bucket < 512; ++bucket) above += page->counts[bucket];
  }
  return above;
}

double Histogram::representative(std::uint32_t octave, std::uint32_t bucket) const {
  const auto edge = (std::uint64_t{octave} << 9 | bucket) << 43;
  const auto lower = std::bit_cast<double>(edge);
  if (std::isinf(lower)) return lower;
  const auto middle = std::bit_cast<double>(edge | std::uint64_t{1} << 42);
  // The only whole number in a bucket no wider than 1 is at its edge.
  const bool is_edge = sum_.is_whole() && std::abs(middle - lower) <= 0.5;
  return std::clamp(is_edge ? lower : middle, min_, max_);
}

}  // namespace proofload::metrics
