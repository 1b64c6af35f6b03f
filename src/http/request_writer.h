// HTTP/1.1 requests as Go writes them: the order of fields and their spelling are what k6 sends.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "http/headers.h"
#include "http/url.h"

namespace proofload::http {

// A request's header fields in canonical spelling, one value per name, Host kept apart.
class HeaderSet {
 public:
  // Sets or replaces. The error is Go's text, for a name or value that must not go on the wire.
  Result<void> set(std::string_view name, std::string_view value);
  void remove(std::string_view canonical);
  // Null if there is none.
  const std::string* find(std::string_view canonical) const;
  const std::string& host() const { return host_; }
  void set_host(std::string_view host) { host_ = host; }
  // In order of their names' bytes.
  std::span<const std::pair<std::string, std::string>> fields() const { return fields_; }

 private:
  std::string host_;  // from a `Host` field, "" if none
  std::vector<std::pair<std::string, std::string>> fields_;
};

// How the body is announced.
struct BodyFraming {
  bool has_body = false;
  std::uint64_t bytes = 0;
};

// What of a head stays the same when the same call is made again.
struct HeadParts {
  std::string_view method;
  std::string_view target;  // request_target(), or the whole URL for a plain proxy
  std::string_view host;    // for the Host field if `headers` has none
  const HeaderSet* headers = nullptr;
  std::string_view authorization;        // "" for none; never overrides one in `headers`
  std::string_view proxy_authorization;  // "" for none
  bool closes = false;                   // adds `Connection: close`
};

// A head ready to be sent but for the body's length and the cookies, which change from call to
// call. Request line, Host, User-Agent, framing, the other fields sorted, Connection: close.
class HeadTemplate {
 public:
  HeadTemplate() = default;
  explicit HeadTemplate(const HeadParts& parts);

  // Appends the head with its empty line. `cookie` is added to the script's own Cookie field; ""
  // for none.
  void write(BodyFraming body, std::string_view cookie, std::string& out) const;

 private:
  std::string text_;            // all of it, without the two fields below
  std::size_t framing_at_ = 0;  // offset in `text_` of Content-Length or Transfer-Encoding
  std::size_t cookie_at_ = 0;   // offset in `text_` of Cookie
  std::string own_cookie_;      // the script's Cookie field
  bool needs_length_ = false;   // announces even an absent body: POST, PUT, PATCH
  bool may_lack_body_ = false;  // an empty body is as good as none: GET, HEAD, DELETE, ...
};

// Whether Go would send this body chunked: it has one, of no bytes, with a method that usually has.
bool is_sent_chunked(std::string_view method, BodyFraming body);

// A connection through a proxy: `CONNECT host:port` with the proxy's credentials.
std::string write_connect(std::string_view host_and_port, std::string_view proxy_authorization,
                          std::string_view user_agent);

}  // namespace proofload::http
