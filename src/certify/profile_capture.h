// ProfileCapture: profiles of the service's components, taken while something happens to them: when
// an SLO begins to break, or because a person asked.
#pragma once

#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certify/profile_log.h"
#include "certify/run_folder.h"
#include "evidence/result.h"
#include "plan/plan.h"

namespace proofload::certify {

// Says when requests begin to break an SLO: two seconds in a row, and again only after a minute.
class OnsetWatch {
 public:
  // Outlives it.
  explicit OnsetWatch(const plan::Plan& plan) : plan_(plan) {}
  // Of the second that has just been closed: which SLO began to break, else nothing.
  std::optional<std::string> check(const ProfileLog& log, Duration second);

 private:
  const plan::Plan& plan_;
  int bad_seconds_ = 0;
  std::optional<Duration> last_onset_;
};

// Takes a CPU profile of each pprof address of the plan, all at once, on a thread of its own, and
// keeps them in the run's folder. One at a time, at most kCapturesMax in a run: profiling costs the
// service something.
class ProfileCapture {
 public:
  static constexpr std::size_t kCapturesMax = 10;
  static constexpr int kSeconds = 5;

  // Both outlive it.
  ProfileCapture(const plan::Plan& plan, const RunFolder& folder);
  // Waits for a capture under way.
  ~ProfileCapture();
  ProfileCapture(const ProfileCapture&) = delete;
  ProfileCapture& operator=(const ProfileCapture&) = delete;

  bool can_capture() const { return !targets_.empty(); }
  // Returns at once; false when one is under way or there were enough.
  bool start(const std::string& profile, const std::string& reason);
  // Whether somebody asked for one since the last call (`proofload profile RUN`): who and why.
  std::optional<std::string> asked();
  // Waits for the one under way, and gives all away.
  std::vector<evidence::Artifact> take(std::vector<std::string>& problems);

 private:
  struct Target {
    std::string component;
    std::string url;
  };
  void capture(const std::string& profile, const std::string& reason, std::size_t number);

  const RunFolder& folder_;
  std::vector<Target> targets_;
  std::string last_word_;
  std::size_t count_ = 0;
  std::future<void> done_;  // of the capture under way
  std::mutex mutex_;
  bool is_busy_ = false;
  std::vector<evidence::Artifact> artifacts_;
  std::vector<std::string> problems_;
};

// Leaves the word that asked() reads in the folder of a run.
Result<void> request_profile(const std::string& folder, const std::string& by,
                             const std::string& reason);

}  // namespace proofload::certify
