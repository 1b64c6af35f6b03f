// Certification: the loop from a checked plan to a result: profiles in order, each judged, one
// verdict.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certify/halt_watch.h"
#include "certify/load_driver.h"
#include "certify/profile_capture.h"
#include "certify/run_folder.h"
#include "evidence/result.h"
#include "plan/arithmetic.h"
#include "plan/compile.h"
#include "plan/plan.h"

namespace proofload::certify {

class ProfileListener;

class Conservation;

// Of each journey, to know what one is.
inline constexpr std::int64_t kDryIterations = 3;

struct CertifyOptions {
  std::vector<std::string> only;  // profiles; empty: all
  bool keeps_going = false;       // after a broken SLO
  double time_scale = 1;          // of all durations; below 1 it certifies nothing
  // Holds the service's own count against what was sent; null when nothing does. Outlives it.
  Conservation* conservation = nullptr;
  // Takes profiles when an SLO begins to break, or when somebody asks; null for none. Outlives it.
  ProfileCapture* profiles = nullptr;
  // How many replicas are ready, for the halt rules; null when nobody says.
  std::function<std::optional<HaltWatch::Replicas>()> replicas = nullptr;
  // Puts the data back, before each profile but the first; null when nothing does.
  std::function<Result<void>()> reset = nullptr;
};

// What the user sees while it goes on.
class CertifyProgress {
 public:
  virtual ~CertifyProgress() = default;
  virtual void say(std::string_view line) = 0;
  virtual void second(const std::string& profile, Duration expected,
                      const evidence::Second& second) = 0;
};

class Certification {
 public:
  // All outlive it. `folder` null: nobody can ask for a halt.
  Certification(const plan::Plan& plan, CertifyOptions options, LoadDriver& driver,
                CertifyProgress& progress, const RunFolder* folder);

  ~Certification();
  Certification(const Certification&) = delete;
  Certification& operator=(const Certification&) = delete;

  // One iteration of each journey, or three, to know what a journey is. An error when the script
  // fails.
  Result<plan::JourneyShapes> measure_journeys();
  // Sends every profile's load. The shapes are those of measure_journeys().
  void run_profiles(const plan::JourneyShapes& shapes, evidence::Result& result);

 private:
  struct Hold {
    std::vector<plan::RateStage> stages;
    double start_per_second = 0;
    std::int64_t max_vus = 0;
    Duration measured_from{};
    Duration expected{};
  };
  bool is_wanted(const plan::Profile& profile) const;
  evidence::ProfileResult run_after_reset(const plan::Profile& profile);
  evidence::ProfileResult run_profile(const plan::Profile& profile);
  evidence::ProfileResult run_hold(const plan::Profile& profile);
  evidence::ProfileResult run_spike(const plan::Profile& profile);
  evidence::ProfileResult run_capacity(const plan::Profile& profile);
  evidence::ProfileResult send(const plan::Profile& profile, const LoadOrder& order,
                               const Hold& hold);
  void take_profiles(const std::string& profile, const ProfileLog& log, Duration second);
  // Tells the user, and keeps it as an event.
  void note(const std::string& profile, const std::string& text);
  Duration scaled(Duration duration) const;

  const plan::Plan& plan_;
  CertifyOptions options_;
  LoadDriver& driver_;
  CertifyProgress& progress_;
  const RunFolder* folder_;
  const plan::JourneyShapes* shapes_ = nullptr;
  double requests_per_journey_ = 1;
  std::vector<std::string> versions_;
  std::vector<evidence::Event> events_;
  std::vector<evidence::FailureSample> failures_;
  std::optional<OnsetWatch> onset_;            // of the load last sent
  std::unique_ptr<ProfileListener> listener_;  // of the load last sent
};

}  // namespace proofload::certify
