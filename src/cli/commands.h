// The program's commands, each from its arguments to an exit code.
#pragma once

#include <span>
#include <string>

#include "cli/terminal.h"
#include "options/options.h"

namespace proofload::cli {

// What the process was started with.
struct Invocation {
  std::string program;  // "proofload", or "k6" when called by that name
  std::vector<std::string> arguments;
  options::StringMap environment;
  std::string working_folder;
};

// Finds the command among the arguments and runs it.
int run_command_line(const Invocation& invocation, Terminal& terminal);

}  // namespace proofload::cli
