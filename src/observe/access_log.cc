#include "observe/access_log.h"

#include <array>
#include <charconv>
#include <ctime>
#include <initializer_list>
#include <memory>

#include <nlohmann/json.hpp>
#include <zlib.h>

#include "base/json.h"

namespace proofload::observe {
namespace {

// "10/Oct/2000:13:55:36 -0700", or ISO 8601: "2026-01-02T03:04:05.678Z", "... 03:04:05+02:00".
std::optional<WallTime> time_of(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%d/%b/%Y:%H:%M:%S", &parts);
  if (rest == nullptr) rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) rest = ::strptime(text.c_str(), "%Y-%m-%d %H:%M:%S", &parts);
  if (rest == nullptr) return std::nullopt;
  const std::time_t local = ::timegm(&parts);
  while (*rest == '.' || *rest == ',' || (*rest >= '0' && *rest <= '9')) ++rest;
  std::tm zone{};
  while (*rest == ' ') ++rest;
  long offset = 0;
  if (*rest == '+' || *rest == '-') {
    if (::strptime(rest, "%z", &zone) == nullptr) return std::nullopt;
    offset = zone.tm_gmtoff;
  }
  return std::chrono::system_clock::from_time_t(local - offset);
}

// Seconds or milliseconds since 1970, whichever gives a year of ours.
std::optional<WallTime> time_of(double number) {
  constexpr double kSecondsMax = 1e11;
  constexpr double kMillisecondsMax = 1e14;
  if (!(number > 0) || number > kMillisecondsMax) return std::nullopt;
  const double seconds = number < kSecondsMax ? number : number / 1000;
  return std::chrono::system_clock::from_time_t(static_cast<std::time_t>(seconds));
}

// "GET /products?x=1 HTTP/1.1".
bool read_request(std::string_view request, AccessLogEntry& entry) {
  const std::size_t first = request.find(' ');
  if (first == std::string_view::npos || first == 0) return false;
  const std::size_t last = request.rfind(' ');
  const std::string_view method = request.substr(0, first);
  const bool has_version = last > first && request.substr(last + 1).starts_with("HTTP/");
  const std::string_view target =
      request.substr(first + 1, has_version ? last - first - 1 : std::string_view::npos);
  for (const char c : method) {
    if (c < 'A' || c > 'Z') return false;
  }
  entry.method = method;
  entry.path = target;
  return !target.empty();
}

// A proxy's log, and nginx's $request, may have whole URLs.
void keep_path_only(std::string& path) {
  const std::size_t scheme = path.find("://");
  if (scheme == std::string::npos || path.find('/') < scheme) return;
  const std::size_t slash = path.find('/', scheme + 3);
  path = slash == std::string::npos ? "/" : path.substr(slash);
}

std::optional<AccessLogEntry> parse_combined(std::string_view line) {
  const std::size_t open = line.find('[');
  const std::size_t close = line.find(']', open == std::string_view::npos ? line.size() : open);
  const std::size_t quote = line.find('"', std::min(close, line.size()));
  if (open == std::string_view::npos || quote == std::string_view::npos) return std::nullopt;
  std::size_t end = quote + 1;
  while (end < line.size() && (line[end] != '"' || line[end - 1] == '\\')) ++end;
  AccessLogEntry entry;
  const auto at = time_of(std::string(line.substr(open + 1, close - open - 1)));
  if (end >= line.size() || !at) return std::nullopt;
  if (!read_request(line.substr(quote + 1, end - quote - 1), entry)) return std::nullopt;
  std::size_t status = end + 1;
  while (status < line.size() && line[status] == ' ') ++status;
  const auto [rest, error] =
      std::from_chars(line.data() + status, line.data() + line.size(), entry.status);
  if (error != std::errc() || entry.status < 100 || entry.status > 599) return std::nullopt;
  entry.at = *at;
  return entry;
}

// The member of that name; dots also lead into objects. Null without one.
const Json* find_down(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  if (const auto found = object.find(name); found != object.end()) return &*found;
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto found = object.find(name.substr(0, dot));
  return found == object.end() ? nullptr : find_down(*found, name.substr(dot + 1));
}

// The first of them that is a text or a number.
const Json* first_of(const Json& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const Json* found = find_down(object, name);
    if (found != nullptr && (found->is_string() || found->is_number())) return found;
  }
  return nullptr;
}

