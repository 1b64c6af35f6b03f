#include "http/call.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "http/test_client.h"

namespace proofload::http {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

using CallTest = ClientTest;

INSTANTIATE_TEST_SUITE_P(Io, CallTest,
                         testing::Values(runtime::IoKind::kUring, runtime::IoKind::kEpoll),
                         [](const auto& kind) {
                           return kind.param == runtime::IoKind::kUring ? "Uring" : "Epoll";
                         });

// Answers by the path of the request line.
TestServer::Script by_path(std::function<std::string(std::string_view path)> answer) {
  return [answer = std::move(answer)](Peer& peer, int) {
    while (const auto request = peer.read_request()) {
      const auto begin = request->find(' ') + 1;
      peer.write(
          answer(std::string_view(*request).substr(begin, request->find(' ', begin) - begin)));
    }
  };
}

TEST_P(CallTest, ReportsEveryHopOfARedirect) {
  run(by_path([](std::string_view path) {
        if (path == "/a") return redirect(302, "/b?x=1");
        if (path == "/b?x=1") return redirect(301, "c");
        return ok("end");
      }),
      [&](Client& client, TestServer& server) {
        const Response response = get(client, server.url("/a"));
        EXPECT_EQ(response.body, "end");
        EXPECT_EQ(response.url, server.url("/c"));
        EXPECT_THAT(notes_.hops, ElementsAre("GET " + server.url("/a") + " 302 0",
                                             "GET " + server.url("/b?x=1") + " 301 0 reused",
                                             "GET " + server.url("/c") + " 200 0 reused"));
        EXPECT_EQ(server.connection_count(), 1);
        EXPECT_THAT(server.requests()[2], HasSubstr("Referer: " + server.url("/b?x=1") + "\r\n"));
        EXPECT_THAT(response.request_head, StartsWith("GET /a HTTP/1.1\r\n"));
      });
}

TEST_P(CallTest, StopsARedirectLoopAtTheLimit) {
  run(by_path([](std::string_view) { return redirect(302, "/again"); }),
      [&](Client& client, TestServer& server) {
        const Response response = get(client, server.url("/a"));
        EXPECT_EQ(response.outcome, Outcome::kAnswered);
        EXPECT_EQ(response.status, 302);
        EXPECT_EQ(response.body, "no");
        EXPECT_EQ(notes_.hops.size(), 11U);
        EXPECT_THAT(notes_.warnings,
                    ElementsAre("Stopped after 11 redirects and returned the redirection; pass "
                                "{ redirects: n } in request params or set global maxRedirects to "
                                "silence this|" +
                                server.url("/a")));
      });
}

TEST_P(CallTest, FollowsAsManyRedirectsAsTheCallSays) {
  run(by_path([](std::string_view) { return redirect(302, "/again"); }),
      [&](Client& client, TestServer& server) {
        get(client, server.url(), {.redirects = 0});
        EXPECT_EQ(notes_.hops.size(), 1U);
        get(client, server.url(), {.redirects = 2});
        EXPECT_EQ(notes_.hops.size(), 4U);
        EXPECT_THAT(notes_.warnings, IsEmpty());
      });
}

TEST_P(CallTest, RepeatsMethodAndBodyOnlyFor307And308) {
  run(by_path([](std::string_view path) {
        if (path == "/307") return redirect(307, "/end");
        if (path == "/303") return redirect(303, "/end");
        return ok("");
      }),
      [&](Client& client, TestServer& server) {
        const std::vector<Header> headers = {{"content-type", "text/own"}};
        const Request post{.method = "POST", .headers = headers, .body = "data", .has_body = true};
        get(client, server.url("/307"), post);
        get(client, server.url("/303"), post);
        EXPECT_THAT(server.requests()[1], StartsWith("POST /end"));
        EXPECT_THAT(server.requests()[1], EndsWith("\r\n\r\ndata"));
        EXPECT_THAT(server.requests()[3], StartsWith("GET /end"));
        EXPECT_THAT(server.requests()[3], EndsWith("\r\n\r\n"));
        EXPECT_THAT(server.requests()[3], Not(HasSubstr("Content-")));
      });
}

TEST_P(CallTest, FailsARedirectToNowhere) {
  run(by_path([](std::string_view path) {
        return path == "/bad" ? redirect(302, "http://x y/") : redirect(302, "ftp://h/");
      }),
      [&](Client& client, TestServer& server) {
        const Response bad = get(client, server.url("/bad"));
        EXPECT_EQ(bad.outcome, Outcome::kFailed);
        EXPECT_THAT(bad.error, StartsWith("failed to parse Location header \"http://x y/\""));
        const Response ftp = get(client, server.url("/ftp"));
        EXPECT_EQ(ftp.error, "unsupported protocol scheme \"ftp\"");
        EXPECT_EQ(ftp.url, "ftp://h/");
        EXPECT_THAT(notes_.hops, ElementsAre("GET " + server.url("/bad") + " 0 1000",
                                             "GET " + server.url("/ftp") + " 302 0 reused",
                                             "GET ftp://h/ 0 1000"));
      });
}

TEST_P(CallTest, KeepsCookiesFromHopToHop) {
  CookieJar jar;
  const std::vector<RequestCookie> cookies = {{"p", "q", false}, {"b", "own", true}};
  const std::vector<Header> headers = {{"Cookie", "raw=1"}};
  run(by_path([](std::string_view path) {
        if (path != "/a") return ok("");
        return std::string(
            "HTTP/1.1 302 x\r\nLocation: /b\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
            "Content-Length: 0\r\n\r\n");
      }),
      [&](Client& client, TestServer& server) {
        const Request request{.headers = headers, .cookies = cookies, .jar = &jar};
        get(client, server.url("/a"), request);
        get(client, server.url("/c"), {.jar = &jar});
        EXPECT_THAT(server.requests()[0], HasSubstr("Cookie: raw=1; p=q; b=own\r\n"));
        EXPECT_THAT(server.requests()[1], HasSubstr("Cookie: p=q; b=own; a=1\r\n"));
        EXPECT_THAT(server.requests()[2], HasSubstr("Cookie: a=1; b=2\r\n"));
      });
}

TEST_P(CallTest, AnswersADigestChallenge) {
  run(
      [](Peer& peer, int) {
        while (const auto request = peer.read_request()) {
          peer.write(request->find("Authorization: Digest ") == std::string::npos
                         ? "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-Authenticate: "
                           "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n\r\n"
                         : ok("in"));
        }
      },
      [&](Client& client, TestServer& server) {
        const std::string url = fmt::format("http://me:secret@127.0.0.1:{}/x", server.port());
        const Response response = get(client, url, {.auth = Auth::kDigest});
        EXPECT_EQ(response.body, "in");
        EXPECT_THAT(notes_.hops, ElementsAre("GET " + server.url("/x") + " 401 1401",
                                             "GET " + server.url("/x") + " 200 0 reused"));
        EXPECT_THAT(notes_.challenges, ElementsAre(true, false));
        EXPECT_THAT(server.requests()[0], Not(HasSubstr("Authorization")));
        EXPECT_THAT(server.requests()[1], HasSubstr("username=\"me\", realm=\"r\""));
      });
}

TEST_P(CallTest, GivesUpWhenTheDigestIsRefused) {
  run(by_path([](std::string_view) {
        return std::string(
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-Authenticate: "
            "Digest realm=\"r\", nonce=\"n\"\r\n\r\n");
      }),
      [&](Client& client, TestServer& server) {
        EXPECT_EQ(get(client, server.url(), {.auth = Auth::kDigest}).status, 401);
        EXPECT_EQ(notes_.hops.size(), 2U);
      });
}

TEST_P(CallTest, SendsBasicCredentialsOfTheUrl) {
  run(by_path([](std::string_view) { return ok(""); }), [&](Client& client, TestServer& server) {
    get(client, fmt::format("http://us%20er:pa%3Ass@127.0.0.1:{}/", server.port()));
    EXPECT_THAT(server.requests()[0], HasSubstr("Authorization: Basic dXMgZXI6cGE6c3M=\r\n"));
  });
}

TEST_P(CallTest, WarnsAboutAWrongContentLength) {
  const std::vector<Header> wrong = {{"content-length", "7"}};
  const std::vector<Header> right = {{"content-length", "2"}};
  run(by_path([](std::string_view) { return ok(""); }), [&](Client& client, TestServer& server) {
    const Request request{.method = "PUT", .headers = wrong, .body = "{}", .has_body = true};
    get(client, server.url(), request);
    Request good = request;
    good.headers = right;
    get(client, server.url(), good);
    EXPECT_THAT(notes_.warnings,
                ElementsAre("The specified Content-Length header \"7\" in the PUT request for " +
                            server.url() +
                            " doesn't match the actual request body length of 2, so it will be "
                            "ignored!|"));
    EXPECT_THAT(server.requests()[0], HasSubstr("Content-Length: 2\r\n"));
  });
}

TEST_P(CallTest, AsksAPlainProxyForTheWholeUrl) {
  run(by_path([](std::string_view path) { return ok(path); }), [&](Client&, TestServer& server) {
    ClientOptions options;
    options.proxy = *ProxyConfig::create(
        {{"HTTP_PROXY", fmt::format("http://u:p@127.0.0.1:{}", server.port())}});
    Transport transport(*loop_, *dialer_, *tls_, options);
    Client client(transport);
    EXPECT_EQ(get(client, "http://shop.test/a?b").body, "http://shop.test/a?b");
    EXPECT_EQ(get(client, "http://other.test:81/").body, "http://other.test:81/");
    EXPECT_EQ(server.connection_count(), 1);
    EXPECT_THAT(server.requests()[0], HasSubstr("Host: shop.test\r\n"));
    EXPECT_THAT(server.requests()[0], HasSubstr("Proxy-Authorization: Basic dTpw\r\n"));
  });
}

TEST_P(CallTest, OpensATunnelForHttps) {
  run(
      [](Peer& peer, int index) {
        peer.read_request();
        peer.write(index == 0 ? "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
                              : "HTTP/1.1 200 Connection established\r\n\r\nnot tls at all");
        peer.wait_for_end();
      },
      [&](Client&, TestServer& server) {
        ClientOptions options;
        options.proxy = *ProxyConfig::create({{"https_proxy", server.url()}});
        Transport transport(*loop_, *dialer_, *tls_, options);
        Client client(transport);
        const Response refused = get(client, "https://shop.test/");
        EXPECT_EQ(server.requests()[0],
                  "CONNECT shop.test:443 HTTP/1.1\r\nHost: shop.test:443\r\n"
                  "User-Agent: Grafana k6/2.2.0\r\n\r\n");
        EXPECT_EQ(refused.error, "proxyconnect tcp: Proxy Authentication Required");
        const Response garbled = get(client, "https://shop.test/");
        EXPECT_EQ(garbled.outcome, Outcome::kFailed);
        EXPECT_EQ(server.connection_count(), 2);
      });
}

// Holds every request until `count` are waiting, then answers all: proves that they overlap.
class Gate {
 public:
  explicit Gate(int count) : count_(count) {}
  TestServer::Script script() {
    return [this](Peer& peer, int) {
      while (peer.read_request()) {
        waiting_.push_back(&peer);
        most_waiting_ = std::max(most_waiting_, waiting_.size());
        if (static_cast<int>(waiting_.size()) < count_) continue;
        for (Peer* each : std::exchange(waiting_, {})) each->write(ok("through"));
      }
    };
  }
  std::size_t most_waiting() const { return most_waiting_; }

