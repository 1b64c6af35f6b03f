// One HTTP call as a script asks for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "http/compression.h"
#include "http/cookies.h"
#include "http/headers.h"

namespace proofload::http {

class HopObserver;

enum class ResponseType : std::uint8_t {
  kText,    // body kept and decompressed
  kBinary,  // the same; the difference is the script's
  kNone     // body read, counted and thrown away; never decompressed
};

enum class Auth : std::uint8_t { kNone, kDigest, kNtlm };

// k6's params.cookies: for this call only, and for its redirects.
struct RequestCookie {
  std::string_view name;
  std::string_view value;
  bool replaces = false;  // drops the jar's cookies of the same name
};

// Owns nothing: everything it points to must stay until the call has ended.
struct Request {
  std::string_view method = "GET";  // sent as it is, never upper-cased
  std::string_view url;             // as the script gave it; parsed here
  // Names in any case; of equal names the last wins. `Host` sets the Host header, Content-Length
  // is ignored (with a warning if it differs), a given User-Agent replaces the option's, an empty
  // one sends none.
  std::span<const Header> headers;
  // Sent as that header beside the others, with every hop; "" for none. Unlike them it may change
  // from call to call at no cost.
  std::string_view traceparent;
  std::string_view body;
  // An empty body is not the same as none: POST with one is sent chunked, as Go does.
  bool has_body = false;
  std::span<const Compression> compressions;  // applied to the body; sets Content-Encoding
  std::span<const RequestCookie> cookies;
  CookieJar* jar = nullptr;      // read before and written after every hop; null: no cookies kept
  std::optional<int> redirects;  // how many to follow; nullopt: the option, with its warning
  Duration timeout = std::chrono::seconds(60);  // whole call: all hops and bodies
  Auth auth = Auth::kNone;
  ResponseType response_type = ResponseType::kText;
  HopObserver* observer = nullptr;
};

}  // namespace proofload::http
