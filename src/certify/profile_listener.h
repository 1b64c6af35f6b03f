// ProfileListener: watches one profile's load while it is sent; keeps its log, and stops it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "certify/halt_watch.h"
#include "certify/load_driver.h"
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
    // Each second, for who shows it.
    std::function<void(const evidence::Second&, const ProfileLog&)> on_second;
  };
  explicit ProfileListener(Config config);

  void on_requests(std::size_t row, const metrics::Histogram* answered,
                   std::uint64_t failed) override;
  std::optional<std::string> on_second(const SecondFacts& facts) override;

  ProfileLog& log() { return log_; }
  // Why it was stopped; empty when it was not.
  const std::string& stop_reason() const { return stop_reason_; }
  // A person's halt, not a rule's.
  bool was_asked_to_halt() const { return was_asked_; }

 private:
  std::optional<std::string> reason_to_stop(const evidence::Second& second);

  Config config_;
  ProfileLog log_;
  HaltWatch halt_;
  std::string stop_reason_;
  bool was_asked_ = false;
};

}  // namespace proofload::certify
