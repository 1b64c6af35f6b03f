// The replies of Prometheus' API as values. Pure; any reply may be hostile.
#pragma once

#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "evidence/series.h"
#include "observe/http_get.h"
#include "observe/prometheus.h"

namespace proofload::observe {

// The `data` of a reply. A refusal of the server ({"status":"error"}) is an error with its words.
Result<Json> prometheus_data(const HttpResponse& response);
// Series of a vector, matrix or scalar.
Result<std::vector<evidence::Series>> prometheus_series(const Json& data);
std::vector<PrometheusTarget> prometheus_targets(const Json& data);
// Text of a member; empty when there is none or it is no text.
std::string json_text(const Json& object, const char* key);

// Adds the points of `more` to the series of the same name and labels; both ascending in time, and
// all of `more` later.
void append_series(std::vector<evidence::Series>& all, std::vector<evidence::Series> more);

}  // namespace proofload::observe