std::string text_in(const Json* value) {
  if (value == nullptr) return "";
  return value->is_string() ? value->get<std::string>() : "";
}

std::optional<double> number_in(const Json* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->get<double>();
  const std::string text = text_in(value);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<AccessLogEntry> parse_json_line(std::string_view line) {
  const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  AccessLogEntry entry;
  entry.method = text_in(
      first_of(json, {"method", "request_method", "RequestMethod", "http.request.method",
                      "http_method", "request.method", "httpRequest.requestMethod", "verb"}));
  entry.path = text_in(
      first_of(json, {"path", "uri", "request_uri", "RequestPath", "url.path", "url.original",
                      "url", "request.uri", "http.target", "httpRequest.requestUrl", "target"}));
  if (entry.method.empty() || entry.path.empty()) {
    const std::string request = text_in(first_of(json, {"request", "request_line"}));
    if (!read_request(request, entry)) return std::nullopt;
  }
  const auto status = number_in(
      first_of(json, {"status", "status_code", "response_code", "DownstreamStatus",
                      "http.response.status_code", "httpRequest.status", "code", "statusCode"}));
  const Json* time = first_of(json, {"time", "timestamp", "@timestamp", "ts", "time_iso8601",
                                     "start_time", "StartUTC", "time_local", "msec", "date"});
  const auto number = number_in(time);
  const auto at = number ? time_of(*number) : time_of(text_in(time));
  if (!status || *status < 100 || *status > 599 || !at) return std::nullopt;
  entry.status = static_cast<int>(*status);
  entry.at = *at;
  return entry;
}

struct CloseGzip {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

}  // namespace

std::optional<AccessLogEntry> parse_access_line(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return std::nullopt;
  line.remove_prefix(first);
  auto entry = line.front() == '{' ? parse_json_line(line) : parse_combined(line);
  if (entry) keep_path_only(entry->path);
  return entry && entry->path.starts_with('/') ? entry : std::nullopt;
}

Result<AccessLogLines> read_access_log(const std::string& path,
                                       const std::function<void(const AccessLogEntry&)>& visit) {
  const auto refuse = [&](const char* why) {
    return Error(ErrorKind::kUsage, path + ": " + why)
        .with_hint("name an access log, plain or as gzip");
  };
  const std::unique_ptr<gzFile_s, CloseGzip> file(gzopen(path.c_str(), "rb"));
  if (!file) return refuse("cannot be read");
  constexpr std::size_t kLineMax = 64 << 10;
  std::array<char, kLineMax> buffer{};
  AccessLogLines lines;
  bool is_rest_of_long_line = false;
  while (gzgets(file.get(), buffer.data(), static_cast<int>(buffer.size())) != nullptr) {
    std::string_view line = buffer.data();
    const bool is_whole = line.ends_with('\n') || gzeof(file.get()) != 0;
    const bool is_wanted = is_whole && !is_rest_of_long_line;
    is_rest_of_long_line = !is_whole;
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (!is_whole || line.empty()) continue;
    const auto entry = is_wanted ? parse_access_line(line) : std::nullopt;
    if (!entry) {
      ++lines.skipped;
      continue;
    }
    ++lines.read;
    visit(*entry);
  }
  int error = 0;
  gzerror(file.get(), &error);
  if (error != Z_OK && error != Z_STREAM_END) return refuse("is broken, or no file");
  return lines;
}

}  // namespace proofload::observe
