#include "k6/json_path.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.h"

namespace proofload::k6 {
namespace {

using Found = std::optional<Json>;

// `*` is any text, `?` any one character; everything else is itself.
bool matches_pattern(std::string_view text, std::string_view pattern) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      p++;
      t++;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') p++;
  return p == pattern.size();
}

// One part of a path, up to an unescaped separator.
struct Part {
  std::string text;  // unescaped
  bool has_wildcard = false;
  bool is_query = false;    // #(...) or #(...)#: `text` is what stands between the brackets
  bool is_for_all = false;  // #(...)#
  char separator = 0;       // '.', '|', or 0 at the end
};

// Takes `#(query)` or `#(query)#` off the front of `path`.
bool take_query(std::string_view& path, Part& part) {
  if (!path.starts_with("#(") && !path.starts_with("#[")) return false;
  int depth = 0;
  bool in_quotes = false;
  for (std::size_t i = 1; i < path.size(); i++) {
    const char c = path[i];
    if (c == '\\') {
      i++;
    } else if (c == '"') {
      in_quotes = !in_quotes;
    } else if (!in_quotes && (c == '(' || c == '[')) {
      depth++;
    } else if (!in_quotes && (c == ')' || c == ']') && --depth == 0) {
      part.is_query = true;
      part.text = path.substr(2, i - 2);
      path.remove_prefix(i + 1);
      if (path.starts_with('#')) {
        part.is_for_all = true;
        path.remove_prefix(1);
      }
      return true;
    }
  }
  return false;
}

Part take_part(std::string_view& path) {
  Part part;
  if (!take_query(path, part)) {
    std::size_t i = 0;
    for (; i < path.size() && path[i] != '.' && path[i] != '|'; i++) {
      if (path[i] == '\\' && i + 1 < path.size()) {
        i++;
      } else if (path[i] == '*' || path[i] == '?') {
        part.has_wildcard = true;
      }
      part.text += path[i];
    }
    path.remove_prefix(i);
  }
  if (!path.empty()) {
    part.separator = path.front();
    path.remove_prefix(1);
  }
  return part;
}

Found select(const Json& value, std::string_view path);

// --- queries ------------------------------------------------------------------------------------

struct Query {
  std::string_view path;
  std::string_view comparison;  // empty: the path must exist
  std::string_view operand;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Query parse_query(std::string_view text) {
  constexpr std::string_view kOperators[] = {"==", "!=", "<=", ">=", "!%", "=", "<", ">", "%"};
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text[i] == '\\') {
      i++;
      continue;
    }
    if (text[i] == '(' || text[i] == '[') depth++;
    if (text[i] == ')' || text[i] == ']') depth--;
    if (depth > 0) continue;
    for (const std::string_view name : kOperators) {
      if (text.substr(i).starts_with(name)) {
        return {trimmed(text.substr(0, i)), name, trimmed(text.substr(i + name.size()))};
      }
    }
  }
  return {trimmed(text), {}, {}};
}

int compare(const Json& left, const Json& right) {
  if (left.is_number() && right.is_number()) {
    const double a = left.get<double>();
    const double b = right.get<double>();
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (left.is_string() && right.is_string()) {
    return left.get_ref<const std::string&>().compare(right.get_ref<const std::string&>());
  }
  return left == right ? 0 : 2;  // neither equal nor ordered
}

bool holds(const Json& value, const Query& query) {
  Json right = Json::parse(query.operand, nullptr, false);
  if (right.is_discarded()) right = std::string(query.operand);
  if (query.comparison == "%" || query.comparison == "!%") {
    const bool is_match = value.is_string() && right.is_string() &&
                          matches_pattern(value.get<std::string>(), right.get<std::string>());
    return is_match == (query.comparison == "%");
  }
  const int order = compare(value, right);
  if (query.comparison == "!=") return order != 0;
  if (order == 2) return false;
  if (query.comparison == "<") return order < 0;
  if (query.comparison == "<=") return order <= 0;
  if (query.comparison == ">") return order > 0;
  if (query.comparison == ">=") return order >= 0;
  return order == 0;
}

bool satisfies(const Json& item, const Query& query) {
  const Found value = query.path.empty() ? Found(item) : select(item, query.path);
  if (!value) return false;
  return query.comparison.empty() || holds(*value, query);
}

Found select_query(const Json& value, const Part& part, std::string_view rest) {
  if (!value.is_array()) return std::nullopt;
  const Query query = parse_query(part.text);
  Json all = Json::array();
  for (const Json& item : value) {
    if (!satisfies(item, query)) continue;
    if (!part.is_for_all) return rest.empty() ? Found(item) : select(item, rest);
    // After `.` the rest applies to each item, after `|` to the list.
    if (rest.empty() || part.separator == '|') {
      all.push_back(item);
    } else if (Found inner = select(item, rest)) {
      all.push_back(*std::move(inner));
    }
  }
  if (!part.is_for_all) return std::nullopt;
  return part.separator == '|' && !rest.empty() ? select(all, rest) : Found(std::move(all));
}

// --- modifiers ----------------------------------------------------------------------------------

Found apply_modifier(const Json& value, std::string_view name) {
  if (name == "@this") return value;
  if (name == "@reverse") {
    Json reversed = value;
    if (reversed.is_array()) std::reverse(reversed.begin(), reversed.end());
    return reversed;
  }
  if (name == "@keys" || name == "@values") {
    Json list = Json::array();
    for (const auto& [key, item] : value.items()) {
      list.push_back(name == "@keys" ? Json(key) : item);
    }
    return list;
  }
  if (name == "@flatten" && value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) {
      if (item.is_array()) {
        list.insert(list.end(), item.begin(), item.end());
      } else {
        list.push_back(item);
      }
    }
    return list;
  }
  return std::nullopt;
}

