// `proofload plan`, `preflight` and `certify`: a plan from its check to the verdict.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/presenter.h"
#include "app/test_session.h"
#include "certify/certification.h"
#include "certify/reviews.h"
#include "plan/plan.h"

namespace proofload::app {

struct PlanRequest {
  std::string path;
  SessionRequest base;            // environment and working folder of the script's sessions
  certify::ReviewSource reviews;  // its token as written on the command line
};

// A plan that was read without errors, with its text and its hash.
struct CheckedPlan {
  plan::Plan plan;
  std::string path;
  std::string text;
  std::map<std::string, std::string> files;  // script, imports, data
  std::string hash;
};

// Prints every mistake, and is nothing, when there is one.
std::optional<CheckedPlan> check_plan(const PlanRequest& request, Presenter& presenter);

// Who has signed for each required role: the approvals beside the plan, and reviews where they are
// looked at.
Result<std::vector<evidence::Signature>> signatures_of(const CheckedPlan& checked,
                                                       const PlanRequest& request);

// Each returns the exit code.
int plan_check(const PlanRequest& request, Presenter& presenter);
int plan_show(const PlanRequest& request, Presenter& presenter);
int plan_hash(const PlanRequest& request, Presenter& presenter);

struct ApproveRequest {
  PlanRequest plan;
  std::string role;
  std::string name;
  std::string key;  // a private SSH key; empty claims
};
int plan_approve(const ApproveRequest& request, Presenter& presenter);

int preflight(const PlanRequest& request, Presenter& presenter);

struct CertifyRequest {
  PlanRequest plan;
  certify::CertifyOptions options;
  std::string store;  // a folder; empty: .proofload beside the plan
  bool is_dry_run = false;
  bool allows_production = false;
  std::string version;  // of Proofload
};
int certify_plan(const CertifyRequest& request, Presenter& presenter);

// Asks a run, by its id or its folder, to stop.
int halt_run(const std::string& store, const std::string& run, const std::string& by,
             const std::string& reason, Presenter& presenter);

}  // namespace proofload::app
