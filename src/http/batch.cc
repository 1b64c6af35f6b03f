#include "http/batch.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/url.h"

namespace proofload::http {
namespace {

// The calls still to be made, and who may make the next one. The caller's fiber is one of the
// workers; helper fibers are the others. A worker that finds nothing it may start is done: each
// busy host's next call is started by the worker that finishes the call before it.
class Batch {
 public:
  Batch(Client& client, Transport::Shared& shared, std::span<const Request> requests,
        std::span<Response> responses)
      : client_(client), shared_(shared), requests_(requests), responses_(responses) {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const auto url = Url::parse(requests[i].url);
      pending_.push_back({i, &in_flight_[url ? url->host : std::string()]});
    }
  }

  void run() {
    const std::size_t worker_limit = at_least_one(shared_.options.batch);
    const std::size_t worker_count = std::min(requests_.size(), worker_limit);
    owner_ = runtime::Fiber::current();
    helper_count_ = worker_count - 1;
    for (std::size_t i = 0; i + 1 < worker_count; ++i) {
      helpers_.push_back(&shared_.run_on_helper([this, i] {
        work();
        helpers_[i] = nullptr;  // it may serve another VU from here on
        --helper_count_;
        shared_.loop.make_ready(*owner_);
      }));
    }
    work();
    bool has_cancelled = false;
    while (helper_count_ > 0) {
      // Their calls write into our caller's memory, so they are waited for even then.
      if (owner_->is_cancelled() && !has_cancelled) {
        has_cancelled = true;
        cancel_helpers();
      }
      runtime::Fiber::suspend();
    }
  }

 private:
  struct Pending {
    std::size_t index;
    int* host_in_flight;  // calls to its host that are being made
  };

  static std::size_t at_least_one(int option) {
    return static_cast<std::size_t>(std::max(option, 1));
  }

  void work() {
    while (true) {
      const auto limit = static_cast<int>(at_least_one(shared_.options.batch_per_host));
      const auto next = std::ranges::find_if(
          pending_, [limit](const Pending& call) { return *call.host_in_flight < limit; });
      if (next == pending_.end()) return;
      const Pending call = *next;
      pending_.erase(next);
      ++*call.host_in_flight;
      client_.send(requests_[call.index], responses_[call.index]);
      --*call.host_in_flight;
    }
  }

  void cancel_helpers() {
    for (runtime::Fiber* helper : helpers_) {
      if (helper != nullptr) shared_.loop.cancel(*helper);
    }
  }

  Client& client_;
  Transport::Shared& shared_;
  std::span<const Request> requests_;
  std::span<Response> responses_;
  std::vector<Pending> pending_;
  std::map<std::string, int> in_flight_;
  runtime::Fiber* owner_ = nullptr;
  std::vector<runtime::Fiber*> helpers_;
  std::size_t helper_count_ = 0;
};

}  // namespace

void run_batch(Client& client, Transport::Shared& shared, std::span<const Request> requests,
               std::span<Response> responses) {
  if (requests.empty()) return;
  Batch(client, shared, requests, responses).run();
}

}  // namespace proofload::http
