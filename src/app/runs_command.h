// `proofload report`, `runs` and `decide`: what is done with a certification once it has ended.
#pragma once

#include <string>
#include <vector>

#include "app/presenter.h"

namespace proofload::app {

// Each returns the exit code: 0, or 255 with the error told. `store` is the folder that keeps runs;
// a run is named by its id, its folder, or `latest`.

struct ReportRequest {
  std::string store;
  std::string run;
  std::string format;  // html, md, json, junit, slack
  std::string output;  // a file; empty: standard output
};
int report_run(const ReportRequest& request, Presenter& presenter);

// A line for each run, the newest last: id, verdict, plan, start, length.
int list_runs(const std::string& store, Presenter& presenter);
int show_run(const std::string& store, const std::string& run, Presenter& presenter);
// All of them or, when one is not there or under way, none. Ids only.
int remove_runs(const std::string& store, const std::vector<std::string>& ids,
                Presenter& presenter);

struct DecideRequest {
  std::string store;
  std::string run;
  std::string decision;  // go, no-go, go-with-conditions
  std::string role;
  std::string name;
  std::string accepted_risk;  // both of them, or none
  std::string expires;        // 2026-01-31
};
int decide_run(const DecideRequest& request, Presenter& presenter);

}  // namespace proofload::app
