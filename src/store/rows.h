// What a run's store holds besides the nouns of evidence.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace proofload::store {

// The requests of one endpoint in one second.
struct EndpointSecond {
  std::string profile;
  std::string endpoint;
  Duration since_start{};  // of the profile
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
  std::string latencies;  // milliseconds, by metrics::encode_histogram()
};

}  // namespace proofload::store
