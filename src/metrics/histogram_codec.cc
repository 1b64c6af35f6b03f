#include "metrics/histogram_codec.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <type_traits>

static_assert(std::endian::native == std::endian::little, "the bytes are those of memory");

namespace proofload::metrics {

// version, flags, count, minimum, maximum, sum; then the values, or zeros and (bucket, count) with
// the distance to the bucket before it.
class HistogramCodec {
 public:
  static std::string encode(const Histogram& from) {
    const bool has_values = from.is_exact_ && from.count_ <= kValuesMax;
    std::string out;
    put(out, kVersion);
    put(out, static_cast<std::uint8_t>((has_values ? kHasValues : 0) |
                                       (from.sum_.has_fraction_ ? kHasFraction : 0)));
    put_varint(out, from.count_);
    put(out, from.min_);
    put(out, from.max_);
    put(out, from.sum_.whole_);
    put(out, from.sum_.fraction_);
    put(out, from.sum_.huge_);
    if (has_values) {
      for (const double value : from.exact_) put(out, value);
    } else {
      put_buckets(out, from);
    }
    return out;
  }

  explicit HistogramCodec(std::string_view bytes) : rest_(bytes) {}

  // False when the bytes are no histogram; `to` is fresh.
  bool decode(Histogram& to, PageSlab& slab) {
    std::uint8_t version = 0;
    std::uint8_t flags = 0;
    const bool has_head = take(version) && version == kVersion && take(flags) &&
                          take_varint(to.count_) && take(to.min_) && take(to.max_) &&
                          take(to.sum_.whole_) && take(to.sum_.fraction_) && take(to.sum_.huge_);
    const bool is_range = to.count_ == 0 || to.min_ <= to.max_;  // no NaN either
    if (!has_head || !is_range || std::isnan(to.sum_.huge_)) {
      return false;
    }
    to.sum_.has_fraction_ = (flags & kHasFraction) != 0;
    const bool has_rest = (flags & kHasValues) != 0 ? take_values(to) : take_buckets(to, slab);
    return has_rest && rest_.empty();
  }

 private:
  static constexpr std::uint8_t kVersion = 1;
  static constexpr std::uint8_t kHasValues = 1;
  static constexpr std::uint8_t kHasFraction = 2;
  static constexpr std::uint64_t kValuesMax = 128;
  static constexpr std::uint64_t kKeysEnd = std::uint64_t{1} << 21;  // sign, exponent, nine bits

  template <class T>
  static void put(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  static void put_varint(std::string& out, std::uint64_t value) {
    constexpr std::uint64_t kMore = 0x80;
    for (; value >= kMore; value >>= 7) out += static_cast<char>(value | kMore);
    out += static_cast<char>(value);
  }
  static std::uint64_t key_of(double value) { return std::bit_cast<std::uint64_t>(value) >> 43; }
  // Such buckets count as 0: see count_in_bucket().
  static bool is_zero(std::uint64_t key) { return (key >> 9 & 0x7ff) == 0; }

  static std::map<std::uint64_t, std::uint64_t> buckets(const Histogram& from) {
    std::map<std::uint64_t, std::uint64_t> counts;
    for (const double value : from.exact_) ++counts[is_zero(key_of(value)) ? 0 : key_of(value)];
    for (std::size_t page = 0; page < from.pages_.size(); ++page) {
      if (from.pages_[page] == nullptr) continue;
      for (std::uint64_t bucket = 0; bucket < 512; ++bucket) {
        const std::uint64_t count = from.pages_[page]->counts[bucket];
        if (count != 0) counts[(from.first_octave_ + page) << 9 | bucket] = count;
      }
    }
    return counts;
  }

  static void put_buckets(std::string& out, const Histogram& from) {
    auto counts = buckets(from);
    put_varint(out, from.zeros_ + counts[0]);
    counts.erase(0);
    std::uint64_t last = 0;
    for (const auto& [key, count] : counts) {
      put_varint(out, key - last);
      put_varint(out, count);
      last = key;
    }
  }

  template <class T>
  bool take(T& value) {
    if (rest_.size() < sizeof value) return false;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return true;
  }
  bool take_varint(std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool take_values(Histogram& to) {
    if (to.count_ > kValuesMax) return false;
    for (std::uint64_t i = 0; i < to.count_; ++i) {
      double value = 0;
      if (!take(value) || std::isnan(value)) return false;
      to.exact_.push_back(value);
    }
    to.is_sorted_ = false;
    return true;
  }

  bool take_buckets(Histogram& to, PageSlab& slab) {
    to.is_exact_ = false;
    if (!take_varint(to.zeros_)) return false;
    std::uint64_t key = 0;
    std::uint64_t left = to.count_ - to.zeros_;
    if (to.zeros_ > to.count_) return false;
    while (left > 0) {
      std::uint64_t step = 0;
      std::uint64_t times = 0;
      if (!take_varint(step) || !take_varint(times)) return false;
      if (step == 0 || step >= kKeysEnd - key || times == 0 || times > left) return false;
      key += step;
      left -= times;
      const auto value = std::bit_cast<double>(key << 43);
      if (is_zero(key) || std::isnan(value)) return false;
      to.count_in_bucket(value, times, slab);
    }
    return true;
  }

  std::string_view rest_;
};

std::string encode_histogram(const Histogram& histogram) {
  return HistogramCodec::encode(histogram);
}

Result<void> decode_histogram(std::string_view bytes, Histogram& into, PageSlab& slab) {
  Histogram read;
  const bool is_read = HistogramCodec(bytes).decode(read, slab);
  if (is_read) into.merge(read, slab);
  read.clear(slab);
  if (!is_read) return Error(ErrorKind::kUsage, "these bytes are no histogram");
  return {};
}

}  // namespace proofload::metrics
