// JSON on the control plane: options, summaries, archives. Never on the request path.
// Include this in headers; a .cc that touches values includes <nlohmann/json.hpp> itself.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace proofload {

// Keeps the order of keys, as k6's outputs do.
using Json = nlohmann::ordered_json;

}  // namespace proofload
