// A program of this machine, run for what it prints or writes.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace proofload::observe {

// Runs `words`, the first one looked for in PATH, and gives what it printed to both streams (1 MiB
// at most). Blocks for `timeout` at most: then it is killed. An error (kUsage) when it is not
// installed, was killed, or ended with another code than 0; its last line is in the message.
Result<std::string> run_command(const std::vector<std::string>& words, Duration timeout);

}  // namespace proofload::observe
