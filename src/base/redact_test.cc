#include "base/redact.h"

#include <vector>

#include <gtest/gtest.h>

namespace proofload {
namespace {

std::string redacted(std::string_view text, std::vector<std::string> secrets = {}) {
  return redact(text, secrets);
}

TEST(Redact, LeavesPlainTextAlone) {
  constexpr std::string_view kText =
      R"({"error": "no stock", "order": 1234567890123456, "at": "12:00"})";
  EXPECT_EQ(redacted(kText), kText);
}

TEST(Redact, MasksKnownSecretsWhereverTheyAre) {
  EXPECT_EQ(redacted("see hunter22 and hunter22!", {"hunter22"}), "see *** and ***!");
  EXPECT_EQ(redacted("a b", {"a", ""}), "a b") << "a short word is no secret";
}

TEST(Redact, MasksValuesByTheirKeys) {
  EXPECT_EQ(redacted(R"({"access_token": "abc", "name": "ada"})"),
            R"({"access_token": "***", "name": "ada"})");
  EXPECT_EQ(redacted("user=ada&password=x1&a=b"), "user=ada&password=***&a=b");
  EXPECT_EQ(redacted("Set-Cookie: sid=1\nHost: a"), "Set-Cookie: ***\nHost: a");
  EXPECT_EQ(redacted(R"("{\"PASSWORD\":\"x\"}")"), R"("{\"PASSWORD\":\"***"}")");
  EXPECT_EQ(redacted("token"), "token");
  EXPECT_EQ(redacted("password="), "password=***");
  EXPECT_EQ(redacted("\"secret\": \"open"), "\"secret\": \"***");
}

TEST(Redact, MasksTokensByTheirShape) {
  EXPECT_EQ(redacted("Bearer abc.def, next"), "Bearer ***, next");
  EXPECT_EQ(redacted("x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc y"), "x *** y");
}

TEST(Redact, MasksPaymentCardsOnly) {
  EXPECT_EQ(redacted("card 4111111111111111 ok"), "card *** ok");
  EXPECT_EQ(redacted("order 4111111111111112 ok"), "order 4111111111111112 ok");
}

}  // namespace
}  // namespace proofload
