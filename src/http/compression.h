// Content codings: compressing request bodies, and undoing what a response's Content-Encoding says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace proofload::http {

enum class Compression : std::uint8_t { kGzip, kDeflate, kZstd, kBrotli };

std::string_view to_string(Compression compression);  // gzip, deflate, zstd, br

// Reads k6's `compression` parameter: "gzip, deflate". The error is k6's:
// `unknown compression algorithm foo, supported algorithms are [gzip deflate zstd br]`.
Result<std::vector<Compression>> parse_compressions(std::string_view list);

// Applies all, first to last. `deflate` is zlib's format, as in HTTP.
std::string compress(std::string_view body, std::span<const Compression> compressions);
// The Content-Encoding that goes with it: "gzip, deflate".
std::string content_encoding_of(std::span<const Compression> compressions);

// Whether `content_encoding` names a coding that decompress() undoes.
bool is_decodable(std::string_view content_encoding);

// Undoes the codings of a Content-Encoding value, last to first; unknown ones are left as they are,
// as in k6. No stage may grow past `bytes_max`: a bomb is an error, not an out-of-memory. The error
// is the reason only; decompression_failed() (error_code.h) makes it k6's 1701.
Result<std::string> decompress(std::string_view body, std::string_view content_encoding,
                               std::size_t bytes_max);

}  // namespace proofload::http
