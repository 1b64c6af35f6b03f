// Everything that follows from a call's method, URL and header fields, worked out once and kept.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/client.h"
#include "http/error_code.h"
#include "http/request.h"
#include "http/request_writer.h"
#include "http/url.h"

namespace proofload::http {

// Immutable once made. One per distinct request line and fields; hops of a redirect get their own.
struct PreparedRequest {
  std::string method;
  Url url;
  std::string url_text;   // as k6 shows it
  std::string clean_url;  // for tags
  HeaderSet headers;
  bool has_own_host = false;           // among `headers`
  bool has_own_authorization = false;  // among `headers`; otherwise it comes from the URL
  HeadTemplate head;
  std::string connection_key;  // scheme, host, port, proxy: which connections may carry it
  std::string host;            // to connect to, without brackets
  std::uint16_t port = 0;
  bool is_tls = false;
  const Url* proxy = nullptr;  // in ClientOptions
  Failure refusal;             // why it cannot be sent at all; code kNone if it can
};

// Works out the rest from method, url and headers. `authorization` overrides the URL's credentials,
// which make a Basic header otherwise.
std::shared_ptr<const PreparedRequest> prepare(std::string method, Url url, HeaderSet headers,
                                               std::optional<std::string> authorization,
                                               const ClientOptions& options);

// Recently prepared requests of one thread, found by the bytes the script gave. A script that
// repeats its calls pays for the parsing once. Direct-mapped: a collision replaces the older one.
class PreparedRequests {
 public:
  explicit PreparedRequests(const ClientOptions& options) : options_(options) {}

  // The error is Go's text for the URL. Keep the pointer: the slot may be reused meanwhile.
  Result<std::shared_ptr<const PreparedRequest>> find_or_prepare(const Request& request);

 private:
  // Enough for the calls of a large script; about 1 KiB each.
  static constexpr std::size_t kSlotCount = 256;

  struct Slot {
    std::uint64_t hash = 0;
    std::string key;
    std::shared_ptr<const PreparedRequest> prepared;
  };

  const ClientOptions& options_;
  std::array<Slot, kSlotCount> slots_;
  std::string key_;  // of the request being looked up; kept for its capacity
};

}  // namespace proofload::http
