#include "k6/setup_json.h"

#include <chrono>
#include <cmath>
#include <optional>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k6/bytes.h"

namespace proofload::k6 {
namespace {

using js::Context;
using js::Value;
using js::ValueRef;

// Deeper is a cycle, for all we can tell; the stack has room for some more.
constexpr int kDepthMax = 400;

std::string quote_json(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// RFC3339Nano in UTC: no trailing zeros in the fraction, and no fraction of zero.
std::string date_text(double epoch_ms) {
  const auto ms = static_cast<std::int64_t>(epoch_ms);
  const std::int64_t fraction = ((ms % 1000) + 1000) % 1000;
  const std::time_t seconds = (ms - fraction) / 1000;
  std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(seconds));
  if (fraction != 0) {
    text += fmt::format(".{:03}", fraction);
    while (text.ends_with('0')) text.pop_back();
  }
  return text + "Z";
}

class GoJson {
 public:
  explicit GoJson(Context& context) : context_(context) {}

  // False: see problem().
  bool write(ValueRef value, int depth = 0) {
    if (depth > kDepthMax) return refuse("unsupported value: encountered a cycle");
    if (value.is_exception()) return refuse("an exception");
    if (value.is_nullish()) return put("null");
    if (value.is_boolean()) return put(value.as_boolean() ? "true" : "false");
    if (value.is_number()) return write_number(value);
    if (value.is_bigint()) return put(context_.to_std_string(value));
    if (value.is_string()) return put(quote_json(context_.to_std_string(value)));
    if (value.is_symbol()) return write(context_.get(value, "description"), depth + 1);
    if (value.is_function()) {
      return refuse("unsupported type: func(sobek.FunctionCall) sobek.Value");
    }
    return write_object(value, depth);
  }
  std::string& text() { return text_; }
  const std::string& problem() const { return problem_; }

 private:
  bool put(std::string_view text) {
    text_ += text;
    return true;
  }
  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  bool write_number(ValueRef value) {
    const double number = value.as_number();
    if (std::isnan(number)) return refuse("unsupported value: NaN");
    if (std::isinf(number))
      return refuse(number > 0 ? "unsupported value: +Inf" : "unsupported value: -Inf");
    return put(context_.to_std_string(value));
  }

  bool write_object(ValueRef value, int depth) {
    if (value.is_date()) {
      const auto at = context_.to_number(value);
      if (!at || std::isnan(*at)) return put("null");
      return put(quote_json(date_text(*at)));
    }
    if (value.is_array()) return write_array(value, depth);
    if (value.is_map() || value.is_set()) {
      const Value array = context_.get(context_.global(), "Array");
      return write(context_.call(context_.get(array, "from"), array, {value}), depth + 1);
    }
    if (value.is_array_buffer() || value.is_data_view()) return put("{}");
    if (value.is_typed_array()) return write_typed_array(value, depth);
    return write_properties(value, depth);
  }

  bool write_array(ValueRef value, int depth) {
    const auto length = context_.length(value);
    if (!length) return refuse("an exception");
    text_ += '[';
    for (std::int64_t i = 0; i < *length; i++) {
      if (i != 0) text_ += ',';
      if (!write(context_.get(value, static_cast<std::uint32_t>(i)), depth + 1)) return false;
    }
    return put("]");
  }

  // Go has bytes as base64 and any other numbers as a list.
  bool write_typed_array(ValueRef value, int depth) {
    const auto bytes = context_.bytes_of(value);
    const auto length = context_.length(value);
    if (!bytes || !length) return put("{}");
    if (static_cast<std::size_t>(*length) != bytes->size()) return write_array(value, depth);
    return put(quote_json(encode_base64(
        {reinterpret_cast<const char*>(bytes->data()), bytes->size()}, Base64Form::kStd)));
  }

  bool write_properties(ValueRef value, int depth) {
    text_ += '{';
    bool is_first = true;
    js::OwnKeys keys(context_, value);
    while (keys.next()) {
      if (!is_first) text_ += ',';
      is_first = false;
      text_ += quote_json(keys.key_utf8().view()) + ':';
      if (!write(keys.value(), depth + 1)) return false;
    }
    if (keys.failed()) return refuse("an exception");
    return put("}");
  }

  Context& context_;
  std::string text_;
  std::string problem_;
};

}  // namespace

Result<std::string> setup_json(Context& context, ValueRef value) {
  GoJson json(context);
  if (json.write(value)) return std::move(json.text());
  return Error(ErrorKind::kInternal,
               fmt::format("error marshaling setup() data to JSON: json: {}", json.problem()))
      .with_hint("return objects, arrays, strings, finite numbers, booleans or null");
}

}  // namespace proofload::k6
