// Certifications that are kept in a store: .proofload/runs/ID.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "evidence/result.h"

namespace proofload::app {

struct StoredRun {
  std::string id;
  std::string folder;
  WallTime started{};  // as its id says
  std::string plan;    // as its id says
  bool is_under_way = false;

  bool has_result() const;  // else it is under way, or did not live to its end
};

// Oldest first; none without a store.
std::vector<StoredRun> runs_in(const std::string& store);

// `run` is an id of the store, a run's folder, or `latest`.
Result<StoredRun> find_run(const std::string& store, const std::string& run);

struct StoredResult {
  evidence::Result result;
  std::string hash;  // SHA-256 of result.json, to which decisions are bound
};

// An error names the file: there is none yet, or it cannot be read.
Result<StoredResult> read_result(const StoredRun& run);
// Also with the decisions, each stamped on it: whether it was for another result.json, whether its
// accepted risk has expired by `now`.
Result<StoredResult> read_decided_result(const StoredRun& run, WallTime now);

// The end of the day "2026-01-31" in UTC; an error when there is no such day.
Result<WallTime> end_of_day(const std::string& date);

}  // namespace proofload::app
