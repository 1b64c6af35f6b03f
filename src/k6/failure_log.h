// FailureLog: the first failed requests of each kind, with what was answered, as evidence.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "http/response.h"

namespace proofload::k6 {

struct FailedRequest {
  std::size_t row = 0;  // of the EndpointTable
  std::string method;
  std::string url;  // without query, redacted
  int status = 0;
  std::string error;     // "" for a status that was not expected
  std::string trace_id;  // of the answer's or the request's traceparent, or as the service names it
  std::string body;      // its first bytes, redacted
  WallTime at{};
  std::uint64_t kind_count = 0;  // of its kind, until taken
};

// Any thread. A kind is a row with a status, or an error's code; kinds beyond kKindsMax are counted
// with others. Costs nothing for requests that do not fail, two atomics for most that do.
class FailureLog {
 public:
  static constexpr std::uint32_t kPerKind = 3;
  static constexpr std::size_t kKindsMax = 64;
  static constexpr std::size_t kBodyMax = 1000;  // bytes

  // `url` as it was asked for.
  void note(std::size_t row, const std::string& method, std::string_view url,
            const http::Response& response);
  // In the order they came, all with the count of their kind.
  std::vector<FailedRequest> take();

 private:
  struct Kind {
    std::atomic<std::uint64_t> key{0};  // 0: free
    std::atomic<std::uint64_t> count{0};
  };
  Kind& kind_of(std::uint64_t key);

  std::array<Kind, kKindsMax> kinds_;
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, FailedRequest>> kept_;
};

}  // namespace proofload::k6
