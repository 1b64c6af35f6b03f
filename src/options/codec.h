// How values of options are read from JSON, environment and flags, and written as k6 prints them.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "options/options.h"

namespace proofload::options {

// Values nobody means: beyond them sums and products of times and counts overflow 64 bits.
inline constexpr Duration kDurationMax = std::chrono::hours(10 * 365 * 24);
inline constexpr std::int64_t kVusMax = load::kRampingVusMax;
// Number.MAX_SAFE_INTEGER, which scripts use for "no limit".
inline constexpr std::int64_t kIterationsMax = (std::int64_t{1} << 53) - 1;
// Deeper JSON than any options have; readers and writers of JSON recurse.
inline constexpr int kJsonDepthMax = 64;

Error invalid_value(std::string message);
// `json: cannot unmarshal string into Go value of type bool`, as k6 says it.
Error wrong_json_type(const Json& value, std::string_view wanted);
// An error for text that is not JSON or nested deeper than kJsonDepthMax.
Result<Json> parse_json(std::string_view text);
// One line, invalid UTF-8 replaced; never throws.
std::string json_text(const Json& value);
// Go's rule for names of JSON keys: ASCII letters match without regard to case.
bool is_same_key(std::string_view a, std::string_view b);

// A codec has a type Value and the functions below; one without from_flag() takes the last of a
// flag's texts as from_text() would.

struct BoolCodec {
  using Value = bool;
  static Result<bool> from_json(const Json& value);
  static Result<bool> from_text(std::string_view text);
  static Json to_json(bool value) { return value; }
};

struct IntCodec {
  using Value = std::int64_t;
  static Result<std::int64_t> from_json(const Json& value);
  static Result<std::int64_t> from_text(std::string_view text);
  static Json to_json(std::int64_t value) { return value; }
};

Result<std::int64_t> in_range(std::int64_t value, std::int64_t min, std::int64_t max);

template <std::int64_t kMin, std::int64_t kMax>
struct BoundedInt : IntCodec {
  static Result<std::int64_t> from_json(const Json& value) {
    return in_range(PL_TRY(IntCodec::from_json(value)), kMin, kMax);
  }
  static Result<std::int64_t> from_text(std::string_view text) {
    return in_range(PL_TRY(IntCodec::from_text(text)), kMin, kMax);
  }
};
// Negative counts pass: load has k6's words for them.
using VuCount = BoundedInt<std::numeric_limits<std::int64_t>::min(), kVusMax>;
using IterationCount = BoundedInt<std::numeric_limits<std::int64_t>::min(), kIterationsMax>;

struct DurationCodec {
  using Value = Duration;
  static Result<Duration> from_json(const Json& value);
  static Result<Duration> from_text(std::string_view text);
  // Stricter than elsewhere: a unit is needed, as pflag demands.
  static Result<Duration> from_flag(std::span<const std::string> texts);
  static Json to_json(Duration value);
};

// A Duration that is not below zero.
struct TimeoutCodec : DurationCodec {
  static Result<Duration> from_json(const Json& value);
  static Result<Duration> from_text(std::string_view text);
  static Result<Duration> from_flag(std::span<const std::string> texts);
};

struct TextCodec {
  using Value = std::string;
  static Result<std::string> from_json(const Json& value);
  static Result<std::string> from_text(std::string_view text) { return std::string(text); }
  static Json to_json(const std::string& value) { return value; }
};

struct TextListCodec {
  using Value = std::vector<std::string>;
  static Result<Value> from_json(const Json& value);
  static Result<Value> from_text(std::string_view text);  // separated by commas
  static Result<Value> from_flag(std::span<const std::string> texts);
  static Json to_json(const Value& value) { return value; }
};

// Text maps; as text a JSON object or `key=value,key:value`.
struct TextMapCodec {
  using Value = StringMap;
  static Result<StringMap> from_json(const Json& value);
  static Result<StringMap> from_text(std::string_view text);
  static Json to_json(const StringMap& value);
};

// JSON kept as it was written; the value is its text.
struct RawJsonCodec {
  using Value = std::string;
  static Result<std::string> from_json(const Json& value) { return json_text(value); }
  static Result<std::string> from_text(std::string_view text);
  static Json to_json(const std::string& value);
};

// A codec whose values pass `check` (and may be rewritten by it), whatever they came from.
template <class Base, Result<typename Base::Value> (*check)(typename Base::Value)>
struct Checked : Base {
  using Value = typename Base::Value;
  static Result<Value> from_json(const Json& value) {
    return check(PL_TRY(Base::from_json(value)));
  }
  static Result<Value> from_text(std::string_view text) {
    return check(PL_TRY(Base::from_text(text)));
  }
  static Result<Value> from_flag(std::span<const std::string> texts) {
    if constexpr (requires { Base::from_flag(texts); }) {
      return check(PL_TRY(Base::from_flag(texts)));
    } else {
      return from_text(texts.back());
    }
  }
};

}  // namespace proofload::options
