// CircuitBreaker: heeds a service that asks for less load (Retry-After, RateLimit-Remaining): the
// scenarios that use the endpoint start no new iterations until the time it names.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/response_parser.h"
#include "load/gate.h"

namespace proofload::k6 {

// Built before the first VU starts. Respected are Retry-After and (X-)RateLimit-Remaining. What VUs
// call is for any thread: a load and a compare for each request, one search in the head of an
// answer when RateLimit headers are respected.
class CircuitBreaker {
 public:
  // `endpoints` by row, the last one the others.
  CircuitBreaker(const std::vector<std::string>& respected, std::vector<std::string> endpoints);

  // Its number, for note_use(). The gate outlives this.
  std::size_t add_scenario(std::string name, load::Gate& gate);

  // A request of the scenario to that row.
  void note_use(std::size_t row, std::size_t scenario) {
    std::atomic<bool>& used = scenarios_[scenario].uses[row];
    if (!used.load(std::memory_order_relaxed)) used.store(true, std::memory_order_relaxed);
  }
  // An answer of that row; closes gates when it asks for it. 429 and 503 with Retry-After (RFC 9110
  // section 10.2.3), and RateLimit-Remaining: 0 with RateLimit-Reset (draft-ietf-httpapi-
  // ratelimit-headers-07; seconds, or since 1970 as many services write it).
  void note_answer(std::size_t row, const http::ResponseHead& head, TimePoint now);

  // What closed since the last call, in sentences.
  std::vector<std::string> take_notices();

 private:
  struct Row {
    std::string endpoint;
    TimePoint closed_until{};
  };
  struct Scenario {
    std::string name;
    load::Gate* gate;
    std::unique_ptr<std::atomic<bool>[]> uses;  // by row
  };
  void trip(std::size_t row, Duration wait, std::string_view why, TimePoint now);

  bool heeds_retry_after_ = false;
  bool heeds_rate_limit_ = false;
  std::vector<Scenario> scenarios_;
  std::mutex mutex_;
  std::vector<Row> rows_;
  std::vector<std::string> notices_;
};

}  // namespace proofload::k6
