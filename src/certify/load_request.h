// LoadRequest: a person's word on how much of a running certification's load is sent. It lies in
// the run's folder, beside that of a halt, and is read each second.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"

namespace proofload::certify {

struct LoadRequest {
  int permille = 1000;  // of the planned starts; 0 pauses, 1000 takes an earlier word back
  std::string by;
  std::string reason;

  friend bool operator==(const LoadRequest&, const LoadRequest&) = default;
};

Result<void> request_load(const std::string& folder, const LoadRequest& request);
// Nothing when nobody has asked, or the word cannot be understood.
std::optional<LoadRequest> load_request(const std::string& folder);

// "grace set the load to 50 %: a sale has begun"; "paused", "resumed".
std::string to_string(const LoadRequest& request);

}  // namespace proofload::certify
