// URLs as Go's net/url reads, resolves and prints them: what k6 sends and what it shows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace proofload::http {

// The parts of a URL. `path` and `fragment` are decoded; `raw_path` and `raw_fragment` are set only
// where the default encoding of the decoded form would differ from what was written.
struct Url {
  std::string scheme;  // lower case
  std::string opaque;  // `mailto:x` has no host and no path
  bool has_userinfo = false;
  bool has_password = false;
  std::string username;  // decoded
  std::string password;  // decoded
  std::string host;      // with port and, for IPv6, brackets, as written
  std::string path;
  std::string raw_path;
  bool omits_host = false;  // `file:/x`, as opposed to `file:///x`
  bool has_query = false;   // also true for a bare `?`
  std::string raw_query;    // sent as it is, spaces and non-ASCII letters included
  std::string fragment;
  std::string raw_fragment;

  // The error's message is Go's: `parse "http://x y/": invalid character " " in host name`.
  static Result<Url> parse(std::string_view text);

  // The URL that `reference` (absolute or relative) means when found in this one (RFC 3986 §5).
  Result<Url> resolve(std::string_view reference) const;

  std::string to_string() const;
  // What stands in the request line: escaped path and query; "/" for an empty path.
  std::string request_target() const;
  // For tags: `http://****:****@host/`; the same as to_string() without credentials.
  std::string clean() const;
  // For error texts, as Go: only the password is hidden, `http://user:***@host/`.
  std::string redacted() const;

  // Host without port and brackets; the view is into `host`.
  std::string_view hostname() const;
  // The port as written, "" if none.
  std::string_view port() const;
  // The port to connect to: as written, else 80, or 443 for https and wss. 0 if it is not a number
  // up to 65535.
  std::uint16_t effective_port() const;
  std::string escaped_path() const;
};

// Percent-encodes as Go's url.QueryEscape: a space becomes `+`.
void append_query_escaped(std::string_view text, std::string& out);
// The inverse of url.QueryEscape; an error says which escape is bad.
Result<std::string> query_unescape(std::string_view text);

}  // namespace proofload::http
