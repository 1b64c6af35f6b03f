#include "k6/failure_log.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::k6 {
namespace {

class FailureLogTest : public testing::Test {
 protected:
  void fail(std::size_t row, int status, const std::string& headers = "",
            const std::string& body = "no stock") {
    http::ResponseParser parser;
    parser.start(response_.head, response_.body, {});
    parser.consume(fmt::format("HTTP/1.1 {} Some\r\n{}Content-Length: {}\r\n\r\n{}", status,
                               headers, body.size(), body));
    response_.status = status;
    log_.note(row, "GET", "http://ada:secret@shop.test/cart?card=1#a", response_);
  }

  http::Response response_;
  FailureLog log_;
};

TEST_F(FailureLogTest, KeepsTheFirstThreeOfEachKindAndCountsTheRest) {
  for (int i = 0; i < 10; ++i) fail(0, 503);
  fail(0, 500);
  fail(1, 503);
  const auto kept = log_.take();
  ASSERT_EQ(kept.size(), 5u);
  EXPECT_EQ(kept[0].kind_count, 10u);
  EXPECT_EQ(kept[3].status, 500);
  EXPECT_EQ(kept[4].row, 1u);
  EXPECT_EQ(kept[4].kind_count, 1u);
}

TEST_F(FailureLogTest, KeepsTheUrlWithoutUserAndQuery) {
  fail(0, 503);
  EXPECT_EQ(log_.take().at(0).url, "http://shop.test/cart");
}

TEST_F(FailureLogTest, TakesTheTraceOfTheAnswerElseOfTheRequestElseWhatTheServiceCallsIt) {
  response_.request_head =
      "GET / HTTP/1.1\r\nTraceparent: 00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";
  fail(0, 503, "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n");
  fail(0, 503);
  response_.request_head = "GET / HTTP/1.1\r\n";
  fail(0, 503, "X-Request-Id: 42\r\n");
  const auto kept = log_.take();
  EXPECT_EQ(kept.at(0).trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(kept.at(1).trace_id, "1af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(kept.at(2).trace_id, "42");
}

TEST_F(FailureLogTest, MasksWhatTheRequestHadToKeep) {
  response_.request_head =
      "GET / HTTP/1.1\r\nAuthorization: Bearer letmein-1\r\nCookie: a=cookie-one; b=cookie-two\r\n";
  fail(0, 401, "", "you are letmein-1 with cookie-one, cookie-two");
  EXPECT_EQ(log_.take().at(0).body, "you are *** with ***, ***");
}

TEST_F(FailureLogTest, CutsLongAnswers) {
  fail(0, 500, "", std::string(100'000, 'x'));
  EXPECT_EQ(log_.take().at(0).body.size(), FailureLog::kBodyMax);
}

TEST_F(FailureLogTest, HasNoEndOfKinds) {
  for (std::size_t row = 0; row < 1000; ++row) fail(row, 500);
  EXPECT_LE(log_.take().size(), FailureLog::kKindsMax * FailureLog::kPerKind);
}

}  // namespace
}  // namespace proofload::k6
