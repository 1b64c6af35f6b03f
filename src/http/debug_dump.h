// The texts of --http-debug: a request or response as k6 prints it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/response_parser.h"

namespace proofload::http {

enum class HttpDebug : std::uint8_t { kOff, kHeaders, kFull };

// "Request:\n" and the head with `Accept-Encoding: gzip` at its end, which k6 shows but does not
// send; the body only if `body` is not empty and the level is kFull. `head` is as written on the
// wire.
std::string dump_request(std::string_view head, std::string_view body, HttpDebug level);

// "Response:\n", status line, framing, fields sorted by name; with kFull the body as received
// (`raw_body` is without chunked framing, still compressed), re-framed as one chunk if
// `is_chunked`.
std::string dump_response(const ResponseHead& head, std::string_view raw_body, HttpDebug level);

// A random UUID (version 4) in its text form.
std::string random_request_id();

}  // namespace proofload::http
