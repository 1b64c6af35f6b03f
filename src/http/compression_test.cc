#include "http/compression.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace proofload::http {
namespace {

constexpr std::size_t kLimit = 1 << 20;

std::string compressed(std::string_view text, std::vector<Compression> by) {
  return compress(text, by);
}

TEST(Compression, ReadsK6sList) {
  EXPECT_EQ(parse_compressions("gzip, br,deflate , zstd").value(),
            (std::vector{Compression::kGzip, Compression::kBrotli, Compression::kDeflate,
                         Compression::kZstd}));
  EXPECT_EQ(parse_compressions("gzip, lzw").error().message(),
            "unknown compression algorithm lzw, supported algorithms are [gzip deflate zstd br]");
}

TEST(Compression, UndoesEveryCodingAndChain) {
  const std::string text = std::string(50'000, 'a') + "the end";
  const std::vector<std::vector<Compression>> chains = {
      {Compression::kGzip},
      {Compression::kDeflate},
      {Compression::kZstd},
      {Compression::kBrotli},
      {Compression::kGzip, Compression::kBrotli, Compression::kZstd, Compression::kDeflate}};
  for (const auto& chain : chains) {
    for (const std::string& body : {text, std::string(), std::string("x")}) {
      const std::string wire = compressed(body, chain);
      EXPECT_EQ(decompress(wire, content_encoding_of(chain), kLimit).value(), body)
          << content_encoding_of(chain);
    }
  }
}

TEST(Compression, NamesItsCodings) {
  EXPECT_EQ(content_encoding_of(std::vector{Compression::kGzip, Compression::kBrotli}), "gzip, br");
  EXPECT_TRUE(is_decodable("x, gzip"));
  EXPECT_FALSE(is_decodable("identity"));
  EXPECT_FALSE(is_decodable(""));
}

TEST(Compression, LeavesUnknownCodingsAlone) {
  EXPECT_EQ(decompress("as is", "identity", kLimit).value(), "as is");
  EXPECT_EQ(decompress(compressed("x", {Compression::kGzip}), "gzip, identity", kLimit).value(),
            "x");
}

TEST(Compression, ReadsGzipOfSeveralMembers) {
  const std::string two =
      compressed("one ", {Compression::kGzip}) + compressed("two", {Compression::kGzip});
  EXPECT_EQ(decompress(two, "gzip", kLimit).value(), "one two");
}

TEST(Compression, StopsABomb) {
  const std::string zeros(std::size_t{4} << 20, '\0');
  for (const Compression by :
       {Compression::kGzip, Compression::kDeflate, Compression::kZstd, Compression::kBrotli}) {
    const std::string bomb = compressed(zeros, {by});
    ASSERT_LT(bomb.size(), 8'000U);
    EXPECT_EQ(decompress(bomb, to_string(by), kLimit).error().message(),
              "decompressed body is larger than 1048576 bytes");
    EXPECT_TRUE(decompress(bomb, to_string(by), zeros.size()));
  }
}

TEST(Compression, RefusesDamagedAndShortenedBodies) {
  for (const Compression by :
       {Compression::kGzip, Compression::kDeflate, Compression::kZstd, Compression::kBrotli}) {
    const std::string whole = compressed("some text that is long enough", {by});
    EXPECT_EQ(
        decompress(whole.substr(0, whole.size() - 1), to_string(by), kLimit).error().message(),
        "unexpected EOF")
        << to_string(by);
    EXPECT_FALSE(decompress("\xff\xff\xff not compressed at all", to_string(by), kLimit));
  }
}

}  // namespace
}  // namespace proofload::http
