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
    service.knobs().add("slow_share", 0, [this](double value) { slow_share_ = value; });
    service.knobs().add("slow_ms", 0, [this](double value) { slow_ms_ = value; });
    service.knobs().add("error_share", 0, [this](double value) { error_share_ = value; });
    service.knobs().add("shed_above", 0,
                        [this](double value) { shed_above_ = static_cast<int>(value); });
    service.route("DELETE /payments/:id", [](Call&) {
      return json_reply(200, {{"status", "void"}});
    });
  }

 private:
  Reply pay(Call& call) {
    const auto json = call.json();
    if (!json || !number_in(*json, "amount_cents")) {
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
    const int in_flight = ++in_flight_;
    wait_as_a_provider();
    --in_flight_;
    const int shed_above = shed_above_;
    if (happens(error_share_) || (shed_above > 0 && in_flight > shed_above)) {
      return problem(503, "provider", "the provider is not to be had");
    }
    return json_reply(201, {{"payment", ++payment_count_}, {"status", "authorized"}});
  }

  static std::mt19937_64& generator() {
    thread_local std::mt19937_64 engine(std::random_device{}());
    return engine;
  }

  static bool happens(double share) { return std::bernoulli_distribution(share)(generator()); }

  void wait_as_a_provider() const {
    std::lognormal_distribution<double> milliseconds(std::log(kMedianMs), kSpread);
    const double extra = happens(slow_share_) ? slow_ms_.load() : 0;
    std::this_thread::sleep_for(
        std::chrono::duration<double, std::milli>(milliseconds(generator()) + extra));
  }

  std::atomic<double> slow_share_ = 0;
  std::atomic<double> slow_ms_ = 0;
  std::atomic<double> error_share_ = 0;
  std::atomic<int> shed_above_ = 0;  // so many payments at a time; 0: any number
  std::atomic<int> in_flight_ = 0;
  RateLimiter limiter_{kPerSecond, kBurst};
  std::atomic<std::int64_t> payment_count_ = 0;
};

}  // namespace

std::unique_ptr<Role> make_payment(Service& service, const ShopConfig&) {
  return std::make_unique<Payment>(service);
}

}  // namespace proofload::shop
