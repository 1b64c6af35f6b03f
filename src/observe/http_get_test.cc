#include "observe/http_get.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "observe/test_server.h"

namespace proofload::observe {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

Error error_of(const HttpRequest& request) {
  HttpClient client;
  auto response = client.fetch(request);
  EXPECT_FALSE(response.has_value());
  return response ? Error(ErrorKind::kInternal, "no error") : std::move(response).error();
}

TEST(HttpClient, ReadsAPageWithItsTypeAndTime) {
  TestServer server;
  server.get("/page", "hello");
  server.start();
  HttpClient client;

  const auto response = client.fetch({.url = server.url("/page?token=secret")});

  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->content_type, "text/plain");
  EXPECT_EQ(response->url, server.url("/page"));
  EXPECT_GT(response->took, Duration(0));
}

TEST(HttpClient, SendsFormsHeadersAndCredentials) {
  TestServer server;
  std::string seen;
  server.http().Post("/form", [&](const httplib::Request& request, httplib::Response&) {
    seen = request.get_header_value("Authorization") + "|" + request.get_header_value("X-Tenant") +
           "|" + request.get_param_value("query");
  });
  server.start();
  HttpClient client;
  const std::array fields{std::pair<std::string_view, std::string>("query", "up{a=\"b & c\"}")};

  const auto with_token = client.fetch({.url = server.url("/form"),
                                        .headers = {{"X-Tenant", "t1"}},
                                        .credentials = {.bearer = "abc\n"},
                                        .body = encode_form(fields)});

  ASSERT_TRUE(with_token);
  EXPECT_EQ(seen, "Bearer abc|t1|up{a=\"b & c\"}");
  ASSERT_TRUE(client.fetch(
      {.url = server.url("/form"), .credentials = {.user = "ann", .password = "pw"}, .body = ""}));
  EXPECT_EQ(seen, "Basic YW5uOnB3||");
}

TEST(HttpClient, HandsCredentialsToNoOtherHost) {
  TestServer other;
  std::string seen = "nothing came";
  other.http().Get("/", [&](const httplib::Request& request, httplib::Response&) {
    seen = request.get_header_value("Authorization");
  });
  other.start();
  TestServer server;
  server.http().Get("/", [&](const httplib::Request&, httplib::Response& response) {
    response.set_redirect(other.url("/"));
  });
  server.start();
  HttpClient client;

  ASSERT_TRUE(client.fetch({.url = server.url("/"), .credentials = {.bearer = "abc"}}));

  EXPECT_EQ(seen, "");
}

TEST(HttpClient, SaysThatNothingAnswers) {
  const DeadPort port(false);

  const Error error = error_of({.url = port.url("/metrics")});

  EXPECT_EQ(error.kind(), ErrorKind::kNetwork);
  EXPECT_EQ(error.message(), port.url("/metrics") + ": nothing answers there");
  EXPECT_THAT(error.hint(), HasSubstr("check that it runs"));
}

TEST(HttpClient, GivesUpASilentServerAfterItsTimeoutOnly) {
  const DeadPort port(true);
  const TimePoint start = monotonic_now();

  const Error error = error_of({.url = port.url("/"), .timeout = milliseconds(200)});

  EXPECT_THAT(error.message(), HasSubstr("no complete answer within 200ms"));
  EXPECT_LT(monotonic_now() - start, milliseconds(2000));
}

TEST(HttpClient, AsksAllAtOnceSoThatASilentOneDelaysNobodyElse) {
  TestServer server;
  server.get("/", "here");
  server.start();
  const DeadPort silent(true);
  const DeadPort refusing(false);
  HttpClient client;
  std::vector<HttpRequest> requests(4, {.url = silent.url("/"), .timeout = milliseconds(300)});
  requests.push_back({.url = server.url("/")});
  requests.push_back({.url = refusing.url("/")});
  const TimePoint start = monotonic_now();

  const auto results = client.fetch_all(requests);

  EXPECT_LT(monotonic_now() - start, milliseconds(1100));
  ASSERT_EQ(results.size(), 6);
  EXPECT_FALSE(results[0]);
  ASSERT_TRUE(results[4]);
  EXPECT_EQ(results[4]->body, "here");
  EXPECT_LT(results[4]->took, milliseconds(300));
  EXPECT_FALSE(results[5]);
}

TEST(HttpClient, RefusesAnAnswerThatIsTooLarge) {
  TestServer server;
  server.get("/", std::string(5000, 'x'));
  server.start();

  const Error error = error_of({.url = server.url("/"), .body_max = 4096});

  EXPECT_EQ(error.message(), server.url("/") + ": answers more than 4096 bytes");
}

TEST(HttpClient, SurvivesACircleOfRedirects) {
  TestServer server;
  server.http().Get("/a", [](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("/a");
  });
  server.start();

  EXPECT_THAT(error_of({.url = server.url("/a")}).message(), HasSubstr("redirects in a circle"));
}

TEST(HttpClient, ReadsNoFilesAndNoOtherSchemes) {
  EXPECT_THAT(error_of({.url = "file:///etc/passwd"}).message(), HasSubstr("not an address"));
  EXPECT_THAT(error_of({.url = "localhost:9090"}).message(), HasSubstr("not an address"));
  EXPECT_THAT(error_of({.url = ""}).message(), HasSubstr("(invalid URL)"));
}

TEST(HttpClient, ShowsNoSecretInAnError) {
  const DeadPort port(false);
  const std::string url =
      fmt::format("http://ann:canary@127.0.0.1:{}/q?token=canary#canary", port.port());

  const Error error = error_of({.url = url, .credentials = {.bearer = "canary"}});

  EXPECT_THAT(error.message() + error.hint(), Not(HasSubstr("canary")));
  EXPECT_THAT(error.message(), HasSubstr(port.url("/q")));
}

Error json_error(int status, const std::string& type, const std::string& body) {
  auto json =
      parse_json({.url = "http://prom/", .status = status, .content_type = type, .body = body});
  EXPECT_FALSE(json.has_value());
  return json ? Error(ErrorKind::kInternal, "no error") : std::move(json).error();
}

TEST(ParseJson, SaysWhatToDoAboutEachRefusal) {
  EXPECT_THAT(json_error(401, "", "").hint(), HasSubstr("token"));
  EXPECT_THAT(json_error(403, "", "").hint(), HasSubstr("right to read"));
  EXPECT_THAT(json_error(404, "", "").hint(), HasSubstr("path"));
  EXPECT_THAT(json_error(429, "", "").hint(), HasSubstr("less often"));
  EXPECT_THAT(json_error(503, "", "").hint(), HasSubstr("log"));
}

TEST(ParseJson, TellsAPageOfHtmlFromBrokenJson) {
  EXPECT_THAT(json_error(200, "text/html; charset=utf-8", "Log in").message(), HasSubstr("HTML"));
  EXPECT_THAT(json_error(200, "application/json", "\n<!doctype html>").message(),
              HasSubstr("HTML"));
  EXPECT_EQ(json_error(200, "application/json", R"({"a":)").message(), "http://prom/: not JSON");
}

TEST(ParseJson, TakesManyBracketsWithoutHarm) {
  EXPECT_EQ(json_error(200, "application/json", std::string(100'000, '[')).message(),
            "http://prom/: not JSON");
}

}  // namespace
}  // namespace proofload::observe
