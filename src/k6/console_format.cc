#include "k6/console_format.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace proofload::k6 {
namespace {

// Deeper objects are shown as [object Object]; a script's stack would not survive much more.
constexpr int kDepthMax = 32;

class Formatter {
 public:
  explicit Formatter(js::Context& context) : context_(context) {}

  std::string top_level(js::ValueRef value) {
    if (value.is_string()) return text_of(value);
    if (value.is_undefined()) return "undefined";
    return nested(value, 0);
  }

 private:
  std::string text_of(js::ValueRef value) {
    if (value.is_symbol()) return symbol_text(value);
    return context_.to_std_string(value);
  }

  std::string symbol_text(js::ValueRef value) {
    const js::Value description = context_.get(value, "description");
    return context_.to_std_string(description);
  }

  static std::string quoted(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  std::string nested(js::ValueRef value, int depth) {
    if (value.is_string()) return quoted(text_of(value));
    if (value.is_nullish()) return "null";
    if (value.is_number() && value.as_number() == 0) return "0";
    if (!value.is_object()) return text_of(value);
    if (value.is_function()) return "[object Function]";
    if (value.is_error()) return text_of(value);
    if (value.is_array_buffer()) return array_buffer(value);
    if (value.is_date()) return date(value);
    if (value.is_promise() || value.is_map() || value.is_set() || value.is_regexp()) return "{}";
    if (depth >= kDepthMax) return "[object Object]";
    const bool is_open = std::any_of(open_.begin(), open_.end(),
                                     [&](const js::Value& v) { return v.is_same(value); });
    if (is_open) return "[Circular]";
    open_.emplace_back(value);
    std::string text =
        value.is_array() || value.is_typed_array() ? list(value, depth) : object(value, depth);
    open_.pop_back();
    return text;
  }

  std::string date(js::ValueRef value) {
    const js::Value json = context_.to_json(value);
    if (json.is_exception()) context_.clear_error();
    return json.is_string() ? text_of(json) : "null";
  }

  std::string list(js::ValueRef value, int depth) {
    const std::int64_t length = context_.length(value).value_or(0);
    std::string text;
    if (value.is_typed_array()) {
      const js::Value constructor = context_.get(value, "constructor");
      const js::Value name = context_.get(constructor, "name");
      text = fmt::format("{}({}) ", text_of(name), length);
    }
    if (length == 0) return text + "[]";
    text += "[ ";
    for (std::int64_t i = 0; i < length; i++) {
      const js::Value item = context_.get(value, static_cast<std::uint32_t>(i));
      if (item.is_exception()) context_.clear_error();
      text += (i == 0 ? "" : ", ") + nested(item, depth + 1);
    }
    return text + " ]";
  }

  std::string object(js::ValueRef value, int depth) {
    std::string text;
    for (js::OwnKeys keys(context_, value); keys.next();) {
      const js::Utf8 key = keys.key_utf8();
      const js::Value property = keys.value();
      if (property.is_exception()) context_.clear_error();
      text += text.empty() ? "{ " : ", ";
      text += std::string(key.view()) + ": " + nested(property, depth + 1);
    }
    if (context_.has_error()) context_.clear_error();
    return text.empty() ? "{}" : text + " }";
  }

  std::string array_buffer(js::ValueRef value) {
    const auto bytes = context_.bytes_of(value);
    const std::size_t size = bytes ? bytes->size() : 0;
    // As Node.js: the first 50 bytes are enough to recognise what it is.
    constexpr std::size_t kShownBytesMax = 50;
    std::string contents;
    for (std::size_t i = 0; i < std::min(size, kShownBytesMax); i++) {
      contents += fmt::format("{}{:02x}", i == 0 ? "" : " ", static_cast<unsigned>((*bytes)[i]));
    }
    if (size > kShownBytesMax) contents += fmt::format(" ... {} more bytes", size - kShownBytesMax);
    return fmt::format("ArrayBuffer {{ [Uint8Contents]: <{}>, byteLength: {} }}", contents, size);
  }

  js::Context& context_;
  std::vector<js::Value> open_;  // the objects being shown, outermost first
};

}  // namespace

std::string format_console(js::Context& context, js::Args args) {
  Formatter formatter(context);
  std::string text;
  for (int i = 0; i < args.size(); i++) {
    text += (i == 0 ? "" : " ") + formatter.top_level(args[i]);
  }
  return text;
}

}  // namespace proofload::k6
