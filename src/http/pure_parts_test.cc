#include <map>
#include <string>

#include <gtest/gtest.h>

#include "http/auth.h"
#include "http/debug_dump.h"
#include "http/error_code.h"
#include "http/expected_statuses.h"
#include "http/form.h"
#include "http/headers.h"
#include "http/proxy.h"
#include "http/quote.h"
#include "http/redirect.h"

namespace proofload::http {
namespace {

TEST(Headers, AreSpelledAsGoSpellsThem) {
  EXPECT_EQ(canonical_name("content-TYPE"), "Content-Type");
  EXPECT_EQ(canonical_name("x-1a-b"), "X-1a-B");
  EXPECT_EQ(canonical_name("bad name"), "bad name");
  EXPECT_EQ(canonical_name(""), "");
}

TEST(Headers, FindATokenInAList) {
  EXPECT_TRUE(has_list_token("a, Close ,b", "close"));
  EXPECT_FALSE(has_list_token("closed", "close"));
  EXPECT_FALSE(has_list_token("", "close"));
}

TEST(Quote, WritesGosEscapes) {
  EXPECT_EQ(quote("a\"b\\c\n\x01é\xff\x7f"), R"("a\"b\\c\n\x01é\xff\x7f")");
  EXPECT_EQ(quote("\xe2\x82"), R"("\xe2\x82")");
  EXPECT_EQ(quote("\xc2\xa0"), R"("\u00a0")");
}

TEST(ExpectedStatuses, AreTwoAndThreeHundredsAtFirst) {
  const auto statuses = ExpectedStatuses::successful();
  EXPECT_TRUE(statuses.contains(200));
  EXPECT_TRUE(statuses.contains(399));
  EXPECT_FALSE(statuses.contains(400));
  EXPECT_FALSE(statuses.contains(0));
  ExpectedStatuses own;
  own.add(404);
  own.add_range(500, 503);
  EXPECT_TRUE(own.contains(404) && own.contains(503));
  EXPECT_FALSE(own.contains(200));
}

TEST(Form, SortsKeysAndKeepsTheOrderOfValues) {
  EXPECT_EQ(encode_form({{"z", "1"},
                         {"a", "x"},
                         {"a", "y z"},
                         {"n", "3"},
                         {"t", "true"},
                         {"e", "é&="},
                         {"o", "<nil>"}}),
            "a=x&a=y+z&e=%C3%A9%26%3D&n=3&o=%3Cnil%3E&t=true&z=1");
  EXPECT_EQ(encode_form({}), "");
}

TEST(Multipart, WritesWhatK6Writes) {
  MultipartWriter writer("c80fb6");
  writer.add_file("f", "na\"me.txt", "text/plain", "data");
  writer.add_field("k", "v");
  EXPECT_EQ(writer.content_type(), "multipart/form-data; boundary=c80fb6");
  EXPECT_EQ(writer.finish(),
            "--c80fb6\r\nContent-Disposition: form-data; name=\"f\"; filename=\"na\\\"me.txt\"\r\n"
            "Content-Type: text/plain\r\n\r\ndata\r\n--c80fb6\r\n"
            "Content-Disposition: form-data; name=\"k\"\r\n\r\nv\r\n--c80fb6--\r\n");
  EXPECT_EQ(random_boundary().size(), 60U);
}

TEST(BasicAuth, EncodesCredentials) {
  EXPECT_EQ(basic_authorization("us er", "pa:ss"), "Basic dXMgZXI6cGE6c3M=");
}

TEST(DigestAuth, AnswersTheChallengeOfRfc2617) {
  const auto challenge = DigestChallenge::parse(
      R"(Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41")");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(
      digest_authorization(*challenge, {.username = "Mufasa",
                                        .password = "Circle Of Life",
                                        .method = "GET",
                                        .target = "/dir/index.html",
                                        .client_nonce = "0a4f113b"}),
      R"(Digest username="Mufasa", realm="testrealm@host.com", )"
      R"(nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", )"
      R"(response="6629fae49393a05397450978507c4ef1", )"
      R"(opaque="5ccc069c403ebaf9f0171e9517f40e41", qop=auth, nc=00000001, cnonce="0a4f113b")");
}