 private:
  int count_;
  std::vector<Peer*> waiting_;
  std::size_t most_waiting_ = 0;
};

TEST_P(CallTest, RunsABatchUpToItsLimitPerHost) {
  options_.batch = 20;
  options_.batch_per_host = 3;
  Gate gate(3);
  run(gate.script(), [&](Client& client, TestServer& server) {
    const std::string url = server.url();
    const std::vector<Request> requests(9, Request{.url = url});
    std::vector<Response> responses(9);
    client.batch(requests, responses);
    for (const Response& response : responses) EXPECT_EQ(response.body, "through");
    EXPECT_EQ(gate.most_waiting(), 3U);
    EXPECT_EQ(server.connection_count(), 3);
    EXPECT_EQ(client.idle_connection_count(), 3U);
  });
}

TEST_P(CallTest, RunsABatchUpToItsLimitForAll) {
  options_.batch = 2;
  options_.batch_per_host = 6;
  Gate gate(2);
  run(gate.script(), [&](Client& client, TestServer& server) {
    const std::string url = server.url();
    const std::vector<Request> requests(6, Request{.url = url});
    std::vector<Response> responses(6);
    client.batch(requests, responses);
    for (const Response& response : responses) EXPECT_EQ(response.body, "through");
    EXPECT_EQ(gate.most_waiting(), 2U);
  });
}

TEST_P(CallTest, GivesEveryRequestOfABatchItsOwnOutcome) {
  run(by_path([](std::string_view path) { return ok(path); }),
      [&](Client& client, TestServer& server) {
        const std::string good = server.url("/good");
        const std::vector<Request> requests = {
            {.url = good}, {.url = "http://x y/"}, {.url = "http://127.0.0.1:1/"}};
        std::vector<Response> responses(3);
        client.batch(requests, responses);
        EXPECT_EQ(responses[0].body, "/good");
        EXPECT_EQ(responses[1].error_code, 1020);
        EXPECT_EQ(responses[2].error_code, 1212);
      });
}

TEST_P(CallTest, EndsABatchWhenTheVuIsStopped) {
  run([](Peer& peer, int) { peer.wait_for_end(); },
      [&](Client& client, TestServer& server) {
        const std::string url = server.url();
        const std::vector<Request> requests(10, Request{.url = url});
        std::vector<Response> responses(10);
        runtime::Fiber stopper;
        loop_->spawn(stopper, [&] { client.cancel_all(); });
        client.batch(requests, responses);
        for (const Response& response : responses) EXPECT_EQ(response.outcome, Outcome::kStopped);
        EXPECT_EQ(client.running_call_count(), 0U);
        while (!stopper.is_idle()) loop_->yield();
      });
}

TEST_P(CallTest, EndsABatchWhenItsFiberIsCancelled) {
  run([](Peer& peer, int) { peer.wait_for_end(); },
      [&](Client& client, TestServer& server) {
        const std::string url = server.url();
        const std::vector<Request> requests(10, Request{.url = url});
        std::vector<Response> responses(10);
        runtime::Fiber& self = *runtime::Fiber::current();
        runtime::Fiber stopper;
        loop_->spawn(stopper, [&] { loop_->cancel(self); });
        client.batch(requests, responses);
        for (const Response& response : responses) EXPECT_EQ(response.outcome, Outcome::kStopped);
        self.clear_cancel();
        while (!stopper.is_idle()) loop_->yield();
      });
}

TEST_P(CallTest, CompletesAStartedCallOnAnotherFiber) {
  run(by_path([](std::string_view path) { return ok(path); }),
      [&](Client& client, TestServer& server) {
        const std::string url = server.url("/async");
        runtime::Waiter waiter(*loop_);
        Response response;
        client.start({.url = url}, response, [&] { waiter.notify(); });
        EXPECT_EQ(client.running_call_count(), 1U);
        EXPECT_EQ(response.body, "");
        EXPECT_EQ(waiter.wait(runtime::Timer::kNever), runtime::WaitResult::kNotified);
        EXPECT_EQ(response.body, "/async");
        EXPECT_EQ(client.running_call_count(), 0U);
      });
}

TEST_P(CallTest, TellsAStartedCallThatItWasStopped) {
  run([](Peer& peer, int) { peer.wait_for_end(); },
      [&](Client& client, TestServer& server) {
        const std::string url = server.url();
        runtime::Waiter waiter(*loop_);
        Response response;
        client.start({.url = url}, response, [&] { waiter.notify(); });
        loop_->yield();
        client.cancel_all();
        EXPECT_EQ(waiter.wait(runtime::Timer::kNever), runtime::WaitResult::kNotified);
        EXPECT_EQ(response.outcome, Outcome::kStopped);
      });
}

}  // namespace
}  // namespace proofload::http
