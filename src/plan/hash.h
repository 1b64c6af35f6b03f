// The hash that signatures are bound to.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "plan/plan.h"

namespace proofload::plan {

// SHA-256 in hexadecimal.
std::string sha256(std::string_view content);

// Of what a plan says and what it runs: its keys and values in canonical order, those of `service`
// and `safety` with the environment's values in them, and `files` (the script, its imports, its
// data; content by path). Comments, layout, secrets and whom to notify are not part of it.
std::string plan_hash(const Plan& plan, const std::map<std::string, std::string>& files);

}  // namespace proofload::plan
