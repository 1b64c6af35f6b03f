// `proofload run SCRIPT --observe ...`: a run without a plan, with the service's signals beside it:
// after k6's summary what limited it, and a report.
#pragma once

#include <string>
#include <vector>

#include "app/presenter.h"
#include "app/run_command.h"
#include "app/test_session.h"
#include "base/error.h"
#include "plan/plan.h"

namespace proofload::app {

struct ObserveRequest {
  std::vector<std::string> sources;  // "prometheus=URL", "scrape=URL"
  std::string match;                 // label matchers of the service's series in Prometheus
  std::string store = ".proofload";  // keeps the report
  std::string version;               // of Proofload
};

// What is watched; an error for another kind of source, or a match without Prometheus.
Result<plan::Plan> observed_plan(const ObserveRequest& request);

// As run_test(), with what was observed printed and kept behind it. The script's thresholds are its
// SLOs. The exit code is the script's own, whatever was found.
RunResult run_observed(TestSession& session, const ObserveRequest& request, const plan::Plan& plan,
                       Presenter& presenter);

}  // namespace proofload::app
