// Secrets on a command line: named there, never written there.
#pragma once

#include <string>

#include "base/error.h"
#include "plan/yaml.h"

namespace proofload::app {

// `text` with the environment's values for its ${NAME}s; of "@FILE" the file's content without the
// line ends it closes with.
Result<std::string> resolve_secret(const std::string& text, const plan::Environment& environment);

}  // namespace proofload::app
