// Calls to another service: kept connections, deadlines, retries within a budget, traces.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "service/call.h"
#include "service/service.h"

namespace httplib {
class Client;
}

namespace proofload::shop {

struct UpstreamOptions {
  std::string service;               // "catalog"
  std::vector<std::string> origins;  // http://127.0.0.1:8081 or https, one for each instance
  // Of a try; the caller's deadline may end it sooner.
  std::chrono::milliseconds timeout{1000};
  // Further tries after a failure that another try may cure (no answer, 502, 503).
  int retries_max = 1;
  // Retries allowed per request sent, on average: a failing service gets little more than its
  // normal load. https://sre.google/sre-book/addressing-cascading-failures/ ("retry budget").
  double retry_budget = 0.1;
};

struct UpstreamReply {
  int status = 0;  // 0: no answer
  std::string body;
  std::string content_type;

  bool is_ok() const { return status / 100 == 2; }
  Json json() const { return Json::parse(body, nullptr, false); }
};

// Any thread. Instances take turns; one that gave no answer is left alone for a second.
class Upstream {
 public:
  Upstream(UpstreamOptions options, Service& caller);
  ~Upstream();

  struct Request {
    std::string method = "GET";
    std::string target;
    std::string body;  // JSON
    std::int64_t user = 0;
    bool is_idempotent = true;  // others are never tried again
  };

  UpstreamReply send(const Call& call, const Request& request);

  // As a client that forgot its retry budget would behave; used by a fault.
  void set_retries(int retries_max, double retry_budget);

 private:
  struct Instance {
    std::string origin;
    std::vector<std::unique_ptr<httplib::Client>> idle;
    TimePoint resting_until{};
  };

  UpstreamReply try_once(const Call& call, const Request& request, int attempt);
  Instance& next_instance();
  std::unique_ptr<httplib::Client> take(Instance& instance);
  void give_back(Instance& instance, std::unique_ptr<httplib::Client> client, bool is_usable);
  bool may_retry();

  UpstreamOptions options_;
  std::string certificate_;  // whom to trust: the shop has one certificate for all
  std::mutex mutex_;
  std::vector<Instance> instances_;
  std::size_t next_ = 0;
  double retry_tokens_;
  Latencies durations_;
  prometheus::Counter& retries_;
};

}  // namespace proofload::shop
