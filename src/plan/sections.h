// The sections of a plan, one reader each; what is wrong is reported and left out.
#pragma once

#include "plan/fields.h"
#include "plan/plan.h"

namespace proofload::plan {

Service read_service(const YamlNode& node, Diagnostics& diagnostics);
std::vector<Slo> read_slos(const YamlNode& node, Diagnostics& diagnostics);
Load read_load(const YamlNode& node, Diagnostics& diagnostics);
Observe read_observe(const YamlNode& node, Diagnostics& diagnostics);
Safety read_safety(const YamlNode& node, Diagnostics& diagnostics);

// What no section can see alone: names that mean nothing, SLOs nobody judges, answers that are
// missing.
void check_whole(const Plan& plan, const YamlNode& root, Diagnostics& diagnostics);

}  // namespace proofload::plan
