// How console.log shows values: strings as they are, objects in depth.
#pragma once

#include <string>

#include "js/context.h"
#include "js/value.h"

namespace proofload::k6 {

// The arguments joined by spaces, as k6's console prints them. Getters may run; what they throw is
// swallowed.
std::string format_console(js::Context& context, js::Args args);

}  // namespace proofload::k6
