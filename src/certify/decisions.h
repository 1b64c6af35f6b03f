// Decisions: what people decided on a run; decisions.json beside its result.json.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "evidence/result.h"

namespace proofload::certify {

// In the order they were taken; none when there is no file. An error names the file.
Result<std::vector<evidence::Decision>> read_decisions(const std::string& run_folder);

// Adds one to those that are there: nobody's decision is ever taken out. Two processes that decide
// at once wait for each other.
Result<void> add_decision(const std::string& run_folder, const evidence::Decision& decision);

}  // namespace proofload::certify
