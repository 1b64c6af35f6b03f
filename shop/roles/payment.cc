// A stand-in for an outside payment provider: slow like one, and it limits its customers.
#include <random>
#include <thread>

#include "roles/role.h"
#include "service/rate_limiter.h"

namespace proofload::shop {
namespace {

constexpr double kPerSecond = 200;
constexpr double kBurst = 50;
constexpr double kMedianMs = 6;
constexpr double kSpread = 0.4;  // of the logarithm: p99 is about 2.5 medians

class Payment final : public Role {
 public:
  explicit Payment(Service& service) {
    service.route("POST /payments", [this](Call& call) { return pay(call); });
    service.route("DELETE /payments/:id", [](Call&) {
      return json_reply(200, {{"status", "void"}});
    });
  }

 private:
  Reply pay(Call& call) {
    const auto json = call.json();
    if (!json || !json->contains("amount_cents") || !(*json)["amount_cents"].is_number_integer()) {
      return problem(400, "amount_cents", "how much, in cents");
    }
    const RateDecision decision = limiter_.take(monotonic_now());
    if (!decision.is_allowed) {
      Reply reply = problem(429, "rate_limited", "too many payments a second");
      reply.headers = {{"Retry-After", std::to_string(decision.retry_after_s)},
                       {"RateLimit-Limit", std::to_string(decision.limit)},
                       {"RateLimit-Remaining", "0"}};
      return reply;
    }
    wait_as_a_provider();
    return json_reply(201, {{"payment", ++payment_count_}, {"status", "authorized"}});
  }

  static void wait_as_a_provider() {
    thread_local std::mt19937_64 generator(std::random_device{}());
    std::lognormal_distribution<double> milliseconds(std::log(kMedianMs), kSpread);
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(milliseconds(generator)));
  }

  RateLimiter limiter_{kPerSecond, kBurst};
  std::atomic<std::int64_t> payment_count_ = 0;
};

}  // namespace

std::unique_ptr<Role> make_payment(Service& service, const ShopConfig&) {
  return std::make_unique<Payment>(service);
}

}  // namespace proofload::shop
