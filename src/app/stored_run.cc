#include "app/stored_run.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "certify/decisions.h"
#include "certify/run_folder.h"
#include "plan/hash.h"
#include "report/plain_text.h"
#include "report/result_json.h"
#include "report/timestamp.h"

namespace proofload::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kResultFile = "result.json";

// "20261124-101530-checkout-api" began then, and is of that plan. Another name says nothing.
void read_id(StoredRun& run) {
  constexpr std::size_t kTimeSize = 15;
  const std::string& id = run.id;
  if (id.size() <= kTimeSize || id[8] != '-' || id[kTimeSize] != '-') return;
  const auto started = report::parse_rfc3339(
      fmt::format("{}-{}-{}T{}:{}:{}Z", id.substr(0, 4), id.substr(4, 2), id.substr(6, 2),
                  id.substr(9, 2), id.substr(11, 2), id.substr(13, 2)));
  if (!started) return;
  run.started = *started;
  run.plan = id.substr(kTimeSize + 1);
}

StoredRun run_at(const fs::path& folder, const std::string& under_way) {
  StoredRun run;
  run.id = folder.filename();
  run.folder = folder;
  run.is_under_way = run.id == under_way;
  read_id(run);
  return run;
}

std::string stamp_of(const evidence::Decision& one, const std::string& hash, WallTime now) {
  std::string stamp = fmt::format("Decision: {} by {} ({})", one.decision, one.name, one.role);
  if (one.result_hash != hash) stamp += ", OUTDATED: result.json has changed since";
  if (!one.expires.empty()) {
    const auto end = end_of_day(one.expires);
    if (!end || *end <= now)
      stamp += fmt::format(", EXPIRED: the risk was accepted until {}", one.expires);
  }
  return report::clean_text(stamp, 2 * report::kNameMax);
}

}  // namespace

bool StoredRun::has_result() const {
  std::error_code error;
  return fs::exists(fs::path(folder) / kResultFile, error);
}

std::vector<StoredRun> runs_in(const std::string& store) {
  const std::string under_way = certify::run_under_way(store);
  std::vector<StoredRun> runs;
  std::error_code error;
  for (fs::directory_iterator at(fs::path(store) / "runs", error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored)) runs.push_back(run_at(at->path(), under_way));
  }
  std::sort(runs.begin(), runs.end(), [](const StoredRun& a, const StoredRun& b) {
    return std::tie(a.started, a.id) < std::tie(b.started, b.id);
  });
  return runs;
}

Result<StoredRun> find_run(const std::string& store, const std::string& run) {
  const std::vector<StoredRun> runs = runs_in(store);
  if (run == "latest" && !runs.empty()) return runs.back();
  for (const StoredRun& one : runs) {
    if (one.id == run) return one;
  }
  std::error_code error;
  const fs::path folder = fs::weakly_canonical(run, error);
  if (!error && fs::exists(folder / "plan.yaml", error) && !error) {
    return run_at(folder, certify::run_under_way(folder.parent_path().parent_path()));
  }
  return Error(ErrorKind::kUsage, fmt::format("there is no run `{}` in {}", run, store))
      .with_hint("`proofload runs list` names them; --store FOLDER looks elsewhere");
}

Result<StoredResult> read_result(const StoredRun& run) {
  const std::string path = fs::path(run.folder) / kResultFile;
  if (!run.has_result()) {
    return Error(ErrorKind::kUsage, path + ": there is none")
        .with_hint(run.is_under_way
                       ? "the run is under way: wait for its end"
                       : "the run did not live to its end; certify again, `proofload runs show` "
                         "says what is left of it");
  }
  const std::string text = PL_TRY(certify::read_file(path));
  auto result = report::result_from_json(text);
  if (!result) {
    return Error(ErrorKind::kUsage, fmt::format("{}: {}", path, result.error().message()))
        .with_hint("restore it from a copy, or read it with the Proofload that wrote it");
  }
  return StoredResult{*std::move(result), plan::sha256(text)};
}

Result<StoredResult> read_decided_result(const StoredRun& run, WallTime now) {
  StoredResult stored = PL_TRY(read_result(run));
  stored.result.decisions = PL_TRY(certify::read_decisions(run.folder));
  for (const evidence::Decision& one : stored.result.decisions) {
    stored.result.stamps.push_back(stamp_of(one, stored.hash, now));
  }
  return stored;
}

Result<WallTime> end_of_day(const std::string& date) {
  const std::string midnight = date + "T00:00:00Z";
  const auto at = report::parse_rfc3339(midnight);
  // There and back, since 2026-02-31 is read as some day of March.
  if (!at || report::rfc3339(*at) != midnight) {
    return Error(ErrorKind::kUsage, fmt::format("`{}` is no day", date))
        .with_hint("write it as 2026-01-31, in a year before 2262");
  }
  return *at + std::chrono::hours(24);
}

}  // namespace proofload::app
