// Datadog's query of metrics: https://docs.datadoghq.com/api/latest/metrics/
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "evidence/series.h"

namespace proofload::observe {

struct DatadogKeys {
  std::string api;  // secrets
  std::string application;
};

// `api` is the address of the site's API, https://api.datadoghq.com. Datadog itself rolls long
// ranges up into wider steps. Blocks for 30 s at most; errors are ErrorKind::kNetwork.
Result<std::vector<evidence::Series>> query_datadog(const std::string& api, const DatadogKeys& keys,
                                                    const std::string& query, WallTime from,
                                                    WallTime to);

}  // namespace proofload::observe
