#include "k6/circuit_breaker.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::k6 {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimePoint kNow{1000s};

class CircuitBreakerTest : public testing::Test {
 protected:
  // An answer of `row` with these header lines.
  void answer(std::size_t row, int status, const std::string& headers) {
    http::ResponseHead head;
    std::string body;
    http::ResponseParser parser;
    parser.start(head, body, {});
    parser.consume(fmt::format("HTTP/1.1 {} Some\r\n{}Content-Length: 0\r\n\r\n", status, headers));
    breaker_.note_answer(row, head, kNow);
  }
  bool is_open(load::Gate& gate, Duration later) { return gate.is_open(0, kNow + later); }

  load::Gate browse_;
  load::Gate buy_;
  CircuitBreaker breaker_{{"retry-after", "RateLimit-Remaining"}, {"product", "cart", "(other)"}};
  const std::size_t browsing_ = breaker_.add_scenario("browse", browse_);
  const std::size_t buying_ = breaker_.add_scenario("buy", buy_);
};

TEST_F(CircuitBreakerTest, ClosesTheScenariosThatUseTheEndpointUntilItsTime) {
  breaker_.note_use(0, browsing_);
  breaker_.note_use(1, buying_);
  answer(1, 429, "Retry-After: 5\r\n");
  EXPECT_TRUE(is_open(browse_, 0s));
  EXPECT_FALSE(is_open(buy_, 4999ms));
  EXPECT_TRUE(is_open(buy_, 5s));
  EXPECT_THAT(breaker_.take_notices(),
              ElementsAre("cart answered 429 with Retry-After: no new iterations of buy for 5 s"));
}

TEST_F(CircuitBreakerTest, SaysOnceWhatManyAnswersSay) {
  breaker_.note_use(0, browsing_);
  for (int i = 0; i < 10; ++i) answer(0, 503, "Retry-After: 2\r\n");
  EXPECT_EQ(breaker_.take_notices().size(), 1u);
  EXPECT_THAT(breaker_.take_notices(), IsEmpty());
}

TEST_F(CircuitBreakerTest, HeedsNeitherARefusalWithoutATimeNorATimeWithoutARefusal) {
  breaker_.note_use(0, browsing_);
  answer(0, 429, "");
  answer(0, 429, "Retry-After: soon\r\n");
  answer(0, 200, "Retry-After: 5\r\n");
  EXPECT_TRUE(is_open(browse_, 0s));
}

TEST_F(CircuitBreakerTest, HeedsALimitThatIsUsedUpOnASuccessToo) {
  breaker_.note_use(0, browsing_);
  answer(0, 200, "RateLimit-Remaining: 3\r\nRateLimit-Reset: 9\r\n");
  EXPECT_TRUE(is_open(browse_, 0s));
  answer(0, 200, "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 9\r\n");
  EXPECT_FALSE(is_open(browse_, 8s));
  EXPECT_TRUE(is_open(browse_, 9s));
}

TEST_F(CircuitBreakerTest, ReadsInstantsAsWellAsSeconds) {
  breaker_.note_use(0, browsing_);
  const auto in_a_minute =
      std::chrono::duration_cast<std::chrono::seconds>(wall_now().time_since_epoch()).count() + 60;
  answer(0, 200, fmt::format("RateLimit-Remaining: 0\r\nRateLimit-Reset: {}\r\n", in_a_minute));
  EXPECT_FALSE(is_open(browse_, 50s));
  EXPECT_TRUE(is_open(browse_, 70s));
  answer(0, 503, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n");
  EXPECT_TRUE(is_open(browse_, 70s)) << "a time that is over";
}

TEST_F(CircuitBreakerTest, WaitsNoLongerThanAnHour) {
  breaker_.note_use(0, browsing_);
  answer(0, 503, "Retry-After: 999999\r\n");
  EXPECT_TRUE(is_open(browse_, 1h));
}

TEST(CircuitBreaker, HeedsOnlyWhatThePlanNames) {
  load::Gate gate;
  CircuitBreaker breaker({"Retry-After"}, {"(other)"});
  breaker.note_use(0, breaker.add_scenario("browse", gate));
  http::ResponseHead head;
  std::string body;
  http::ResponseParser parser;
  parser.start(head, body, {});
  parser.consume("HTTP/1.1 200 OK\r\nRateLimit-Remaining: 0\r\nContent-Length: 0\r\n\r\n");
  breaker.note_answer(0, head, kNow);
  EXPECT_TRUE(gate.is_open(0, kNow));
}

}  // namespace
}  // namespace proofload::k6
