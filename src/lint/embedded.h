// The JavaScript that lints: acorn's parser and our rules, as text.
#pragma once

#include <string_view>

namespace proofload::lint {

extern const std::string_view kAcorn;
extern const std::string_view kRules;

}  // namespace proofload::lint
