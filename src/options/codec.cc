#include "options/codec.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/duration.h"

namespace proofload::options {
namespace {

// Enough for all units with nanoseconds; a number of hundreds of digits is no duration.
constexpr std::size_t kDurationTextMax = 128;

// What Go calls the kind of a JSON value in its errors.
std::string_view go_kind(const Json& value) {
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "bool";
  if (value.is_number()) return "number";
  if (value.is_array()) return "array";
  return value.is_object() ? "object" : "null";
}

Error bad_number(std::string_view text, std::string_view reason) {
  return invalid_value(fmt::format("strconv.ParseInt: parsing \"{}\": {}", text, reason));
}

Result<Duration> bounded(Duration value) {
  if (value > kDurationMax || value < -kDurationMax) {
    return invalid_value(fmt::format("the duration {} is longer than ten years", to_string(value)));
  }
  return value;
}

Result<Duration> not_negative(Duration value) {
  if (value < Duration::zero()) {
    return invalid_value(
        fmt::format("the duration can't be negative, but is {}", to_string(value)));
  }
  return value;
}

// How deep brackets nest outside of strings.
int nesting(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if (is_in_string && c == '\\') {
      i++;
    } else if (c == '"') {
      is_in_string = !is_in_string;
    } else if (!is_in_string && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++depth);
    } else if (!is_in_string && (c == '}' || c == ']')) {
      depth--;
    }
  }
  return deepest;
}

}  // namespace

Error invalid_value(std::string message) {
  return Error(ErrorKind::kInvalidConfig, std::move(message));
}

Error wrong_json_type(const Json& value, std::string_view wanted) {
  return invalid_value(
      fmt::format("json: cannot unmarshal {} into Go value of type {}", go_kind(value), wanted));
}

Result<Json> parse_json(std::string_view text) {
  if (nesting(text) > kJsonDepthMax) {
    return invalid_value(fmt::format("the JSON is nested deeper than {} levels", kJsonDepthMax));
  }
  Json parsed = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return invalid_value("the text is not valid JSON");
  return parsed;
}

std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_same_key(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

Result<bool> BoolCodec::from_json(const Json& value) {
  if (!value.is_boolean()) return wrong_json_type(value, "bool");
  return value.get<bool>();
}

Result<bool> BoolCodec::from_text(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return false;
  }
  return invalid_value(fmt::format("strconv.ParseBool: parsing \"{}\": invalid syntax", text));
}

Result<std::int64_t> IntCodec::from_json(const Json& value) {
  if (value.is_string()) return from_text(value.get_ref<const std::string&>());
  if (!value.is_number()) return wrong_json_type(value, "int64");
  const bool is_too_large = value.is_number_unsigned() &&
                            value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
  if (value.is_number_float() || is_too_large) {
    return invalid_value(fmt::format("json: cannot unmarshal number {} into Go value of type int64",
                                     json_text(value)));
  }
  return value.get<std::int64_t>();
}

Result<std::int64_t> IntCodec::from_text(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code == std::errc::result_out_of_range) return bad_number(text, "value out of range");
  if (code != std::errc() || end != digits.data() + digits.size()) {
    return bad_number(text, "invalid syntax");
  }
  return value;
}

Result<std::int64_t> in_range(std::int64_t value, std::int64_t min, std::int64_t max) {
  if (value > max) return invalid_value(fmt::format("the value {} is more than {}", value, max));
  if (value < min) return invalid_value(fmt::format("the value {} is less than {}", value, min));
  return value;
}

Result<Duration> DurationCodec::from_json(const Json& value) {
  if (value.is_string()) return from_text(value.get_ref<const std::string&>());
  if (!value.is_number()) return wrong_json_type(value, "types.NullDuration");
  const double milliseconds = value.get<double>();
  if (std::abs(milliseconds) > static_cast<double>(kDurationMax.count()) / 1e6) {
    return invalid_value(
        fmt::format("the duration of {} ms is longer than ten years", json_text(value)));
  }
  return Duration(std::llround(milliseconds * 1e6));
}

Result<Duration> DurationCodec::from_text(std::string_view text) {
  if (text.size() > kDurationTextMax) {
    return invalid_value(fmt::format("time: invalid duration \"{}\"", text));
  }
  return bounded(PL_TRY(parse_duration(text)));
}

Result<Duration> DurationCodec::from_flag(std::span<const std::string> texts) {
  const std::string& text = texts.back();
  const bool has_unit = text.find_first_not_of("+-.0123456789") != std::string::npos;
  const Duration value = PL_TRY(from_text(text));
  if (!has_unit && value != Duration::zero()) {
    return invalid_value(fmt::format("time: missing unit in duration \"{}\"", text));
  }
  return value;
}

Json DurationCodec::to_json(Duration value) {
  return to_string(value);
}

Result<Duration> TimeoutCodec::from_json(const Json& value) {
  return not_negative(PL_TRY(DurationCodec::from_json(value)));
}

Result<Duration> TimeoutCodec::from_text(std::string_view text) {
  return not_negative(PL_TRY(DurationCodec::from_text(text)));
}

Result<Duration> TimeoutCodec::from_flag(std::span<const std::string> texts) {
  return not_negative(PL_TRY(DurationCodec::from_flag(texts)));
}

Result<std::string> TextCodec::from_json(const Json& value) {
  if (!value.is_string()) return wrong_json_type(value, "string");
  return value.get<std::string>();
}

Result<std::vector<std::string>> TextListCodec::from_json(const Json& value) {
  if (!value.is_array()) return wrong_json_type(value, "[]string");
  Value list;
  for (const Json& element : value) list.push_back(PL_TRY(TextCodec::from_json(element)));
  return list;
}

Result<std::vector<std::string>> TextListCodec::from_text(std::string_view text) {
  Value list;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    list.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

Result<std::vector<std::string>> TextListCodec::from_flag(std::span<const std::string> texts) {
  return Value(texts.begin(), texts.end());
}

Result<StringMap> TextMapCodec::from_json(const Json& value) {
  if (!value.is_object()) return wrong_json_type(value, "map[string]string");
  StringMap map;
  for (const auto& [key, element] : value.items()) {
    map[key] = PL_TRY(TextCodec::from_json(element));
  }
  return map;
}

Result<StringMap> TextMapCodec::from_text(std::string_view text) {
  if (text.starts_with('{')) return from_json(PL_TRY(parse_json(text)));
  StringMap map;
  const std::vector<std::string> pairs = PL_TRY(TextListCodec::from_text(text));
  for (const std::string& pair : pairs) {
    const std::size_t separator =
        pair.find('=') != std::string::npos ? pair.find('=') : pair.find(':');
    if (separator == std::string::npos) {
      return invalid_value(fmt::format("invalid map item: \"{}\"", pair));
    }
    map[pair.substr(0, separator)] = pair.substr(separator + 1);
  }
  return map;
}

Json TextMapCodec::to_json(const StringMap& value) {
  Json object = Json::object();
  for (const auto& [key, text] : value) object[key] = text;
  return object;
}

Result<std::string> RawJsonCodec::from_text(std::string_view text) {
  return json_text(PL_TRY(parse_json(text)));
}

Json RawJsonCodec::to_json(const std::string& value) {
  return Json::parse(value, nullptr, /*allow_exceptions=*/false);
}

}  // namespace proofload::options
