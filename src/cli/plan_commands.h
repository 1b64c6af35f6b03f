// The commands on plans, and their flags.
#pragma once

#include <span>
#include <string>

#include "cli/commands.h"
#include "cli/terminal.h"

namespace proofload::cli {

// Each takes what follows its name and returns the exit code.
int run_plan(const Invocation& invocation, std::span<const std::string> arguments,
             Terminal& terminal);
int run_preflight(const Invocation& invocation, std::span<const std::string> arguments,
                  Terminal& terminal);
int run_certify(const Invocation& invocation, std::span<const std::string> arguments,
                Terminal& terminal);
int run_halt(const Invocation& invocation, std::span<const std::string> arguments,
             Terminal& terminal);

}  // namespace proofload::cli
