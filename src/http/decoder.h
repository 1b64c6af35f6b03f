// Undoes one content coding, with a bound on what comes out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/compression.h"

namespace proofload::http {

// Errors: not this format, damaged, ended early ("unexpected EOF"), or larger than `bytes_max`.
// Output grows with what is really decoded, never by what a header promises.
Result<std::string> decode(std::string_view body, Compression compression, std::size_t bytes_max);

}  // namespace proofload::http
