#include "http/cookies.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace proofload::http {
namespace {

using namespace std::chrono_literals;

const WallTime kNow{std::chrono::seconds(1'700'000'000)};

Url url(std::string_view text) {
  return *Url::parse(text);
}

// "a=1; b=2" of what the jar would send.
std::string sent(const CookieJar& jar, std::string_view to, WallTime at = kNow) {
  std::string header;
  for (const auto& pair : jar.cookies_for(url(to), at))
    append_cookie(header, pair.name, pair.value);
  return header;
}

void set(CookieJar& jar, std::string_view from, std::string_view line) {
  const auto cookie = parse_set_cookie(line);
  ASSERT_TRUE(cookie) << line;
  jar.set(url(from), *cookie, kNow);
}

TEST(SetCookie, ReadsNameValueAndAttributes) {
  const auto cookie = parse_set_cookie(
      "sid=\"a b\"; Path=/x; DOMAIN=.Example.com; Max-Age=60; HttpOnly; secure; Unknown=1; "
      "Expires=Wed, 21 Oct 2015 07:28:00 GMT");
  ASSERT_TRUE(cookie);
  EXPECT_EQ(cookie->name, "sid");
  EXPECT_EQ(cookie->value, "a b");
  EXPECT_EQ(cookie->path, "/x");
  EXPECT_EQ(cookie->domain, ".Example.com");
  EXPECT_EQ(cookie->max_age, 60);
  EXPECT_TRUE(cookie->http_only);
  EXPECT_TRUE(cookie->secure);
  EXPECT_EQ(cookie->expires, 1445412480);
  EXPECT_EQ(expires_milliseconds(*cookie), 1445412480000);
}

TEST(SetCookie, ShowsK6sNumberWithoutExpires) {
  EXPECT_EQ(expires_milliseconds(*parse_set_cookie("a=1")), -6795364578871);
}

TEST(SetCookie, DropsWhatGoDrops) {
  for (const char* line : {"", "novalue", "=x", "na me=x", "a=b\"c", "a=\x01", "a=é", "a=b\\c"}) {
    EXPECT_FALSE(parse_set_cookie(line)) << line;
  }
  EXPECT_EQ(parse_set_cookie("a=1; Path=\"/x")->path, "");
  EXPECT_EQ(parse_set_cookie("a=")->value, "");
}

TEST(SetCookie, TakesMaxAgeOfZeroForDeleteNow) {
  EXPECT_EQ(parse_set_cookie("a=1; Max-Age=0")->max_age, -1);
  EXPECT_EQ(parse_set_cookie("a=1; Max-Age=-5")->max_age, -1);
  EXPECT_EQ(parse_set_cookie("a=1; Max-Age=05")->max_age, 0);
  EXPECT_EQ(parse_set_cookie("a=1; Max-Age=x")->max_age, 0);
}

TEST(Rfc1123, TakesNoOtherForm) {
  EXPECT_EQ(parse_rfc1123("Wed, 21 Oct 2015 07:28:00 GMT"), 1445412480);
  EXPECT_EQ(parse_rfc1123("Wed, 21 Oct 2015 07:28:00 CEST"), 1445412480);
  for (const char* text : {"", "Wed, 21-Oct-2015 07:28:00 GMT", "Wed, 2 Oct 2015 07:28:00 GMT",
                           "Wed, 21 Oct 2015 07:28:00 +0100", "Wed Oct 21 2015 07:28:00 GMT+0000",
                           "Wed, 31 Feb 2015 07:28:00 GMT"}) {
    EXPECT_EQ(parse_rfc1123(text), std::nullopt) << text;
  }
}

TEST(HttpDate, ReadsTheFormsThatServersSend) {
  constexpr std::int64_t kExpected = 1445412480;
  for (const char* text : {"Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21-Oct-2015 07:28:00 GMT",
                           "Wednesday, 21-Oct-15 07:28:00 GMT", "Wed Oct 21 07:28:00 2015"}) {
    EXPECT_EQ(parse_http_date(text), kExpected) << text;
  }
  for (const char* text : {"", "yesterday", "Wed, 31 Feb 2015 07:28:00 GMT", "21 Oct 2015",
                           "Wed, 21 Oct 2015 24:00:00 GMT", "21 Oct 99999 07:28:00"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

TEST(CookieHeader, CleansAsGoDoes) {
  std::string header = "raw=1";
  append_cookie(header, "sp", "x y");
  append_cookie(header, "bad\nname", "a;b\"c\xff");
  append_cookie(header, "e", "");
  EXPECT_EQ(header, R"(raw=1; sp="x y"; bad-name=abc; e=)");
}

TEST(CookieJar, SendsLongerPathsFirstThenOlderCookies) {
  CookieJar jar;
  set(jar, "http://127.0.0.1:1/plain", "a=1");
  set(jar, "http://127.0.0.1:1/plain", "b=\"x y\"");
  set(jar, "http://127.0.0.1:1/plain", "c=d; Path=/only");
  EXPECT_EQ(sent(jar, "http://127.0.0.1:1/only?q"), R"(c=d; a=1; b="x y")");
  EXPECT_EQ(sent(jar, "http://127.0.0.1:2/auth"), R"(a=1; b="x y")");
  set(jar, "http://127.0.0.1:1/plain", "a=2");
  EXPECT_EQ(sent(jar, "http://127.0.0.1:1/"), R"(a=2; b="x y")");
}

TEST(CookieJar, MatchesPathsBySegment) {
  CookieJar jar;
  set(jar, "http://h.test/a/b", "x=1");
  EXPECT_EQ(sent(jar, "http://h.test/a"), "x=1");
  EXPECT_EQ(sent(jar, "http://h.test/a/c"), "x=1");
  EXPECT_EQ(sent(jar, "http://h.test/ab"), "");
  EXPECT_EQ(sent(jar, "http://h.test/"), "");
}

TEST(CookieJar, KeepsCookiesToTheirDomain) {
  CookieJar jar;
  set(jar, "http://www.shop.test/", "host=1");
  set(jar, "http://www.shop.test/", "all=2; Domain=shop.test");
  set(jar, "http://www.shop.test/", "foreign=3; Domain=other.test");
  set(jar, "http://www.shop.test/", "below=4; Domain=a.www.shop.test");
  set(jar, "http://www.shop.test/", "dots=5; Domain=..test");
  EXPECT_EQ(sent(jar, "http://WWW.shop.test/"), "host=1; all=2");
  EXPECT_EQ(sent(jar, "http://api.shop.test/"), "all=2");
  EXPECT_EQ(sent(jar, "http://myshop.test/"), "");
  EXPECT_EQ(sent(jar, "http://other.test/"), "");
}

TEST(CookieJar, KeepsSecureCookiesToHttps) {
  CookieJar jar;
  set(jar, "http://h.test/", "s=1; Secure");
  EXPECT_EQ(sent(jar, "http://h.test/"), "");
  EXPECT_EQ(sent(jar, "https://h.test/"), "s=1");
  EXPECT_EQ(sent(jar, "ws://h.test/"), "");
}

TEST(CookieJar, ForgetsCookiesWhenTheirTimeHasCome) {
  CookieJar jar;
  set(jar, "http://h.test/", "short=1; Max-Age=10");
  set(jar, "http://h.test/", "past=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT");
  set(jar, "http://h.test/", "session=1");
  EXPECT_EQ(sent(jar, "http://h.test/", kNow + 9s), "short=1; session=1");
  EXPECT_EQ(sent(jar, "http://h.test/", kNow + 10s), "session=1");
  set(jar, "http://h.test/", "session=; Max-Age=0");
  EXPECT_EQ(sent(jar, "http://h.test/", kNow + 10s), "");
}

TEST(CookieJar, ClearsByUrlAndByName) {
  CookieJar jar;
  set(jar, "http://h.test/", "a=1");
  set(jar, "http://h.test/", "b=2");
  set(jar, "http://other.test/", "c=3");
  jar.remove(url("http://h.test/"), "a", kNow);
  EXPECT_EQ(sent(jar, "http://h.test/"), "b=2");
  jar.clear(url("http://h.test/"), kNow);
  EXPECT_EQ(sent(jar, "http://h.test/"), "");
  EXPECT_EQ(sent(jar, "http://other.test/"), "c=3");
  jar.reset();
  EXPECT_TRUE(jar.is_empty());
}

}  // namespace
}  // namespace proofload::http
