#include "k6/bytes.h"

#include <gtest/gtest.h>

namespace proofload::k6 {
namespace {

TEST(Base64, EncodesInAllFourForms) {
  const std::string bytes = "\xfb\xff\xfe\x01";
  EXPECT_EQ(encode_base64(bytes, Base64Form::kStd), "+//+AQ==");
  EXPECT_EQ(encode_base64(bytes, Base64Form::kRawStd), "+//+AQ");
  EXPECT_EQ(encode_base64(bytes, Base64Form::kUrl), "-__-AQ==");
  EXPECT_EQ(encode_base64(bytes, Base64Form::kRawUrl), "-__-AQ");
  EXPECT_EQ(encode_base64("", Base64Form::kStd), "");
}

TEST(Base64, DecodesWhatItEncoded) {
  for (const auto form :
       {Base64Form::kStd, Base64Form::kRawStd, Base64Form::kUrl, Base64Form::kRawUrl}) {
    for (const std::string text : {"", "a", "ab", "abc", "abcd", "\xff\xfe\xfd"}) {
      EXPECT_EQ(*decode_base64(encode_base64(text, form), form), text);
    }
  }
}

TEST(Base64, IgnoresLineEndsAndSaysWhichByteIsIllegal) {
  EXPECT_EQ(*decode_base64("YW\nJj\r\n", Base64Form::kStd), "abc");
  EXPECT_EQ(decode_base64("YW!j", Base64Form::kStd).error().message(),
            "illegal base64 data at input byte 2");
  EXPECT_FALSE(decode_base64("YWI", Base64Form::kStd));      // padding missing
  EXPECT_FALSE(decode_base64("YWI=", Base64Form::kRawStd));  // padding not allowed
  EXPECT_FALSE(decode_base64("-w==", Base64Form::kStd));     // the other alphabet
  EXPECT_FALSE(decode_base64("Y===", Base64Form::kStd));
}

TEST(Hex, IsLowerCase) {
  EXPECT_EQ(encode_hex("\x01\xaf"), "01af");
}

}  // namespace
}  // namespace proofload::k6
