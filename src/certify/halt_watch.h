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

  // What became true for long enough, with its numbers; else nothing. `offered` is in requests a
  // second, nothing in a closed loop: rules that speak of it are not judged then. A second without
  // requests has no error rate and no latency.
  std::optional<std::string> check(const evidence::Second& second, const ProfileLog& log,
                                   std::optional<double> offered);
  // Rules that nothing here can see, such as ready_replicas: said once, before the run.
  std::vector<std::string> unwatched() const;

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
                              const ProfileLog& log, std::optional<double> offered) const;
  std::optional<Reading> read_served(const plan::HaltRule& rule, const evidence::Second& second,
                                     std::optional<double> offered) const;

  std::optional<double> capacity_;
  std::vector<Watched> rules_;
};

}  // namespace proofload::certify
