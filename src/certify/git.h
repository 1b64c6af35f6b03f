// What git knows of a plan: where its repository is, and what a commit holds.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace proofload::certify {

// What `git ARGUMENTS` prints, run in `folder`. An error of ErrorKind::kUsage when there is no git,
// or it refuses.
Result<std::string> git(const std::string& folder, std::vector<std::string> arguments);

}  // namespace proofload::certify
