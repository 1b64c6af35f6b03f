#include "app/steer_command.h"

#include <fmt/format.h>

#include "app/run_command.h"
#include "app/stored_run.h"
#include "certify/profile_capture.h"

namespace proofload::app {
namespace {

constexpr int kUsage = 255;

Result<StoredRun> run_to_steer(const std::string& store, const std::string& run) {
  StoredRun found = PL_TRY(find_run(store, run));
  if (found.is_under_way) return found;
  return Error(ErrorKind::kUsage, fmt::format("{} is not under way", found.id))
      .with_hint("`proofload runs list` says which run is");
}

}  // namespace

int profile_run(const std::string& store, const std::string& run, const std::string& by,
                const std::string& reason, Presenter& presenter) {
  const auto found = run_to_steer(store, run);
  const Result<void> asked =
      found ? certify::request_profile(found->folder, by, reason) : Result<void>(found.error());
  if (!asked) {
    log_error(asked.error());
    return kUsage;
  }
  presenter.print(fmt::format("{} is asked for profiles; they will be in {}/profiles\n", found->id,
                              found->folder));
  return 0;
}

int throttle_run(const std::string& store, const std::string& run,
                 const certify::LoadRequest& request, Presenter& presenter) {
  const auto found = run_to_steer(store, run);
  const Result<void> asked =
      found ? certify::request_load(found->folder, request) : Result<void>(found.error());
  if (!asked) {
    log_error(asked.error());
    return kUsage;
  }
  presenter.print(fmt::format("{}: {}; within two seconds. The profile decides nothing now\n",
                              found->id, certify::to_string(request)));
  return 0;
}

}  // namespace proofload::app
