#include "load/segment.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace proofload::load {
namespace {

__extension__ using Wide = __int128;

constexpr Wide kFractionMax = std::numeric_limits<std::int64_t>::max();

// No value when the reduced fraction does not fit.
std::optional<Fraction> reduced(Wide num, Wide den) {
  Wide a = num < 0 ? -num : num;
  Wide b = den;
  while (b != 0) std::swap(a %= b, b);
  if (a > 1) {
    num /= a;
    den /= a;
  }
  if (num > kFractionMax || num < -kFractionMax || den > kFractionMax) return std::nullopt;
  return Fraction{static_cast<std::int64_t>(num), static_cast<std::int64_t>(den)};
}

bool less(Fraction a, Fraction b) {
  return Wide{a.num} * b.den < Wide{b.num} * a.den;
}

// Both within 0..1, so the result is too; its denominator divides the product of theirs.
std::optional<Fraction> difference(Fraction a, Fraction b) {
  return reduced(Wide{a.num} * b.den - Wide{b.num} * a.den, Wide{a.den} * b.den);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// `0.25`, `.5`, `-1.`, without an exponent.
std::optional<Fraction> parse_decimal(std::string_view text) {
  const std::size_t dot = text.find('.');
  std::string digits(text.substr(0, dot));
  const std::string_view places = dot == std::string_view::npos ? "" : text.substr(dot + 1);
  if (places.size() > 18 || text == ".") return std::nullopt;
  if (!std::ranges::all_of(places, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  digits += places;
  const auto num = parse_integer(digits);
  if (!num) return std::nullopt;
  Wide den = 1;
  for (std::size_t i = 0; i < places.size(); ++i) den *= 10;
  return reduced(*num, den);
}

std::optional<Fraction> parse_ratio(std::string_view text, std::size_t slash) {
  const auto num = parse_integer(text.substr(0, slash));
  const auto den = parse_integer(text.substr(slash + 1));
  if (!num || !den || *den <= 0) return std::nullopt;
  return reduced(*num, *den);
}

Error invalid(std::string message) {
  return {ErrorKind::kInvalidConfig, std::move(message)};
}

std::string with_two_places(Fraction value) {
  return fmt::format("{:.2f}", static_cast<double>(value.num) / static_cast<double>(value.den));
}

// Fills up to 0 and 1 around what is given.
ExecutionSegmentSequence filled(const std::optional<ExecutionSegment>& segment,
                                ExecutionSegmentSequence sequence) {
  if (sequence.empty()) sequence.push_back(segment.value_or(ExecutionSegment()));
  const Fraction first = sequence.front().from();
  if (first != Fraction{0, 1}) {
    sequence.insert(sequence.begin(), *ExecutionSegment::create({0, 1}, first));
  }
  const Fraction last = sequence.back().to();
  if (last != Fraction{1, 1}) sequence.push_back(*ExecutionSegment::create(last, {1, 1}));
  return sequence;
}

// No value above ExecutionTuple::kLcdMax.
std::optional<std::int64_t> common_denominator(const ExecutionSegmentSequence& sequence) {
  std::int64_t lcd = 1;
  for (const ExecutionSegment& segment : sequence) {
    const std::int64_t den = segment.length().den;
    const Wide next = Wide{lcd / std::gcd(lcd, den)} * den;
    if (next > ExecutionTuple::kLcdMax) return std::nullopt;
    lcd = static_cast<std::int64_t>(next);
  }
  return lcd;
}

// For each of the first `lcd` elements, the segment that takes it: the longest one that has not yet
// had its share of the elements so far.
std::vector<std::uint32_t> stripe_owners(const ExecutionSegmentSequence& sequence,
                                         std::int64_t lcd) {
  struct Share {
    std::uint32_t segment = 0;
    std::int64_t per_lcd = 0;
    std::int64_t taken = 0;
  };
  std::vector<Share> shares;
  for (std::uint32_t i = 0; i < sequence.size(); ++i) {
    const Fraction length = sequence[i].length();
    shares.push_back({i, length.num * (lcd / length.den), 0});
  }
  std::ranges::stable_sort(shares, std::greater<>(), &Share::per_lcd);

  std::vector<std::uint32_t> owners(static_cast<std::size_t>(lcd));
  for (std::int64_t i = 0; i < lcd; ++i) {
    const auto share = std::ranges::find_if(
        shares, [&](const Share& s) { return i * s.per_lcd >= s.taken * lcd; });
    if (share == shares.end()) continue;
    ++share->taken;
    owners[static_cast<std::size_t>(i)] = share->segment;
  }
  return owners;
}

}  // namespace

Result<Fraction> parse_fraction(std::string_view text) {
  if (text.ends_with('%')) {
    const auto percent = parse_integer(text.substr(0, text.size() - 1));
    if (!percent) return invalid(fmt::format("'{}' is not a valid percentage", text));
    return *reduced(*percent, 100);
  }
  const std::size_t slash = text.find('/');
  const auto value =
      slash == std::string_view::npos ? parse_decimal(text) : parse_ratio(text, slash);
  if (!value) {
    return invalid(
        fmt::format("'{}' is not a valid percentage, decimal, fraction or interval value", text));
  }
  return *value;
}

std::string to_string(Fraction value) {
  if (value.den == 1) return std::to_string(value.num);
  return fmt::format("{}/{}", value.num, value.den);
}

Result<ExecutionSegment> ExecutionSegment::create(Fraction from, Fraction to) {
  if (from.num < 0) {
    return invalid(
        fmt::format("segment start value must be at least 0 but was {}", with_two_places(from)));
  }
  if (!less(from, to)) {
    return invalid(fmt::format("segment start({}) must be less than its end({})",
                               with_two_places(from), with_two_places(to)));
  }
  if (less({1, 1}, to)) {
    return invalid(
        fmt::format("segment end value can't be more than 1 but was {}", with_two_places(to)));
  }
  if (!difference(to, from)) {
    return invalid(fmt::format("segment {}:{} is too fine", to_string(from), to_string(to)));
  }
  return ExecutionSegment(from, to);
}

Result<ExecutionSegment> ExecutionSegment::parse(std::string_view text) {
  if (text.empty()) return ExecutionSegment();
  Fraction from{0, 1};
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    from = PL_TRY(parse_fraction(text.substr(0, colon)));
    text.remove_prefix(colon + 1);
  }
  const Fraction to = PL_TRY(parse_fraction(text));
  return create(from, to);
}

// create() made sure that the difference fits.
Fraction ExecutionSegment::length() const {
  return *difference(to_, from_);
}

double ExecutionSegment::length_as_double() const {
  const Fraction value = length();
  return static_cast<double>(value.num) / static_cast<double>(value.den);
}

std::string to_string(const ExecutionSegment& segment) {
  return to_string(segment.from()) + ":" + to_string(segment.to());
}

Result<ExecutionSegmentSequence> parse_segment_sequence(std::string_view text) {
  ExecutionSegmentSequence sequence;
  if (text.empty()) return sequence;
  std::vector<Fraction> points;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    points.push_back(PL_TRY(parse_fraction(text.substr(begin, end - begin))));
    begin = end + 1;
  }
  if (points.size() < 2) {
    return invalid(fmt::format(
        "at least 2 points are needed for an execution segment sequence, {} given", points.size()));
  }
  for (std::size_t i = 1; i < points.size(); ++i) {
    sequence.push_back(PL_TRY(ExecutionSegment::create(points[i - 1], points[i])));
  }
  return sequence;
}

std::string to_string(const ExecutionSegmentSequence& sequence) {
  std::string text;
  for (const ExecutionSegment& segment : sequence) {
    if (text.empty()) text = to_string(segment.from());
    text += "," + to_string(segment.to());
  }
  return text;
}

Result<ExecutionTuple> ExecutionTuple::create(const std::optional<ExecutionSegment>& segment,
                                              const ExecutionSegmentSequence& sequence) {
  ExecutionSegmentSequence full = filled(segment, sequence);
  const ExecutionSegment own = segment.value_or(ExecutionSegment());
  const auto found = std::ranges::find(full, own);
  if (found == full.end()) {
    return invalid(
        fmt::format("couldn't find segment {} in sequence {}", to_string(own), to_string(full)));
  }
  const auto lcd = common_denominator(full);
  if (!lcd) {
    return invalid(
        fmt::format("execution segment sequence {} is too fine: its least common "
                    "denominator is more than {}",
                    to_string(full), kLcdMax));
  }
  const auto index = static_cast<std::size_t>(found - full.begin());
  return ExecutionTuple(std::move(full), index, *lcd);
}

ExecutionTuple::ExecutionTuple(ExecutionSegmentSequence sequence, std::size_t index,
                               std::int64_t lcd)
    : segment_(sequence[index]),
      sequence_(std::move(sequence)),
      index_(index),
      lcd_(lcd),
      owners_(stripe_owners(sequence_, lcd)) {
  own_.clear();
  for (std::size_t i = 0; i < owners_.size(); ++i) {
    if (owners_[i] == index_) own_.push_back(static_cast<std::int64_t>(i));
  }
}

std::int64_t ExecutionTuple::scale(std::int64_t value) const {
  const auto below = std::ranges::lower_bound(own_, value % lcd_) - own_.begin();
  return value / lcd_ * static_cast<std::int64_t>(own_.size()) + below;
}

std::optional<ExecutionTuple> ExecutionTuple::restriped(std::int64_t value) const {
  if (value < 1) return std::nullopt;
  if (value % lcd_ == 0) return *this;

  std::vector<std::int64_t> counts(sequence_.size());
  for (std::size_t i = 0; i < owners_.size(); ++i) {
    counts[owners_[i]] += value / lcd_ + (static_cast<std::int64_t>(i) < value % lcd_ ? 1 : 0);
  }
  if (counts[index_] == 0) return std::nullopt;

  ExecutionSegmentSequence sequence;
  std::size_t index = 0;
  std::int64_t from = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    if (i == index_) index = sequence.size();
    const std::int64_t to = from + counts[i];
    sequence.push_back(*ExecutionSegment::create(*reduced(from, value), *reduced(to, value)));
    from = to;
  }
  const auto lcd = common_denominator(sequence);
  if (!lcd) return *this;  // more than kLcdMax holders: the shares differ by less than one in that
  return ExecutionTuple(std::move(sequence), index, *lcd);
}

}  // namespace proofload::load
