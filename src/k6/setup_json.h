// JSON of what setup() returned, by the rules of Go, which k6 passes it through.
#pragma once

#include <string>

#include "base/error.h"
#include "js/context.h"

namespace proofload::k6 {

// Dates become RFC 3339 text, undefined null, maps and sets arrays, bytes base64; toJSON() is not
// asked. Functions, NaN and the infinities are an error (kInternal), and so are cycles. What a
// getter throws is pending in `context`, and the error says so.
Result<std::string> setup_json(js::Context& context, js::ValueRef value);

}  // namespace proofload::k6
