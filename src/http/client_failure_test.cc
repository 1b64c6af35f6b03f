#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "http/client.h"
#include "http/test_client.h"

namespace proofload::http {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

// What a call becomes when the server, the network or the request is at fault.
class ClientFailureTest : public ClientTest {};

INSTANTIATE_TEST_SUITE_P(Io, ClientFailureTest,
                         testing::Values(runtime::IoKind::kUring, runtime::IoKind::kEpoll),
                         [](const auto& kind) {
                           return kind.param == runtime::IoKind::kUring ? "Uring" : "Epoll";
                         });

TEST_P(ClientFailureTest, ReportsARefusedConnection) {
  run([](Peer&, int) {},
      [&](Client& client, TestServer&) {
        const Response response = get(client, "http://user:pw@127.0.0.1:1/refused");
        EXPECT_EQ(response.outcome, Outcome::kFailed);
        EXPECT_EQ(response.status, 0);
        EXPECT_EQ(response.error_code, 1212);
        EXPECT_EQ(response.error, "dial: connection refused");
        EXPECT_EQ(response.log_error,
                  "Get \"http://user:***@127.0.0.1:1/refused\": dial tcp 127.0.0.1:1: connect: "
                  "connection refused");
        EXPECT_THAT(notes_.hops, ElementsAre("GET http://****:****@127.0.0.1:1/refused 0 1212"));
        EXPECT_EQ(notes_.timings[0].duration(), Duration::zero());
      });
}

TEST_P(ClientFailureTest, ReportsAReset) {
  run(
      [](Peer& peer, int) {
        peer.read_request();
        peer.reset();
      },
      [&](Client& client, TestServer& server) {
        const Response response = get(client, server.url());
        EXPECT_EQ(response.error_code, 1220);
        EXPECT_EQ(response.error, "read: connection reset by peer");
        EXPECT_THAT(response.log_error,
                    StartsWith("Get \"" + server.url() + "\": read tcp 127.0.0.1:"));
        EXPECT_THAT(response.log_error, EndsWith(": read: connection reset by peer"));
        EXPECT_THAT(notes_.errors, ElementsAre("read: connection reset by peer"));
      });
}

TEST_P(ClientFailureTest, ReportsALyingContentLength) {
  run(
      [](Peer& peer, int) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 10\r\n\r\nhalf");
      },
      [&](Client& client, TestServer& server) {
        const Response response = get(client, server.url());
        EXPECT_EQ(response.outcome, Outcome::kFailed);
        EXPECT_EQ(response.status, 0);
        EXPECT_EQ(response.error, "unexpected EOF");
        EXPECT_EQ(response.error_code, 1000);
        // Below the head Go does not say what the request was.
        EXPECT_EQ(response.log_error, "unexpected EOF");
        EXPECT_EQ(response.body, "half");
        EXPECT_EQ(response.head.header_count(), 0U);
        EXPECT_THAT(notes_.hops, ElementsAre("GET " + server.url() + " 0 1000"));
      });
}

TEST_P(ClientFailureTest, ReportsWhatIsNotHttp) {
  run(
      [](Peer& peer, int) {
        peer.read_request();
        peer.write("220 smtp ready\r\n");
        peer.wait_for_end();
      },
      [&](Client& client, TestServer& server) {
        const Response response = get(client, server.url());
        EXPECT_EQ(response.error, "malformed HTTP status code \"smtp\"");
        EXPECT_EQ(response.log_error,
                  "Get \"" + server.url() +
                      "\": net/http: HTTP/1.x transport connection broken: malformed HTTP status "
                      "code \"smtp\"");
      });
}

TEST_P(ClientFailureTest, EndsASlowDripAtTheTimeout) {
  run(
      [this](Peer& peer, int) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while (loop_->sleep_for(milliseconds(2))) peer.write("x");
      },
      [&](Client& client, TestServer& server) {
        const Response response = get(client, server.url(), {.timeout = milliseconds(30)});
        EXPECT_EQ(response.outcome, Outcome::kFailed);
        EXPECT_EQ(response.error, "request timeout");
        EXPECT_EQ(response.error_code, 1050);
        EXPECT_EQ(response.log_error, "request timeout");
        EXPECT_GE(response.timings.duration(), milliseconds(15));
        EXPECT_EQ(client.idle_connection_count(), 0U);
      });
}

TEST_P(ClientFailureTest, EndsASilentServerAtTheTimeout) {
  run([](Peer& peer, int) { peer.wait_for_end(); },
      [&](Client& client, TestServer& server) {
        const Response response = get(client, server.url(), {.timeout = milliseconds(20)});
        EXPECT_EQ(response.error_code, 1050);
        EXPECT_EQ(response.log_error, "Get \"" + server.url() + "\": request timeout");
        EXPECT_GE(response.timings.waiting, milliseconds(10));
        EXPECT_EQ(response.timings.receiving, Duration::zero());
      });
}

TEST_P(ClientFailureTest, RefusesWhatCannotBeSent) {
  run([](Peer&, int) {},
      [&](Client& client, TestServer&) {
        const Response invalid = get(client, "http://x y/");
        EXPECT_EQ(invalid.outcome, Outcome::kInvalid);
        EXPECT_EQ(invalid.error_code, 1020);
        EXPECT_EQ(invalid.error,
                  "invalid URL: parse \"http://x y/\": invalid character \" \" in host name");
        EXPECT_EQ(invalid.log_error, invalid.error);
        EXPECT_TRUE(notes_.hops.empty());

        const Response no_scheme = get(client, "not a url");
        EXPECT_EQ(no_scheme.outcome, Outcome::kFailed);
        EXPECT_EQ(no_scheme.error, "unsupported protocol scheme \"\"");
        EXPECT_EQ(no_scheme.log_error, "Get \"not%20a%20url\": unsupported protocol scheme \"\"");
        EXPECT_THAT(notes_.hops, ElementsAre("GET not%20a%20url 0 1000"));

        EXPECT_EQ(get(client, "http:///x").error, "http: no Host in request URL");
        EXPECT_EQ(get(client, "http://h/", {.method = "a b"}).error,
                  "net/http: invalid method \"a b\"");
        const std::vector<Header> bad = {{"X-A", "1\n2"}};
        EXPECT_EQ(get(client, "http://h/", {.headers = bad}).error,
                  "net/http: invalid header field value for \"X-A\"");
        EXPECT_EQ(get(client, "http://h/", {.auth = Auth::kNtlm}).error,
                  "ntlm authentication is not supported yet");
      });
}

}  // namespace
}  // namespace proofload::http
