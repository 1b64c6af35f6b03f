// Numbers of a service that an operator may change while it runs.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "service/call.h"

namespace proofload::shop {

// Any thread. GET /admin/knobs lists them, PUT /admin/knobs with {"name": value, …} sets some; both
// need the operator's token.
class Knobs {
 public:
  // `apply` is called with each new value, on the operator's thread.
  void add(const std::string& name, double value, std::function<void(double)> apply);

  Json list() const;
  // Sets all, or none when one is unknown or no number: then the answer says which.
  std::optional<std::string> set(const Json& values);

 private:
  struct Knob {
    double value = 0;
    std::function<void(double)> apply;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Knob> knobs_;
};

}  // namespace proofload::shop
