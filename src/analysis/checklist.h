// The production-ready checklist: nine lines, each met with evidence, not met, or waived.
#pragma once

#include <string_view>
#include <vector>

#include "evidence/result.h"

namespace proofload::analysis {

// Ids of the preflight checks that the checklist rests on.
namespace check_id {
inline constexpr std::string_view kDataPrepared = "data-prepared";
inline constexpr std::string_view kScriptLint = "script-lint";
inline constexpr std::string_view kEnvironmentParity = "environment-parity";
inline constexpr std::string_view kScrapeInterval = "prometheus-scrape-interval";
inline constexpr std::string_view kTraceSampling = "trace-sampling";
inline constexpr std::string_view kProfilers = "profilers";
}  // namespace check_id

// From what the result holds, its findings and verdict included; always nine, in a fixed order. A
// check that did not run leaves its line not met: nobody looked. A claimed signature counts, and is
// said to be claimed.
std::vector<evidence::ChecklistItem> production_checklist(const evidence::Result& result);

}  // namespace proofload::analysis
