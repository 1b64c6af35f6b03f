#include "roles/token.h"

#include <gtest/gtest.h>

namespace proofload::shop {
namespace {

constexpr const char* kSecret = "a secret of the shop";
constexpr std::int64_t kNow = 1'700'000'000;

TEST(Token, NamesItsUserUntilItExpires) {
  const std::string token = sign_token(kSecret, 42, kNow + 10);
  EXPECT_EQ(token_user(kSecret, token, kNow), 42);
  EXPECT_EQ(token_user(kSecret, token, kNow + 10), std::nullopt);
}

TEST(Token, IsRefusedWhenItWasChangedOrSignedBySomebodyElse) {
  std::string token = sign_token(kSecret, 42, kNow + 10);
  EXPECT_EQ(token_user("another secret", token, kNow), std::nullopt);
  token.replace(0, 2, "43");
  EXPECT_EQ(token_user(kSecret, token, kNow), std::nullopt);
}

TEST(Token, IsRefusedWhenItIsNone) {
  for (const char* text : {"", ".", "..", "42", "42.1700000010", "42.1700000010.", "x.y.z"}) {
    EXPECT_EQ(token_user(kSecret, text, kNow), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace proofload::shop
