// The selector of response.json(selector): the path syntax of gjson (github.com/tidwall/gjson,
// SYNTAX.md), without its multipaths, literals and JSON lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace proofload::k6 {

// JSON text of what `path` selects in `json`; nullopt when nothing does, or `json` is none.
// Keys joined by `.` (or `|`), `\` escapes, `*` and `?` in keys, array indices, `#` (count, or
// "each of"), `#(query)` and `#(query)#` with == != < <= > >= % !%, and the modifiers @reverse,
// @keys, @values, @flatten, @this.
std::optional<std::string> select_json(std::string_view json, std::string_view path);

// Where a text stops being JSON, in Go's words and counting.
struct JsonError {
  int line = 1;
  int character = 1;
  std::string reason;
};
JsonError find_json_error(std::string_view json);

}  // namespace proofload::k6
