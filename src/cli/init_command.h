// `init` and its flags.
#pragma once

#include <span>
#include <string>

#include "cli/commands.h"
#include "cli/terminal.h"

namespace proofload::cli {

// Takes what follows its name and returns the exit code.
int run_init(const Invocation& invocation, std::span<const std::string> arguments,
             Terminal& terminal);

}  // namespace proofload::cli
