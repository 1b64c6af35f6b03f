#include "metrics/tags.h"

#include <algorithm>
#include <cstring>

#include "metrics/tag_set.h"

namespace proofload::metrics {
namespace {

constexpr std::array<std::string_view, kSystemTagCount> kNames = {
    "check",   "error",  "error_code", "expected_response", "group", "ip",
    "iter",    "method", "name",       "ocsp_status",       "proto", "scenario",
    "service", "status", "subproto",   "tls_version",       "url",   "vu"};
static_assert(std::ranges::is_sorted(kNames), "TagSet merges system and custom tags by name");

// Odd constants with half of their bits set (the fractions of pi).
constexpr std::uint64_t kMix1 = 0x243f6a8885a308d3;
constexpr std::uint64_t kMix2 = 0x13198a2e03707345;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const char* text, std::size_t bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, bytes);
  return word;
}

// Multiply-and-fold over words of eight bytes, three times as fast on a URL as std::hash. Not for
// input that somebody chose to collide; the tables compare the text in any case.
std::uint64_t hash_text(std::string_view text) {
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t hash = kMix1 ^ left;
  for (; left > 16; left -= 16, at += 16) {
    hash = mix(load(at, 8) ^ kMix2, load(at + 8, 8) ^ hash);
  }
  if (left >= 8) return mix(load(at, 8) ^ kMix2, load(at + left - 8, 8) ^ hash);
  if (left >= 4) return mix(load(at, 4) ^ kMix2, load(at + left - 4, 4) ^ hash);
  if (left == 0) return mix(hash, kMix2);
  const auto byte = [at](std::size_t i) {
    return std::uint64_t{static_cast<unsigned char>(at[i])};
  };
  return mix((byte(0) << 16 | byte(left / 2) << 8 | byte(left - 1)) ^ kMix2, hash);
}

// Hashes of pairs are combined by exclusive or, so that order does not matter.
std::uint64_t pair_hash(std::uint64_t key, std::string_view value) {
  return mix(hash_text(value) ^ key, kMix1);
}

constexpr std::uint64_t key_hash(std::size_t tag) {
  return (tag + 1) * 0x9e3779b97f4a7c15;
}

bool is_less(const TagBuilder::CustomTag& tag, std::string_view key) {
  return tag.key() < key;
}

}  // namespace

std::string_view to_string(SystemTag tag) {
  return kNames[static_cast<std::size_t>(tag)];
}

std::optional<SystemTag> find_system_tag(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<SystemTag>(i);
  }
  return std::nullopt;
}

SystemTagSet SystemTagSet::from_names(std::span<const std::string> names) {
  SystemTagSet set;
  for (const auto& name : names) {
    if (const auto tag = find_system_tag(name)) set.add(*tag);
  }
  return set;
}

void TagBuilder::start(const TagSet& base) {
  hash_ = base.hash_;
  system_bits_ = base.system_bits_;
  custom_count_ = 0;
  for (std::size_t i = 0; i < base.pairs_.size(); ++i) {
    const auto& [key, value] = base.pairs_[i];
    const auto& [kind, hash] = base.details_[i];
    if (kind == TagSet::kCustom) {
      custom_[custom_count_++] = {key.data(), key.size(), {value.data(), value.size(), hash}};
    } else {
      system_[kind] = {value.data(), value.size(), hash};
    }
  }
}

TagBuilder& TagBuilder::operator=(const TagBuilder& other) {
  hash_ = other.hash_;
  system_bits_ = other.system_bits_;
  custom_count_ = other.custom_count_;
  for (auto bits = system_bits_; bits != 0; bits &= bits - 1) {
    const auto tag = static_cast<std::size_t>(std::countr_zero(bits));
    system_[tag] = other.system_[tag];
  }
  std::copy_n(other.custom_.begin(), custom_count_, custom_.begin());
  return *this;
}

void TagBuilder::set(SystemTag tag, std::string_view value) {
  remove(tag);
  const auto index = static_cast<std::size_t>(tag);
  system_[index] = {value.data(), value.size(), pair_hash(key_hash(index), value)};
  system_bits_ |= 1U << index;
  hash_ ^= system_[index].hash;
}

bool TagBuilder::set(std::string_view key, std::string_view value) {
  if (const auto tag = find_system_tag(key)) {
    set(*tag, value);
    return true;
  }
  const Value hashed{value.data(), value.size(), pair_hash(hash_text(key), value)};
  const auto position = custom_position(key);
  if (position < custom_count_ && custom_[position].key() == key) {
    hash_ ^= custom_[position].value.hash ^ hashed.hash;
    custom_[position].value = hashed;
    return true;
  }
  if (custom_count_ == kCustomTagsMax) return false;
  std::move_backward(custom_.begin() + position, custom_.begin() + custom_count_,
                     custom_.begin() + custom_count_ + 1);
  custom_[position] = {key.data(), key.size(), hashed};
  ++custom_count_;
  hash_ ^= hashed.hash;
  return true;
}

void TagBuilder::remove(SystemTag tag) {
  const auto index = static_cast<std::size_t>(tag);
  if ((system_bits_ & 1U << index) == 0) return;
  hash_ ^= system_[index].hash;
  system_bits_ &= ~(1U << index);
}

void TagBuilder::remove(std::string_view key) {
  if (const auto tag = find_system_tag(key)) return remove(*tag);
  const auto position = custom_position(key);
  if (position == custom_count_ || custom_[position].key() != key) return;
  hash_ ^= custom_[position].value.hash;
  std::move(custom_.begin() + position + 1, custom_.begin() + custom_count_,
            custom_.begin() + position);
  --custom_count_;
}

std::optional<std::string_view> TagBuilder::get(SystemTag tag) const {
  const auto index = static_cast<std::size_t>(tag);
  if ((system_bits_ & 1U << index) == 0) return std::nullopt;
  return system_[index].text();
}

std::optional<std::string_view> TagBuilder::get(std::string_view key) const {
  if (const auto tag = find_system_tag(key)) return get(*tag);
  const auto position = custom_position(key);
  if (position == custom_count_ || custom_[position].key() != key) return std::nullopt;
  return custom_[position].value.text();
}

std::size_t TagBuilder::custom_position(std::string_view key) const {
  const auto end = custom_.begin() + custom_count_;
  return static_cast<std::size_t>(std::lower_bound(custom_.begin(), end, key, is_less) -
                                  custom_.begin());
}

}  // namespace proofload::metrics
