#include "observe/access_log.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <zlib.h>

#include "observe/test_process.h"

namespace proofload::observe {
namespace {

using testing::HasSubstr;

// "GET /a 200 @seconds", or "none".
std::string read(std::string_view line) {
  const auto entry = parse_access_line(line);
  if (!entry) return "none";
  const auto at =
      std::chrono::duration_cast<std::chrono::seconds>(entry->at.time_since_epoch()).count();
  return entry->method + " " + entry->path + " " + std::to_string(entry->status) + " @" +
         std::to_string(at);
}

TEST(AccessLog, ReadsTheCommonFormatWithItsZone) {
  EXPECT_EQ(
      read(R"(127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326)"),
      "GET /a.gif 200 @971211336");
}

TEST(AccessLog, ReadsTheCombinedFormatAndEscapedQuotes) {
  EXPECT_EQ(
      read(R"(::1 - - [10/Oct/2000:20:55:36 +0000] "POST /q?s=\"x\" HTTP/2.0" 503 0 "-" "curl")"),
      R"(POST /q?s=\"x\" 503 @971211336)");
}

TEST(AccessLog, ReadsJsonUnderTheNamesOfManyServers) {
  EXPECT_EQ(read(R"({"time":"2000-10-10T20:55:36.123Z","method":"GET","path":"/a","status":200})"),
            "GET /a 200 @971211336");
  EXPECT_EQ(
      read(
          R"({"time_iso8601":"2000-10-10T13:55:36-07:00","request":"PUT /a?b HTTP/1.1","status":"201"})"),
      "PUT /a?b 201 @971211336");
  EXPECT_EQ(read(R"({"ts":971211336.75,"request":{"method":"GET","uri":"/caddy"},"status":404})"),
            "GET /caddy 404 @971211336");
  EXPECT_EQ(
      read(
          R"({"@timestamp":"2000-10-10T20:55:36Z","http":{"request":{"method":"GET"},"response":{"status_code":200}},"url":{"path":"/ecs"}})"),
      "GET /ecs 200 @971211336");
  EXPECT_EQ(
      read(
          R"({"timestamp":971211336000,"method":"GET","url":"https://shop.example/a?b","status_code":200})"),
      "GET /a?b 200 @971211336");
}

TEST(AccessLog, TakesNothingElseForARequest) {
  for (const char* line :
       {"", "   ", "hello", "{", "{}", "[]", "null", R"({"method":"GET"})",
        R"({"time":{},"method":[],"path":1,"status":"x"})",
        R"({"time":1e300,"method":"GET","path":"/","status":200})",
        R"({"time":"2000-10-10T20:55:36Z","method":"GET","path":"/","status":9})",
        R"(1 - - [10/Oct/2000:13:55:36 -0700] "-" 408 0)",
        R"(1 - - [10/Oct/2000:13:55:36 -0700] "\x16\x03\x01" 400 0)",
        R"(1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0)",
        R"(1 - - [yesterday] "GET /a HTTP/1.0" 200 1)", R"(1 - - ["GET / HTTP/1.0" 200])",
        R"(1 - - [10/Oct/2000:13:55:36 -0700] "CONNECT host:443 HTTP/1.0" 200 1)"}) {
    EXPECT_EQ(read(line), "none") << line;
  }
}

TEST(AccessLog, IsReadPlainOrPackedAndLongLinesAreSkipped) {
  const TemporaryFolder folder;
  const std::string good = "1 - - [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.0\" 200 1\n";
  const std::string text = good + "noise\n" + std::string(200'000, 'x') + "\n" + good + good;
  const std::string plain = folder.path() / "access.log";
  const std::string packed = folder.path() / "access.log.gz";
  std::ofstream(plain) << text;
  gzFile file = gzopen(packed.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);

  for (const std::string& path : {plain, packed}) {
    int visits = 0;
    const auto lines = read_access_log(path, [&](const AccessLogEntry&) { ++visits; });
    ASSERT_TRUE(lines) << path;
    EXPECT_EQ(visits, 3);
    EXPECT_EQ(lines->read, 3U);
    EXPECT_EQ(lines->skipped, 2U);
  }
}

TEST(AccessLog, ThatIsBrokenOrMissingIsAnError) {
  const TemporaryFolder folder;
  const std::string broken = folder.path() / "broken.gz";
  std::ofstream(broken) << "\x1f\x8b\x08 this is no gzip";
  const auto nothing = [](const AccessLogEntry&) {};

  EXPECT_FALSE(read_access_log(broken, nothing));
  EXPECT_FALSE(read_access_log(folder.path(), nothing));
  const auto missing = read_access_log(folder.path() / "none", nothing);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message(), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace proofload::observe