// --- paths --------------------------------------------------------------------------------------

Found select_member(const Json& object, const Part& part, std::string_view rest) {
  for (const auto& [key, value] : object.items()) {
    const bool is_match = part.has_wildcard ? matches_pattern(key, part.text) : key == part.text;
    if (is_match) return rest.empty() ? Found(value) : select(value, rest);
  }
  return std::nullopt;
}

Found select_element(const Json& array, const Part& part, std::string_view rest) {
  if (part.text == "#") {
    if (rest.empty() || part.separator == '|') return Json(array.size());
    Json all = Json::array();
    for (const Json& item : array) {
      if (Found inner = select(item, rest)) all.push_back(*std::move(inner));
    }
    return all;
  }
  std::size_t index = 0;
  const char* const end = part.text.data() + part.text.size();
  const auto parsed = std::from_chars(part.text.data(), end, index);
  if (parsed.ec != std::errc() || parsed.ptr != end || index >= array.size()) return std::nullopt;
  return rest.empty() ? Found(array[index]) : select(array[index], rest);
}

Found select(const Json& value, std::string_view path) {
  std::string_view rest = path;
  const Part part = take_part(rest);
  if (part.is_query) return select_query(value, part, rest);
  if (part.text.starts_with('@')) {
    const Found modified = apply_modifier(value, part.text);
    if (!modified) return std::nullopt;
    return rest.empty() ? modified : select(*modified, rest);
  }
  if (value.is_object()) return select_member(value, part, rest);
  if (value.is_array()) return select_element(value, part, rest);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> select_json(std::string_view json, std::string_view path) {
  const Json value = Json::parse(json, nullptr, false);
  if (value.is_discarded() || path.empty()) return std::nullopt;
  const Found found = select(value, path);
  if (!found) return std::nullopt;
  return found->dump(-1, ' ', false, Json::error_handler_t::replace);
}

namespace {

// Go's description of the byte that does not fit.
std::string quoted_byte(char c) {
  if (c == '\'') return R"('\'')";
  if (c == '\n') return R"('\n')";
  if (c == '\t') return R"('\t')";
  if (c == '\r') return R"('\r')";
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte > 0x7e) return fmt::format("'\\x{:02x}'", byte);
  return fmt::format("'{}'", c);
}

// Which literal the text was about to be, for Go's "in literal null (expecting 'u')".
std::string literal_reason(std::string_view json, std::size_t at) {
  for (const std::string_view literal : {"null", "true", "false"}) {
    for (std::size_t length = literal.size() - 1; length >= 1; length--) {
      if (at >= length && json.substr(at - length, length) == literal.substr(0, length)) {
        return fmt::format(" in literal {} (expecting '{}')", literal, literal[length]);
      }
    }
  }
  return " looking for beginning of value";
}

}  // namespace

JsonError find_json_error(std::string_view json) {
  // The parser reports the byte after which it gave up, counted from 1.
  std::size_t at = json.size();
  try {
    const Json parsed = Json::parse(json);
    return {};
  } catch (const Json::parse_error& error) {
    at = error.byte == 0 ? 0 : error.byte - 1;
  }
  JsonError result;
  if (at >= json.size()) {
    result.reason = "unexpected end of JSON input";
    at = json.size();
  } else {
    result.reason = "invalid character " + quoted_byte(json[at]) + literal_reason(json, at);
  }
  for (std::size_t i = 0; i < at; i++) {
    result.character++;
    if (json[i] == '\n') {
      result.line++;
      result.character = 1;
    }
  }
  return result;
}

}  // namespace proofload::k6
