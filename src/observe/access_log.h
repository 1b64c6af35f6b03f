// Access logs of web servers and proxies: the common and the combined format, and JSON lines.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace proofload::observe {

struct AccessLogEntry {
  std::string method;
  std::string path;  // with its query
  int status = 0;
  WallTime at{};
};

// https://httpd.apache.org/docs/2.4/logs.html#accesslog, or an object with method, path, status and
// time under the names that nginx, Envoy, Caddy, Traefik and ECS give them. Nothing for another
// line.
std::optional<AccessLogEntry> parse_access_line(std::string_view line);

struct AccessLogLines {
  std::uint64_t read = 0;
  std::uint64_t skipped = 0;  // no request, or in another format
};

// Plain or gzip, line by line; lines longer than 64 KiB are skipped. An error of ErrorKind::kUsage
// when it cannot be read.
Result<AccessLogLines> read_access_log(const std::string& path,
                                       const std::function<void(const AccessLogEntry&)>& visit);

}  // namespace proofload::observe
