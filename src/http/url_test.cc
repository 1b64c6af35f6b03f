#include "http/url.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace proofload::http {
namespace {

Url parsed(std::string_view text) {
  auto url = Url::parse(text);
  EXPECT_TRUE(url) << text;
  return url ? *url : Url();
}

std::string error_of(std::string_view text) {
  const auto url = Url::parse(text);
  return url ? "no error" : url.error().message();
}

TEST(Url, PrintsWhatItReadAndSendsWhatStandsInIt) {
  struct Case {
    const char* text;
    const char* printed;
    const char* host;
    const char* target;
  };
  const std::vector<Case> cases = {
      {"http://a/", "http://a/", "a", "/"},
      {"HTTP://A", "http://A", "A", "/"},
      {"http://a?x=1", "http://a?x=1", "a", "/?x=1"},
      {"http://a/p?", "http://a/p?", "a", "/p?"},
      // Spaces and non-ASCII letters stay raw in a query and are escaped in a path.
      {"http://a/only?q=a b&c=é#frag", "http://a/only?q=a b&c=é#frag", "a", "/only?q=a b&c=é"},
      {"http://a/p q/é", "http://a/p%20q/%C3%A9", "a", "/p%20q/%C3%A9"},
      // An escape that decoding would lose is kept as written.
      {"http://a/x%2Fy", "http://a/x%2Fy", "a", "/x%2Fy"},
      {"http://a/x%41y", "http://a/x%41y", "a", "/x%41y"},
      {"http://a/[x]", "http://a/[x]", "a", "/[x]"},
      {"http://[::1]:8080/", "http://[::1]:8080/", "[::1]:8080", "/"},
      {"http://us%20er:pa%3Ass@h:1/", "http://us%20er:pa%3Ass@h:1/", "h:1", "/"},
      {"not a url", "not%20a%20url", "", "not%20a%20url"},
      {"mailto:a@b", "mailto:a@b", "", "a@b"},
      {"http://a/#", "http://a/", "a", "/"},
      {"*", "*", "", "*"},
  };
  for (const Case& c : cases) {
    const Url url = parsed(c.text);
    EXPECT_EQ(url.to_string(), c.printed);
    EXPECT_EQ(url.host, c.host);
    EXPECT_EQ(url.request_target(), c.target);
  }
}

TEST(Url, RefusesInGosWords) {
  EXPECT_EQ(error_of("http://x y/"), R"(parse "http://x y/": invalid character " " in host name)");
  EXPECT_EQ(error_of("http://a/%zz"), R"(parse "http://a/%zz": invalid URL escape "%zz")");
  EXPECT_EQ(error_of("http://a/%"), R"(parse "http://a/%": invalid URL escape "%")");
  EXPECT_EQ(error_of("http://a:80x/"), R"(parse "http://a:80x/": invalid port ":80x" after host)");
  EXPECT_EQ(error_of("http://[::1/"), R"(parse "http://[::1/": missing ']' in host)");
  EXPECT_EQ(error_of("http://[zz]:1/"),
            R"(parse "http://[zz]:1/": invalid host: ParseAddr("zz"): unable to parse IP)");
  EXPECT_EQ(error_of("http://[1.2.3.4]/"), R"(parse "http://[1.2.3.4]/": invalid IP-literal)");
  EXPECT_NE(error_of("http://[::1%25]/"), "");
  EXPECT_NE(error_of("http://[::1%25a]b]/"), "");
  EXPECT_EQ(error_of(":x"), R"(parse ":x": missing protocol scheme)");
  EXPECT_EQ(error_of("1:x"), R"(parse "1:x": first path segment in URL cannot contain colon)");
  EXPECT_EQ(error_of("http://a/\n"),
            R"(parse "http://a/\n": net/url: invalid control character in URL)");
  EXPECT_EQ(error_of("http://u ser@a/"), R"(parse "http://u ser@a/": net/url: invalid userinfo)");
  EXPECT_EQ(error_of("http://%41/"), R"(parse "http://%41/": invalid URL escape "%41")");
}

TEST(Url, HidesCredentials) {
  EXPECT_EQ(parsed("http://user:pass@h:1/x?y").clean(), "http://****:****@h:1/x?y");
  EXPECT_EQ(parsed("http://user@h/").clean(), "http://****@h/");
  EXPECT_EQ(parsed("http://h/").clean(), "http://h/");
  EXPECT_EQ(parsed("http://user:pass@h/").redacted(), "http://user:***@h/");
}

TEST(Url, ResolvesReferencesAsRfc3986Section5) {
  const Url base = parsed("http://a/b/c/d;p?q");
  struct Case {
    const char* reference;
    const char* target;
  };
  const std::vector<Case> cases = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g;x", "http://a/b/c/g;x"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {"..g", "http://a/b/c/..g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/../h", "http://a/b/c/h"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
  };
  for (const Case& c : cases) {
    const auto resolved = base.resolve(c.reference);
    ASSERT_TRUE(resolved) << c.reference;
    EXPECT_EQ(resolved->to_string(), c.target) << c.reference;
  }
  EXPECT_FALSE(base.resolve("http://x y/"));
}

TEST(Url, KeepsCredentialsForARelativeReferenceOnly) {
  const Url base = parsed("http://u:p@a/b");
  EXPECT_EQ(base.resolve("/c")->to_string(), "http://u:p@a/c");
  EXPECT_EQ(base.resolve("http://a/c")->to_string(), "http://a/c");
}

TEST(Url, KnowsWhereToConnect) {
  EXPECT_EQ(parsed("http://h/").effective_port(), 80);
  EXPECT_EQ(parsed("https://h/").effective_port(), 443);
  EXPECT_EQ(parsed("https://h:8443/").effective_port(), 8443);
  EXPECT_EQ(parsed("http://h:70000/").effective_port(), 0);
  EXPECT_EQ(parsed("http://h:/").effective_port(), 80);
  EXPECT_EQ(parsed("http://[fe80::1%25lo]:81/").hostname(), "fe80::1%lo");
  EXPECT_EQ(parsed("http://[::1]/").hostname(), "::1");
  EXPECT_EQ(parsed("http://[::1]/").port(), "");
}

TEST(QueryEscape, TurnsSpacesIntoPlusAndBack) {
  std::string out;
  append_query_escaped("é&= +~", out);
  EXPECT_EQ(out, "%C3%A9%26%3D+%2B~");
  EXPECT_EQ(query_unescape(out).value(), "é&= +~");
  EXPECT_EQ(query_unescape("%4").error().message(), R"(invalid URL escape "%4")");
}

}  // namespace
}  // namespace proofload::http
