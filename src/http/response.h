// What came of a call: the final answer or failure, its timings, and a report of every hop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/error_code.h"
#include "http/response_parser.h"

namespace proofload::http {

// k6's timings. Ends are taken when the kernel's completion was reaped, so waiting in our own
// queue is in none of them.
struct Timings {
  Duration blocked{};          // until a connection was had: DNS, TCP and TLS included
  Duration connecting{};       // TCP; 0 on a reused connection
  Duration tls_handshaking{};  // 0 on a reused connection
  Duration sending{};
  Duration waiting{};    // request written → first byte; until the failure if none came
  Duration receiving{};  // first byte → body read and decompressed

  Duration duration() const { return sending + waiting + receiving; }
};

// One request on the wire, as it goes into the samples. Valid during the call only.
struct Hop {
  std::string_view method;
  std::string_view url;          // without credentials: ****:****@
  int status = 0;                // 0 on failure, also when a head had come
  int error_code = 0;            // also set for 4xx and 5xx
  std::string_view error;        // "" unless it failed
  std::string_view proto;        // "HTTP/1.1"; "" on failure
  std::string_view tls_version;  // "tls1.3"; "" without TLS or on failure
  std::string_view ocsp_status;  // as tls_version
  std::string_view remote_ip;    // "" if never connected
  bool is_reused = false;        // the connection had served before
  bool is_challenge = false;     // first of a digest call: 401 is what is expected
  Timings timings;
  TimePoint ended_at;  // time of the samples
};

// Told about a call while it runs, on the fiber that runs it (which may be a helper's: it must not
// enter JavaScript and must not block).
class HopObserver {
 public:
  virtual ~HopObserver() = default;
  // Once per request on the wire that was answered or failed, in order. Not for stopped ones.
  virtual void on_hop(const Hop& hop) = 0;
  // Something the script's author should know; `url` is "" where k6 logs no url field.
  virtual void on_warning(std::string_view message, std::string_view url) = 0;
  // With --http-debug: "Request:\n..." or "Response:\n...", both with the same id per hop.
  virtual void on_dump(std::string_view text, std::string_view request_id) = 0;
};

enum class Outcome : std::uint8_t {
  kAnswered,
  kFailed,       // a transport failure: status 0; log "Request Failed" with log_error, or throw it
  kInvalid,      // never sent (URL, header, method): like kFailed, but no hop was reported
  kUnsupported,  // answered 101: the script gets an exception whatever `throw` says
  kStopped       // cancel_all(): the VU is to stop, nothing of this is to be reported
};

// Filled by Client; reuse one for call after call and nothing is allocated. Views into it are valid
// until the next call with it.
struct Response {
  Outcome outcome = Outcome::kAnswered;
  int status = 0;
  std::string url;    // of the final hop, as k6 shows it (with credentials)
  ResponseHead head;  // empty unless answered
  std::string body;   // decompressed; on failure what had come before it
  std::string remote_ip;
  int remote_port = 0;
  std::string tls_version;       // "tls1.3"; "" without TLS
  std::string tls_cipher_suite;  // "TLS_AES_128_GCM_SHA256"
  std::string ocsp_status;       // of a stapled response: "good", "revoked", "unknown", or ""
  Timings timings;               // of the final hop
  TimePoint received_at;         // when the last byte of the final hop was reaped
  int error_code = 0;
  std::string error;      // response.error; "" unless failed
  std::string log_error;  // the `error` field of "Request Failed", or the exception's text
  // Head of the first request as it was sent, or would have been, line ends included:
  // response.request is made from it.
  std::string request_head;
  // Whether the script gave these fields of it; the others are not shown in response.request.
  bool has_own_host = false;
  bool has_own_authorization = false;
  std::string request_body;  // only if compressed here; otherwise it was the request's own

  std::string_view proto() const { return head.is_http_1_0() ? "HTTP/1.0" : "HTTP/1.1"; }
  // Forgets the answer; keeps memory up to 64 KiB a field.
  void clear();
};

}  // namespace proofload::http
