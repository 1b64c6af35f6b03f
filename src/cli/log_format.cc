#include "cli/log_format.h"

#include <algorithm>
#include <ctime>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace proofload::cli {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

Fields sorted_fields(const LogRecord& record) {
  Fields fields = record.fields;
  std::stable_sort(fields.begin(), fields.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return fields;
}

std::string rfc3339(WallTime at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm local{};
  localtime_r(&seconds, &local);
  const long offset = local.tm_gmtoff;
  const std::string zone = offset == 0
                               ? "Z"
                               : fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+',
                                             std::abs(offset) / 3600, std::abs(offset) / 60 % 60);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", local.tm_year + 1900,
                     local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec,
                     zone);
}

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._/@^+").find(c) != std::string_view::npos;
}

// Quoted as Go's %q unless it is plain text.
std::string quote_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string logfmt_value(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_bare)) return std::string(text);
  return quote_text(text);
}

std::string text_line(const LogRecord& record) {
  std::string line =
      fmt::format("time={} level={}", quote_text(rfc3339(record.at)), to_string(record.level));
  if (!record.message.empty()) line += " msg=" + logfmt_value(record.message);
  for (const auto& [key, value] : sorted_fields(record)) {
    line += fmt::format(" {}={}", key, logfmt_value(value));
  }
  return line + '\n';
}

std::string json_line(const LogRecord& record) {
  nlohmann::json object;  // the sorted kind: keys come out in alphabetical order
  for (const auto& [key, value] : record.fields) object[key] = value;
  object["level"] = to_string(record.level);
  object["msg"] = record.message;
  object["time"] = rfc3339(record.at);
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

struct LevelStyle {
  std::string_view name;
  int color;
};

LevelStyle style_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return {"DEBU", 37};
    case LogLevel::kInfo:
      return {"INFO", 36};
    case LogLevel::kWarning:
      return {"WARN", 33};
    case LogLevel::kError:
      return {"ERRO", 31};
  }
  return {"INFO", 36};
}

}  // namespace

std::string format_log(const LogRecord& record, LogFormat format) {
  switch (format) {
    case LogFormat::kJson:
      return json_line(record);
    case LogFormat::kRaw:
      return record.message + '\n';
    case LogFormat::kText:
      break;
  }
  return text_line(record);
}

std::string format_log_for_terminal(const LogRecord& record, long since_start, bool with_color) {
  const LevelStyle style = style_of(record.level);
  const auto colored = [&](std::string_view text) {
    return with_color ? fmt::format("\x1b[{}m{}\x1b[0m", style.color, text) : std::string(text);
  };
  std::string_view message = record.message;
  if (!message.empty() && message.back() == '\n') message.remove_suffix(1);
  std::string line = fmt::format("{}[{:04}] {:<44} ", colored(style.name), since_start, message);
  for (const auto& [key, value] : sorted_fields(record)) {
    line += fmt::format(" {}={}", colored(key), logfmt_value(value));
  }
  return line + '\n';
}

}  // namespace proofload::cli
