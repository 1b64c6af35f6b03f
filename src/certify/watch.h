// Watch: the components' signals while a certification goes on: of their own pages, which we read
// each second, and of the Prometheus that the plan names.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certify/live_prometheus.h"
#include "evidence/result.h"
#include "observe/scraper.h"
#include "plan/plan.h"

namespace proofload::certify {

class Watch {
 public:
  // Begins to scrape what the plan names; nothing when it names no page.
  explicit Watch(const plan::Plan& plan);

  // The four signals of now for 80 columns, each with its age when that is more than three seconds:
  // "cpu catalog 0.4 | memory catalog 120 MB (8 s) | pool shop_ro 3 busy". Says loudly where there
  // are no data.
  std::string line(WallTime now) const;
  // Every signal of every component in that time, with evidence ids. Blocks for a few seconds at
  // most, also when Prometheus is silent; what could not be read is added to `problems`.
  std::vector<evidence::Signal> all_signals(WallTime from, WallTime to,
                                            std::vector<std::string>& problems) const;
  // As Prometheus says; nothing without one.
  std::optional<HaltWatch::Replicas> replicas(WallTime now) const;

 private:
  std::vector<evidence::Signal> scraped_signals(WallTime from, WallTime to) const;

  const plan::Plan& plan_;
  std::vector<std::string> components_;
  std::unique_ptr<observe::Scraper> scraper_;
  std::unique_ptr<LivePrometheus> live_;
};

}  // namespace proofload::certify
