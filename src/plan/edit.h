// Changes to the text of a plan that leave everything else as it was written.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace proofload::plan {

// `text` with `value` (YAML in one line, a flow mapping) as `load.grounded_in`: in the place of one
// that stands in one line, or as the first key of `load`. What comes out is read again and compared
// with what went in: an error, of ErrorKind::kUsage, when anything else would change.
Result<std::string> with_grounding(std::string_view text, std::string_view value);

}  // namespace proofload::plan
