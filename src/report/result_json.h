// result.json: the one source of a certification's result, which every report renders.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "evidence/result.h"

namespace proofload::report {

inline constexpr int kResultSchemaVersion = 1;

// As api/result.schema.json says. Fields in a fixed order, so that equal results are equal texts:
// decisions are bound to the hash. Durations are milliseconds, instants RFC 3339 (null: there is
// none), the seconds of a profile one array per column. A percentile or the end of an interval that
// falls among failed requests is "failures".
std::string to_json(const evidence::Result& result);

// Its `failures` alone.
std::string failures_json(const evidence::Result& result);

// Takes back what to_json() wrote. Fields that are not there keep their defaults, unknown ones are
// ignored. The error names the field: "profiles[0].slos[1].limit: number expected".
Result<evidence::Result> result_from_json(std::string_view text);

}  // namespace proofload::report
