// The commands on runs that are kept, and their flags.
#pragma once

#include <span>
#include <string>

#include "cli/commands.h"
#include "cli/terminal.h"

namespace proofload::cli {

// Each takes what follows its name and returns the exit code.
int run_report(const Invocation& invocation, std::span<const std::string> arguments,
               Terminal& terminal);
int run_runs(const Invocation& invocation, std::span<const std::string> arguments,
             Terminal& terminal);
int run_decide(const Invocation& invocation, std::span<const std::string> arguments,
               Terminal& terminal);

}  // namespace proofload::cli