TEST(DigestAuth, AnswersTheSha256ChallengeOfRfc7616) {
  const auto challenge = DigestChallenge::parse(
      R"(digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, )"
      R"(nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", )"
      R"(opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS")");
  ASSERT_TRUE(challenge);
  const std::string answer = digest_authorization(
      *challenge, {.username = "Mufasa",
                   .password = "Circle of Life",
                   .method = "GET",
                   .target = "/dir/index.html",
                   .client_nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"});
  EXPECT_NE(answer.find("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
            std::string::npos);
}

TEST(DigestAuth, SaysWhatItCannotAnswer) {
  EXPECT_FALSE(DigestChallenge::parse("Basic realm=\"x\""));
  EXPECT_EQ(DigestChallenge::parse("Digest nonce=\"x\", algorithm=SHA-512").error().message(),
            "digest: unsupported algorithm 'SHA-512'");
  EXPECT_FALSE(DigestChallenge::parse("Digest nonce=\"x\", qop=\"auth-int\""));
  EXPECT_TRUE(DigestChallenge::parse("Digest nonce=\"unclosed"));
}

std::string proxy_for(const std::map<std::string, std::string, std::less<>>& environment,
                      std::string_view url) {
  const auto config = ProxyConfig::create(environment);
  EXPECT_TRUE(config);
  const Url* proxy = config->proxy_for(*Url::parse(url));
  return proxy == nullptr ? "direct" : proxy->to_string();
}

TEST(Proxy, IsChosenByScheme) {
  const std::map<std::string, std::string, std::less<>> environment = {
      {"http_proxy", "http://low:1"}, {"HTTP_PROXY", "up:2"}, {"https_proxy", "https://s:3"}};
  EXPECT_EQ(proxy_for(environment, "http://shop.test/"), "http://up:2");
  EXPECT_EQ(proxy_for(environment, "https://shop.test/"), "https://s:3");
  EXPECT_EQ(proxy_for({}, "http://shop.test/"), "direct");
}

TEST(Proxy, IsNeverUsedForLoopback) {
  const std::map<std::string, std::string, std::less<>> environment = {{"HTTP_PROXY", "p:1"}};
  EXPECT_EQ(proxy_for(environment, "http://localhost:8080/"), "direct");
  EXPECT_EQ(proxy_for(environment, "http://127.8.9.1/"), "direct");
  EXPECT_EQ(proxy_for(environment, "http://[::1]/"), "direct");
}

TEST(Proxy, IsBypassedByEveryFormOfRule) {
  const std::map<std::string, std::string, std::less<>> environment = {
      {"HTTP_PROXY", "p:1"},
      {"NO_PROXY", "shop.test, .dot.test,*.star.test, port.test:81, 10.0.0.0/8, 192.168.1.1"}};
  for (const char* url :
       {"http://shop.test/", "http://a.shop.test/", "http://a.dot.test/", "http://a.star.test/",
        "http://port.test:81/", "http://10.1.2.3/", "http://192.168.1.1/"}) {
    EXPECT_EQ(proxy_for(environment, url), "direct") << url;
  }
  for (const char* url : {"http://myshop.test/", "http://dot.test/", "http://star.test/",
                          "http://port.test/", "http://11.1.2.3/"}) {
    EXPECT_EQ(proxy_for(environment, url), "http://p:1") << url;
  }
  EXPECT_EQ(proxy_for({{"HTTP_PROXY", "p:1"}, {"NO_PROXY", "*"}}, "http://any.test/"), "direct");
}

TEST(Proxy, SaysWhichVariableIsWrong) {
  EXPECT_EQ(ProxyConfig::create({{"HTTPS_PROXY", "ftp://x"}}).error().message(),
            "HTTPS_PROXY: 'ftp://x' is no proxy address");
}

ResponseHead redirect_head(std::string_view status, std::string_view location) {
  ResponseParser parser;
  ResponseHead head;
  std::string body;
  parser.start(head, body, {.is_head = true});
  parser.consume("HTTP/1.1 " + std::string(status) + " x\r\nLocation: " + std::string(location) +
                 "\r\n\r\n");
  return head;
}

TEST(Redirect, KeepsMethodAndBodyFor307And308Only) {
  const Url from = *Url::parse("http://a/x/y");
  for (const char* status : {"301", "302", "303"}) {
    const auto found = find_redirect(redirect_head(status, "z"), "POST", from).value();
    ASSERT_TRUE(found) << status;
    EXPECT_EQ(found->method, "GET");
    EXPECT_EQ(found->url.to_string(), "http://a/x/z");
    EXPECT_FALSE(found->keeps_body);
    EXPECT_EQ(find_redirect(redirect_head(status, "z"), "HEAD", from).value()->method, "HEAD");
  }
  const auto kept = find_redirect(redirect_head("308", "//b/"), "PUT", from).value();
  EXPECT_EQ(kept->method, "PUT");
  EXPECT_TRUE(kept->keeps_body);
  EXPECT_FALSE(find_redirect(redirect_head("304", "z"), "GET", from).value());
  EXPECT_FALSE(find_redirect(redirect_head("302", ""), "GET", from).value());
  EXPECT_EQ(find_redirect(redirect_head("302", "http://x y/"), "GET", from).error().message(),
            R"(failed to parse Location header "http://x y/": parse "http://x y/": )"
            R"(invalid character " " in host name)");
}

TEST(Redirect, TakesCredentialsNowhereElse) {
  const Url from = *Url::parse("https://u:p@shop.test/a");
  HeaderSet headers;
  for (const char* name : {"Authorization", "Cookie", "Content-Type", "X-Own", "Host"}) {
    ASSERT_TRUE(headers.set(name, "v"));
  }
  HeaderSet below = headers;
  rewrite_headers({"GET", *Url::parse("https://api.shop.test/"), false, false}, from, {}, below);
  EXPECT_NE(below.find("Authorization"), nullptr);
  EXPECT_EQ(*below.find("Referer"), "https://shop.test/a");
  EXPECT_EQ(below.find("Content-Type"), nullptr);
  EXPECT_EQ(below.host(), "");

  HeaderSet away = headers;
  rewrite_headers({"GET", *Url::parse("http://other.test/"), true, true}, from, {}, away);
  EXPECT_EQ(away.find("Authorization"), nullptr);
  EXPECT_EQ(away.find("Cookie"), nullptr);
  EXPECT_EQ(away.find("Referer"), nullptr);  // from https to http
  EXPECT_NE(away.find("Content-Type"), nullptr);
  EXPECT_NE(away.find("X-Own"), nullptr);
  EXPECT_EQ(away.host(), "v");
}

TEST(ErrorCode, NamesConnectionFailuresAsK6Does) {
  using net::NetErrorKind;
  const auto refused = connection_failure(
      {NetErrorKind::kRefused, "dial", 111, "dial tcp 127.0.0.1:1: connect: connection refused"});
  EXPECT_EQ(static_cast<int>(refused.code), 1212);
  EXPECT_EQ(refused.message, "dial: connection refused");
  EXPECT_EQ(
      request_failed_text("GET", "http://127.0.0.1:1/refused", refused.detail),
      "Get \"http://127.0.0.1:1/refused\": dial tcp 127.0.0.1:1: connect: connection refused");
  const auto reset = connection_failure({NetErrorKind::kReset, "read", 104, "read tcp a->b: x"});
  EXPECT_EQ(static_cast<int>(reset.code), 1220);
  EXPECT_EQ(reset.message, "read: connection reset by peer");
  const auto dns = connection_failure({NetErrorKind::kDnsNoSuchHost, "lookup", 0, "lookup x: no"});
  EXPECT_EQ(static_cast<int>(dns.code), 1101);
  EXPECT_EQ(dns.message, "lookup: no such host");
  const auto unreachable = connection_failure({NetErrorKind::kErrno, "dial", 113, "dial tcp x"});
  EXPECT_EQ(static_cast<int>(unreachable.code), 1213);
  EXPECT_EQ(unreachable.message, "dial: unknown errno 113 error with msg `no route to host`");
  const auto alert = connection_failure(
      {NetErrorKind::kTlsAlert, "tls", 0, "remote error: tls: handshake failure"});
  EXPECT_EQ(static_cast<int>(alert.code), 1010);
  EXPECT_EQ(alert.message, "remote error: tls: handshake failure");
  EXPECT_EQ(request_timeout().message, "request timeout");
  EXPECT_EQ(error_code_of_status(404), 1404);
  EXPECT_EQ(error_code_of_status(399), 0);
}

TEST(DebugDump, ShowsWhatK6Shows) {
  EXPECT_EQ(dump_request("POST /order HTTP/1.1\r\nHost: 127.0.0.1:38080\r\nX-Own: v\r\n\r\n", "a=1",
                         HttpDebug::kFull),
            "Request:\nPOST /order HTTP/1.1\nHost: 127.0.0.1:38080\nX-Own: v\n"
            "Accept-Encoding: gzip\n\na=1\n");
  ResponseParser parser;
  ResponseHead head;
  std::string body;
  parser.start(head, body, {});
  parser.consume(
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nSet-Cookie: sid=abc\r\n"
      "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
  EXPECT_EQ(dump_response(head, body, HttpDebug::kFull),
            "Response:\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\nConnection: keep-alive\n"
            "Content-Type: application/json\nSet-Cookie: sid=abc\n\n2\n{}\n0\n\n\n");
  EXPECT_EQ(dump_response(head, body, HttpDebug::kHeaders),
            "Response:\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\nConnection: keep-alive\n"
            "Content-Type: application/json\nSet-Cookie: sid=abc\n\n\n");
  EXPECT_EQ(random_request_id().size(), 36U);
}

}  // namespace
}  // namespace proofload::http
