// The traces of Jaeger's older API, which its own page used up to 2.20.
#pragma once

#include <vector>

#include "base/json.h"
#include "evidence/span.h"

namespace proofload::observe {

// {"data": [{"spans": [...], "processes": {...}}]}; what is no span is left out.
std::vector<evidence::Span> read_jaeger_json(const Json& answer);

}  // namespace proofload::observe
