// The commands to a certification under way, and their flags.
#pragma once

#include <span>
#include <string>

#include "cli/commands.h"
#include "cli/terminal.h"

namespace proofload::cli {

// Each takes what follows its name and returns the exit code.
int run_profile(const Invocation& invocation, std::span<const std::string> arguments,
                Terminal& terminal);
int run_throttle(const Invocation& invocation, std::span<const std::string> arguments,
                 Terminal& terminal);

}  // namespace proofload::cli
