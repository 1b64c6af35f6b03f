// `proofload init`: a first plan and its script.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/plan_command.h"
#include "app/presenter.h"

namespace proofload::app {

struct InitRequest {
  SessionRequest base;
  std::string folder;  // where plan.yaml and journeys.js go
  std::string name;
  std::string environment = "staging";
  std::string base_url;
  std::vector<std::string> endpoints;  // "GET /products/{id}"
  std::string from;                    // a k6 script: its load, thresholds and requests are taken
  std::map<std::string, std::string> env;  // of the script
  std::string prometheus;
  std::string scrape;
  double per_second = 50;  // journeys; not with `from`
  std::string p95 = "500ms";
  std::string error_rate = "1%";
  std::string halt_role = "sre-oncall";
  std::string halt_contact = "#sre";
  bool overwrites = false;
};

// Returns the exit code. What it writes passes `plan check`.
int init_plan(const InitRequest& request, Presenter& presenter);

}  // namespace proofload::app
