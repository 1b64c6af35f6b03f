// Cookies: what servers set, a jar that follows RFC 6265 as Go's cookiejar does, and what is sent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/url.h"

namespace proofload::http {

// One Set-Cookie, or what a script passes to jar.set().
struct Cookie {
  std::string name;
  std::string value;
  std::string domain;
  std::string path;
  bool http_only = false;
  bool secure = false;
  // Go's convention: 0 none, negative "delete now" (Max-Age=0 was given), positive seconds.
  int max_age = 0;
  // Seconds since 1970 UTC.
  std::optional<std::int64_t> expires;
};

// Milliseconds for response.cookies[..].expires; without Expires it is k6's number for Go's zero
// time.
std::int64_t expires_milliseconds(const Cookie& cookie);

// Reads one Set-Cookie value; nullopt where Go drops the cookie.
std::optional<Cookie> parse_set_cookie(std::string_view value);

// Reads `Mon, 02 Jan 2006 15:04:05 MST` and the other forms Go accepts in cookies. Seconds since
// 1970 UTC.
std::optional<std::int64_t> parse_http_date(std::string_view text);

// The same of that first form alone, strictly: Go's RFC 1123.
std::optional<std::int64_t> parse_rfc1123(std::string_view text);

// Appends `name=value` to a Cookie header value, with `; ` in between and Go's cleaning of both.
void append_cookie(std::string& header, std::string_view name, std::string_view value);

// One VU's (or one script object's) jar. Not thread-safe.
class CookieJar {
 public:
  struct Pair {
    std::string_view name;
    std::string_view value;
  };

  // Cookies that a response from `url` sets. Those for foreign domains are dropped silently. A
  // host-only cookie is one without Domain. There is no public suffix list, as in k6.
  void set(const Url& url, const Cookie& cookie, WallTime now);
  // All that would be sent to `url`, longest path first, then oldest first. Valid until the next
  // change of the jar.
  std::vector<Pair> cookies_for(const Url& url, WallTime now) const;
  // k6's jar.clear(url) and jar.delete(url, name): the cookies that would be sent to `url`.
  void clear(const Url& url, WallTime now);
  void remove(const Url& url, std::string_view name, WallTime now);
  // Forgets everything, as k6 does at the start of each iteration.
  void reset() { hosts_.clear(); }
  bool is_empty() const { return hosts_.empty(); }

 private:
  struct Entry {
    std::string name;
    std::string value;
    std::string domain;
    std::string path;
    bool secure = false;
    bool is_host_only = false;
    bool is_persistent = false;
    std::int64_t expires = 0;  // seconds since 1970, if persistent
    std::uint64_t sequence = 0;
  };
  using Entries = std::vector<Entry>;

  std::vector<const Entry*> matching(const Url& url, WallTime now) const;
  void remove_matching(const Url& url, std::optional<std::string_view> name, WallTime now);

  std::map<std::string, Entries, std::less<>> hosts_;  // by the last two labels, or the IP
  std::uint64_t next_sequence_ = 0;
};

}  // namespace proofload::http
