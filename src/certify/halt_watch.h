// HaltWatch: judges the plan's halt rules each second.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certify/profile_log.h"
#include "plan/plan.h"

namespace proofload::certify {

class HaltWatch {
 public:
  explicit HaltWatch(const plan::Safety& safety);

  // Of the deployments under test.
  struct Replicas {
    double ready = 0;
    double desired = 0;
  };
  // What was to be sent in a second.
  struct Offer {
    // Requests a second that the plan offers, nothing in a closed loop: rules that speak of them
    // are not judged then.
    std::optional<double> planned;
    // Of these, what was let through. While it is not all, the service cannot be held to serve a
    // rate of its own.
    double share = 1;
    std::optional<Replicas> replicas = std::nullopt;  // nothing when nobody says
  };
  // What became true for long enough, with its numbers; else nothing. A second without requests has
  // no error rate and no latency.
  std::optional<std::string> check(const evidence::Second& second, const ProfileLog& log,
                                   const Offer& offer);

 private:
  struct Watched {
    plan::HaltRule rule;
    Duration held{};
  };
  struct Reading {
    double value = 0;
    double limit = 0;
    std::string text;  // "served 12/s, limit 60/s"
  };
  std::optional<Reading> read(const plan::HaltRule& rule, const evidence::Second& second,
                              const ProfileLog& log, const Offer& offer) const;
  std::optional<Reading> read_served(const plan::HaltRule& rule, const evidence::Second& second,
                                     const Offer& offer) const;

  std::optional<double> capacity_;
  std::vector<Watched> rules_;
};

}  // namespace proofload::certify
