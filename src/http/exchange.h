// One request and its response on a connection, whatever protocol carries them.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/error_code.h"
#include "http/response_parser.h"

namespace proofload::http {

struct Exchange {
  // In. `wire` is the head and as much of the body as goes out in the first write; the rest
  // follows from `body_rest`. Both are copied or sent before perform() returns.
  std::string_view wire;
  std::string_view body_rest;
  ResponseParser::Expectation expectation;
  ResponseHead* head = nullptr;
  std::string* body = nullptr;

  // Out.
  enum class End : unsigned char { kAnswered, kFailed, kTimedOut, kStopped };
  End end = End::kAnswered;
  Failure failure;
  bool is_failed_in_body = false;  // the head had come: Go reports without `Get "url": `
  bool has_bytes = false;          // any byte of a response
  TimePoint sent_at;
  TimePoint first_byte_at;
  TimePoint ended_at;  // last byte reaped, or the failure
};

}  // namespace proofload::http
