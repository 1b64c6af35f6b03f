// The lines printed before a run: what is run, where it goes, what the plan is.
#pragma once

#include <string>
#include <vector>

#include "load/scenario.h"
#include "load/segment.h"

namespace proofload::app {

struct BannerFacts {
  std::string script;                // as the user named it
  std::vector<std::string> outputs;  // "json (out.ndjson)"; empty for none
  const std::vector<load::Scenario>& scenarios;
  const load::ExecutionTuple& tuple;
};

std::string banner_text(const BannerFacts& facts, bool with_color);

}  // namespace proofload::app
