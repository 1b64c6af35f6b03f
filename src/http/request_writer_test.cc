#include "http/request_writer.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace proofload::http {
namespace {

HeaderSet fields(const std::vector<std::pair<std::string, std::string>>& given) {
  HeaderSet headers;
  EXPECT_TRUE(headers.set("User-Agent", "Grafana k6/2.2.0"));
  for (const auto& [name, value] : given) EXPECT_TRUE(headers.set(name, value));
  return headers;
}

std::string head(std::string_view method, std::string_view target, const HeaderSet& headers,
                 BodyFraming body = {}, std::string_view cookie = "") {
  std::string out;
  HeadTemplate({.method = method, .target = target, .host = "127.0.0.1:38082", .headers = &headers})
      .write(body, cookie, out);
  return out;
}

// What real k6 put on the wire for the same calls.
TEST(RequestWriter, WritesWhatK6Writes) {
  EXPECT_EQ(head("GET", "/plain", fields({})),
            "GET /plain HTTP/1.1\r\nHost: 127.0.0.1:38082\r\nUser-Agent: Grafana k6/2.2.0\r\n\r\n");
  EXPECT_EQ(head("GET", "/headers",
                 fields({{"x-lower", "1"},
                         {"X-UPPER", "2"},
                         {"accept", "text/html"},
                         {"User-Agent", "own"},
                         {"Cookie", "raw=1"}}),
                 {}, R"(p=q; sp="x y"; a=1)"),
            "GET /headers HTTP/1.1\r\nHost: 127.0.0.1:38082\r\nUser-Agent: own\r\n"
            "Accept: text/html\r\nCookie: raw=1; p=q; sp=\"x y\"; a=1\r\nX-Lower: 1\r\n"
            "X-Upper: 2\r\n\r\n");
  EXPECT_EQ(head("POST", "/form", fields({{"Content-Type", "application/x-www-form-urlencoded"}}),
                 {true, 51}, "a=1"),
            "POST /form HTTP/1.1\r\nHost: 127.0.0.1:38082\r\nUser-Agent: Grafana k6/2.2.0\r\n"
            "Content-Length: 51\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Cookie: a=1\r\n\r\n");
  EXPECT_EQ(head("GET", "/auth", fields({{"Host", "other.test:81"}})),
            "GET /auth HTTP/1.1\r\nHost: other.test:81\r\nUser-Agent: Grafana k6/2.2.0\r\n\r\n");
}

TEST(RequestWriter, AnnouncesBodiesAsGoDoes) {
  struct Case {
    const char* method;
    BodyFraming body;
    const char* line;  // what follows User-Agent
  };
  const std::vector<Case> cases = {
      {"POST", {false, 0}, "Content-Length: 0\r\n"},
      {"PUT", {false, 0}, "Content-Length: 0\r\n"},
      {"PATCH", {true, 2}, "Content-Length: 2\r\n"},
      {"GET", {false, 0}, ""},
      {"GET", {true, 1}, "Content-Length: 1\r\n"},
      {"DELETE", {false, 0}, ""},
      {"OPTIONS", {true, 0}, ""},
      {"foo", {true, 1}, "Content-Length: 1\r\n"},
      {"foo", {false, 0}, ""},
      // An empty body that is there: k6 sends it chunked (its issue 2483).
      {"POST", {true, 0}, "Transfer-Encoding: chunked\r\n"},
      {"foo", {true, 0}, "Transfer-Encoding: chunked\r\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(head(c.method, "/", fields({}), c.body),
              std::string(c.method) +
                  " / HTTP/1.1\r\nHost: 127.0.0.1:38082\r\nUser-Agent: Grafana k6/2.2.0\r\n" +
                  c.line + "\r\n");
    EXPECT_EQ(is_sent_chunked(c.method, c.body), std::string_view(c.line).starts_with("Transfer"));
  }
}

TEST(RequestWriter, LeavesOutWhatTheScriptMayNotSay) {
  EXPECT_EQ(head("GET", "/",
                 fields({{"Content-Length", "9"},
                         {"Transfer-Encoding", "chunked"},
                         {"Trailer", "X"},
                         {"user-agent", ""},
                         {"X-Pad", "  v  "}})),
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:38082\r\nX-Pad: v\r\n\r\n");
}

TEST(RequestWriter, PutsGivenCredentialsBeforeDerivedOnes) {
  const HeaderSet own = fields({{"Authorization", "own"}});
  const HeaderSet none = fields({});
  const auto write = [](const HeaderSet& headers) {
    std::string out;
    HeadTemplate({.method = "GET",
                  .target = "http://h/",
                  .host = "h",
                  .headers = &headers,
                  .authorization = "Basic eA==",
                  .proxy_authorization = "Basic eQ==",
                  .closes = true})
        .write({}, "a=1", out);
    return out;
  };
  EXPECT_EQ(write(none),
            "GET http://h/ HTTP/1.1\r\nHost: h\r\nUser-Agent: Grafana k6/2.2.0\r\n"
            "Authorization: Basic eA==\r\nCookie: a=1\r\nProxy-Authorization: Basic eQ==\r\n"
            "Connection: close\r\n\r\n");
  EXPECT_NE(write(own).find("\r\nAuthorization: own\r\n"), std::string::npos);
}

TEST(HeaderSet, RefusesWhatWouldBreakTheHead) {
  HeaderSet headers;
  EXPECT_EQ(headers.set("a b", "x").error().message(),
            R"(net/http: invalid header field name "a b")");
  EXPECT_EQ(headers.set("", "x").error().message(), R"(net/http: invalid header field name "")");
  EXPECT_EQ(headers.set("x-a", "1\r\nX-B: 2").error().message(),
            R"(net/http: invalid header field value for "X-A")");
  EXPECT_TRUE(headers.fields().empty());
}

TEST(HeaderSet, LetsTheLastOfEqualNamesWin) {
  HeaderSet headers;
  EXPECT_TRUE(headers.set("x-a", "1"));
  EXPECT_TRUE(headers.set("X-A", "2"));
  ASSERT_EQ(headers.fields().size(), 1U);
  EXPECT_EQ(*headers.find("X-A"), "2");
}

TEST(RequestWriter, DropsTheZoneOfAnAddress) {
  const HeaderSet headers = fields({{"User-Agent", ""}});
  std::string out;
  HeadTemplate({.method = "GET", .target = "/", .host = "[fe80::1%lo]:80", .headers = &headers})
      .write({}, "", out);
  EXPECT_EQ(out, "GET / HTTP/1.1\r\nHost: [fe80::1]:80\r\n\r\n");
}

}  // namespace
}  // namespace proofload::http
