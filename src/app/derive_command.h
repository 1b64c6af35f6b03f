// `proofload plan derive`: rates and mix of production, as a plan says them.
#pragma once

#include <string>

#include "app/plan_command.h"
#include "app/presenter.h"

namespace proofload::app {

struct DeriveRequest {
  PlanRequest plan;  // its path may be empty
  // Empty: what the plan's `grounded_in` names, or its Prometheus. As written on the command line:
  // `${NAME}` stays so in the plan.
  std::string source;   // "prometheus", "datadog", "grafana" or "access_log"
  std::string address;  // of a server or panel, or a file
  std::string query;
  std::string over;       // "14d"; empty: what the source says, else 7d
  double percentile = 0;  // 0: the plan's, else 95
  std::string token;      // '${NAME}' or @FILE
  bool writes = false;    // grounded_in goes into the plan's file
};

// Returns the exit code.
int plan_derive(const DeriveRequest& request, Presenter& presenter);

}  // namespace proofload::app
