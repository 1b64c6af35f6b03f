// HTTP/1.1 requests as Go writes them: the order of fields and their spelling are what k6 sends.
#pragma once

#include <cstdint>
#include <optional>
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
  // Sets or replaces; an invalid name or value is an error in Go's words.
  Result<void> set(std::string_view name, std::string_view value);
  void remove(std::string_view canonical);
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

// What a head is made of.
struct HeadParts {
  std::string_view method;
  std::string_view target;  // request_target(), or the whole URL for a plain proxy
  std::string_view host;    // for the Host field if `headers` has none
  const HeaderSet* headers = nullptr;
  std::string_view cookie;               // added to a Cookie field of `headers`; "" for none
  std::string_view authorization;        // "" for none; never overrides one in `headers`
  std::string_view proxy_authorization;  // "" for none
  BodyFraming body;
  bool closes = false;  // adds `Connection: close`
};

// Appends the head with its empty line: request line, Host, User-Agent, Content-Length or
// Transfer-Encoding, the other fields sorted, Connection: close.
void write_head(const HeadParts& parts, std::string& out);

// Whether Go would send this body chunked (has one, of no bytes, with a method that usually has).
bool is_sent_chunked(std::string_view method, BodyFraming body);

// A connection through a proxy: `CONNECT host:port` with the proxy's credentials.
std::string write_connect(std::string_view host_and_port, std::string_view proxy_authorization,
                          std::string_view user_agent);

}  // namespace proofload::http
