// ProfileListener: watches one profile's load while it is sent; keeps its log, and stops it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "certify/halt_watch.h"
#include "certify/load_driver.h"
#include "certify/load_request.h"
#include "certify/profile_log.h"

namespace proofload::certify {

class ProfileListener final : public LoadListener {
 public:
  struct Config {
    const plan::Plan& plan;
    Duration expected{};  // how long the load will take
    // Requests a second that are meant to be sent at that time; nothing in a closed loop.
    std::function<std::optional<double>(Duration)> offered;
    // Whether somebody asked for a halt, and who.
    std::function<std::optional<std::string>()> asked_to_halt;
    // What a person wants of the load; nothing when nobody has asked.
    std::function<std::optional<LoadRequest>()> asked_to_lower;
    // Of the deployments under test; null when nobody says.
    std::function<std::optional<HaltWatch::Replicas>()> replicas;
    // What the run has to tell, once: a change of the load, and why.
    std::function<void(const std::string&)> on_notice;
    // Each second, for who shows it.
    std::function<void(const evidence::Second&, const ProfileLog&)> on_second;
  };
  explicit ProfileListener(Config config);

  void on_requests(std::size_t row, const metrics::Histogram* answered,
                   std::uint64_t failed) override;
  std::optional<std::string> on_second(const SecondFacts& facts) override;
  int wanted_permille() override;

  ProfileLog& log() { return log_; }
  const ProfileLog& log() const { return log_; }
  // Why it was stopped; empty when it was not.
  const std::string& stop_reason() const { return stop_reason_; }
  // A person's halt, not a rule's.
  bool was_asked_to_halt() const { return was_asked_; }
  // Why the load was not the plan's for a while, in the order it was heard.
  const std::vector<std::string>& changes() const { return changes_; }

 private:
  std::optional<std::string> reason_to_stop(const evidence::Second& second,
                                            const SecondFacts& facts);
  void note_change(const std::string& text);

  Config config_;
  ProfileLog log_;
  HaltWatch halt_;
  std::string stop_reason_;
  bool was_asked_ = false;
  std::optional<LoadRequest> load_;
  std::vector<std::string> changes_;
};

}  // namespace proofload::certify
