// Tags of samples: the system tags, and the builder a request fills.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proofload::metrics {

// k6's system tags, in the order of their names. kVu and kIter are never tags: they are metadata of
// raw samples (SampleOrigin).
enum class SystemTag : std::uint8_t {
  kCheck,
  kError,
  kErrorCode,
  kExpectedResponse,
  kGroup,
  kIp,
  kIter,
  kMethod,
  kName,
  kOcspStatus,
  kProto,
  kScenario,
  kService,
  kStatus,
  kSubproto,
  kTlsVersion,
  kUrl,
  kVu
};
inline constexpr std::size_t kSystemTagCount = 18;

// "error_code".
std::string_view to_string(SystemTag tag);
std::optional<SystemTag> find_system_tag(std::string_view name);

// Which system tags samples carry.
class SystemTagSet {
 public:
  constexpr SystemTagSet() = default;
  // k6's default: all but ip, ocsp_status, vu and iter.
  static constexpr SystemTagSet defaults() {
    SystemTagSet set;
    set.bits_ = (1U << kSystemTagCount) - 1;
    for (const auto tag :
         {SystemTag::kIp, SystemTag::kOcspStatus, SystemTag::kVu, SystemTag::kIter}) {
      set.bits_ &= ~bit(tag);
    }
    return set;
  }
  // Unknown names are left out, as k6 does.
  static SystemTagSet from_names(std::span<const std::string> names);

  constexpr void add(SystemTag tag) { bits_ |= bit(tag); }
  constexpr bool has(SystemTag tag) const { return (bits_ & bit(tag)) != 0; }
  friend constexpr bool operator==(SystemTagSet, SystemTagSet) = default;

 private:
  static constexpr std::uint32_t bit(SystemTag tag) { return 1U << static_cast<unsigned>(tag); }
  std::uint32_t bits_ = 0;
};

class TagSet;

// The tags of a sample while they are put together; 2 KB. A key is set at most once:
// the last value wins. Keys and values are views that must stay valid until intern(), or as long as
// the builder is used. Setting a system tag costs its hash; there is no allocation ever.
class TagBuilder {
 public:
  // Beside the system tags. k6 has no limit; what does not fit is refused by set().
  static constexpr std::size_t kCustomTagsMax = 48;

  // Trivial types, so that a builder starts without clearing 2 KB.
  struct Value {
    const char* data;
    std::size_t size;
    std::uint64_t hash;

    std::string_view text() const { return {data, size}; }
  };
  struct CustomTag {
    const char* data;
    std::size_t size;
    Value value;

    std::string_view key() const { return {data, size}; }
  };

  TagBuilder() = default;
  // Starts with the tags of `base` (group, scenario, run tags), whose strings it refers to.
  explicit TagBuilder(const TagSet& base) { start(base); }
  TagBuilder(const TagBuilder& other) { *this = other; }
  TagBuilder& operator=(const TagBuilder& other);  // copies what is used

  // Forgets what it held and starts with the tags of `base`, as the constructor does.
  void start(const TagSet& base);
  // Not for kVu and kIter.
  void set(SystemTag tag, std::string_view value);
  // Of any name; that of a system tag sets it. False: too many tags, this one is left out.
  bool set(std::string_view key, std::string_view value);
  void remove(SystemTag tag);
  void remove(std::string_view key);
  std::optional<std::string_view> get(SystemTag tag) const;
  std::optional<std::string_view> get(std::string_view key) const;

  // For the tables: equal for equal tags whatever the order they were set in.
  std::uint64_t hash() const { return hash_; }
  std::uint32_t system_bits() const { return system_bits_; }
  const Value& system_value(std::size_t tag) const { return system_[tag]; }
  std::span<const CustomTag> custom() const { return {custom_.data(), custom_count_}; }

 private:
  std::size_t custom_position(std::string_view key) const;

  std::uint64_t hash_ = 0;
  std::uint32_t system_bits_ = 0;
  std::uint32_t custom_count_ = 0;
  std::array<Value, kSystemTagCount> system_;     // valid where the bit is set
  std::array<CustomTag, kCustomTagsMax> custom_;  // the first custom_count_, sorted by key
};

}  // namespace proofload::metrics
