// The texts of --http-debug: a request or response as k6 prints it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/response_parser.h"

namespace proofload::http {

enum class HttpDebug : std::uint8_t { kOff, kHeaders, kFull };

// "Request:", the head as written on the wire, with an `Accept-Encoding: gzip` that k6 shows but
// does not send, and with kFull the body.
std::string dump_request(std::string_view head, std::string_view body, HttpDebug level);

// "Response:", status line, framing, the other fields sorted by name, and with kFull the body as
// received: `raw_body` is without chunked framing and still compressed; a chunked one is shown as
// one chunk.
std::string dump_response(const ResponseHead& head, std::string_view raw_body, HttpDebug level);

// A random UUID (version 4) in its text form.
std::string random_request_id();

}  // namespace proofload::http
