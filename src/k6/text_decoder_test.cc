#include "k6/text_decoder.h"

#include <gtest/gtest.h>

namespace proofload::k6 {
namespace {

using namespace std::string_view_literals;

TEST(TextDecoder, KeepsAnIncompleteCharacterForTheNextPiece) {
  TextDecoder decoder({});
  EXPECT_EQ(decoder.decode("a\xe2\x82", true), "a");
  EXPECT_EQ(decoder.decode("\xac!", false), "€!");
}

TEST(TextDecoder, ReplacesInvalidBytesOnceEach) {
  TextDecoder decoder({});
  EXPECT_EQ(decoder.decode("\xff\xe2\x82x", false), "\xef\xbf\xbd\xef\xbf\xbdx");
  EXPECT_EQ(decoder.decode("\xed\xa0\x80", false), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(TextDecoder, RefusesInvalidBytesWhenFatal) {
  TextDecoder decoder({.is_fatal = true});
  EXPECT_EQ(decoder.decode("\xc3", false), std::nullopt);
  EXPECT_EQ(decoder.decode("ok", false), "ok");
}

TEST(TextDecoder, DropsTheByteOrderMarkUnlessAskedToKeepIt) {
  EXPECT_EQ(TextDecoder({}).decode("\xef\xbb\xbfhi", false), "hi");
  EXPECT_EQ(TextDecoder({.ignores_bom = true}).decode("\xef\xbb\xbfhi", false), "\xef\xbb\xbfhi");
}

TEST(TextDecoder, ReadsBothUtf16Orders) {
  EXPECT_EQ(TextDecoder({.encoding = TextEncoding::kUtf16Le}).decode("\x3d\xd8\x00\xde"sv, false),
            "\xf0\x9f\x98\x80");
  EXPECT_EQ(TextDecoder({.encoding = TextEncoding::kUtf16Be}).decode("\x00\x41\xd8"sv, false),
            "A\xef\xbf\xbd");
}

TEST(TextEncodingLabel, IsForgivingAboutCaseAndBlanks) {
  EXPECT_EQ(parse_text_encoding(" UTF-8 "), TextEncoding::kUtf8);
  EXPECT_EQ(parse_text_encoding("utf-16be"), TextEncoding::kUtf16Be);
  EXPECT_EQ(parse_text_encoding("latin1"), std::nullopt);
}

}  // namespace
}  // namespace proofload::k6
