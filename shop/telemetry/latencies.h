// How long things take, by labels: a histogram family that finds its series fast.
#pragma once

#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/family.h>
#include <prometheus/histogram.h>

#include "telemetry/metrics.h"

namespace proofload::shop {

// Any thread. The library looks a series up by a hash over all its labels, which costs as much as a
// cached answer; here the values alone are the key.
class Latencies {
 public:
  Latencies(Metrics& metrics, const std::string& name, const std::string& help,
            std::vector<std::string> label_names);

  // `values` in the order of the names, and as many.
  void observe(double seconds, std::initializer_list<std::string_view> values);

 private:
  prometheus::Histogram& series(std::initializer_list<std::string_view> values);

  prometheus::Family<prometheus::Histogram>& family_;
  std::vector<std::string> label_names_;
  std::mutex mutex_;
  std::map<std::string, prometheus::Histogram*, std::less<>> known_;
};

}  // namespace proofload::shop
