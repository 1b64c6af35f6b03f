// `proofload env`: an environment's facts in a file, and two of them compared.
#pragma once

#include <string>
#include <vector>

#include "app/plan_command.h"
#include "app/presenter.h"
#include "certify/environment.h"

namespace proofload::app {

struct SnapshotRequest {
  PlanRequest plan;                     // its path may be empty: then only `sources` are asked
  std::string name;                     // empty: the plan's environment
  certify::EnvironmentSources sources;  // secrets as they are written on the command line
  std::vector<std::string> facts;       // "KIND/SUBJECT=VALUE"
  std::string output;                   // empty: standard output
};

// Each returns the exit code.
int env_snapshot(const SnapshotRequest& request, Presenter& presenter);
// 122 when a required fact differs, as the preflight would say.
int env_diff(const std::string& ours, const std::string& theirs,
             const std::vector<std::string>& require, Presenter& presenter);

}  // namespace proofload::app
