#include "http/client.h"

#include <chrono>
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
using testing::Not;
using testing::StartsWith;

INSTANTIATE_TEST_SUITE_P(Io, ClientTest,
                         testing::Values(runtime::IoKind::kUring, runtime::IoKind::kEpoll),
                         [](const auto& kind) {
                           return kind.param == runtime::IoKind::kUring ? "Uring" : "Epoll";
                         });

TEST_P(ClientTest, ReusesItsConnection) {
  run([](Peer& peer, int) { peer.answer_all(ok("hello")); },
      [&](Client& client, TestServer& server) {
        for (int i = 0; i < 3; ++i) {
          const Response response = get(client, server.url("/a?b=c"));
          EXPECT_EQ(response.outcome, Outcome::kAnswered);
          EXPECT_EQ(response.status, 200);
          EXPECT_EQ(response.body, "hello");
          EXPECT_EQ(response.head.status_text(), "200 OK");
          EXPECT_EQ(response.remote_ip, "127.0.0.1");
          EXPECT_EQ(response.remote_port, server.port());
          EXPECT_EQ(response.url, server.url("/a?b=c"));
        }
        const std::string hop = "GET " + server.url("/a?b=c") + " 200 0";
        EXPECT_THAT(notes_.hops, ElementsAre(hop, hop + " reused", hop + " reused"));
        EXPECT_EQ(server.connection_count(), 1);
        EXPECT_EQ(client.idle_connection_count(), 1U);
        EXPECT_GT(notes_.timings[0].connecting, Duration::zero());
        EXPECT_GE(notes_.timings[0].blocked, notes_.timings[0].connecting);
        EXPECT_EQ(notes_.timings[1].blocked, Duration::zero());
        EXPECT_EQ(notes_.timings[1].connecting, Duration::zero());
        EXPECT_GT(notes_.timings[1].waiting, Duration::zero());
        const std::string wire = server.requests()[0];
        EXPECT_EQ(client.take_byte_counts().sent, wire.size() * 3);
        EXPECT_EQ(client.take_byte_counts().received, 0U);
      });
}

TEST_P(ClientTest, CountsReceivedBytes) {
  run([](Peer& peer, int) { peer.answer_all(ok("hello")); },
      [&](Client& client, TestServer& server) {
        get(client, server.url());
        EXPECT_EQ(client.take_byte_counts().received, ok("hello").size());
      });
}

TEST_P(ClientTest, OpensAConnectionForEveryRequestIfTold) {
  options_.no_connection_reuse = true;
  run([](Peer& peer, int) { peer.answer_all(ok("")); },
      [&](Client& client, TestServer& server) {
        get(client, server.url());
        get(client, server.url());
        EXPECT_EQ(server.connection_count(), 2);
        EXPECT_THAT(server.requests()[0], EndsWith("Connection: close\r\n\r\n"));
      });
}

TEST_P(ClientTest, ClosesConnectionsBetweenIterationsIfTold) {
  options_.no_vu_connection_reuse = true;
  run([](Peer& peer, int) { peer.answer_all(ok("")); },
      [&](Client& client, TestServer& server) {
        get(client, server.url());
        get(client, server.url());
        client.end_of_iteration();
        EXPECT_EQ(client.idle_connection_count(), 0U);
        get(client, server.url());
        EXPECT_EQ(server.connection_count(), 2);
      });
}

TEST_P(ClientTest, ObeysTheServersConnectionClose) {
  run([](Peer& peer, int) { peer.answer_all("HTTP/1.1 204 x\r\nConnection: close\r\n\r\n"); },
      [&](Client& client, TestServer& server) {
        get(client, server.url());
        get(client, server.url());
        EXPECT_EQ(server.connection_count(), 2);
      });
}

TEST_P(ClientTest, DropsAConnectionThatSaysMoreThanItsResponse) {
  run([](Peer& peer, int) { peer.answer_all(ok("hello") + "HTTP/1.1 200 OK\r\n"); },
      [&](Client& client, TestServer& server) {
        EXPECT_EQ(get(client, server.url()).body, "hello");
        EXPECT_EQ(get(client, server.url()).body, "hello");
        EXPECT_EQ(server.connection_count(), 2);
      });
}

TEST_P(ClientTest, RetriesOnANewConnectionWhatAKeptOneLost) {
  // The first connection answers once and closes when it is asked again.
  run(
      [](Peer& peer, int index) {
        if (index > 0) return peer.answer_all(ok("again"));
        peer.read_request();
        peer.write(ok("first"));
        peer.read_request();
      },
      [&](Client& client, TestServer& server) {
        EXPECT_EQ(get(client, server.url()).body, "first");
        EXPECT_EQ(get(client, server.url()).body, "again");
        EXPECT_EQ(server.connection_count(), 2);
        EXPECT_EQ(notes_.hops.size(), 2U);
        EXPECT_THAT(notes_.hops[1], EndsWith("200 0"));
      });
}

TEST_P(ClientTest, DoesNotRepeatWhatMayHaveTakenEffect) {
  run(
      [](Peer& peer, int) {
        peer.read_request();
        peer.write(ok("first"));
        peer.read_request();
      },
      [&](Client& client, TestServer& server) {
        get(client, server.url());
        const Response response = get(client, server.url(), {.method = "POST"});
        EXPECT_EQ(response.outcome, Outcome::kFailed);
        EXPECT_EQ(response.error, "EOF");
        EXPECT_EQ(response.error_code, 1000);
        EXPECT_EQ(response.log_error, "Post \"" + server.url() + "\": EOF");
        EXPECT_EQ(server.connection_count(), 1);
      });
}

TEST_P(ClientTest, SendsATraceparentThatDiffersFromCallToCall) {
  run(
      [](Peer& peer, int) {
        while (const auto request = peer.read_request()) peer.write(ok(*request));
      },
      [&](Client& client, TestServer& server) {
        const auto echoed = [&](std::string_view parent) {
          return get(client, server.url(),
                     {.method = "POST", .traceparent = parent, .body = "b", .has_body = true})
              .body;
        };
        EXPECT_THAT(echoed("00-a-b-01"), EndsWith("\r\ntraceparent: 00-a-b-01\r\n\r\nb"));
        EXPECT_THAT(echoed("00-c-d-01"), EndsWith("\r\ntraceparent: 00-c-d-01\r\n\r\nb"));
        EXPECT_THAT(echoed(""), ::testing::Not(HasSubstr("traceparent")));
      });
}

TEST_P(ClientTest, SendsALargeBodyAndReadsALargeAnswer) {
  const std::string body(3'000'000, 'b');
  run(
      [](Peer& peer, int) {
        while (const auto request = peer.read_request()) {
          peer.write(ok(request->substr(request->find("\r\n\r\n") + 4)));
        }
      },
      [&](Client& client, TestServer& server) {
        const Request request{.method = "POST", .body = body, .has_body = true};
        EXPECT_TRUE(get(client, server.url(), request).body == body);
        EXPECT_TRUE(get(client, server.url(), request).body == body);
        EXPECT_EQ(server.connection_count(), 1);
      });
}

TEST_P(ClientTest, SendsAnEmptyBodyChunkedAsGoDoes) {
  run([](Peer& peer, int) { peer.answer_all(ok("")); },
      [&](Client& client, TestServer& server) {
        get(client, server.url(), {.method = "POST", .has_body = true});
        EXPECT_THAT(server.requests()[0], EndsWith("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
      });
}

TEST_P(ClientTest, CompressesRequestBodies) {
  const std::vector<Compression> gzip = {Compression::kGzip};
  run([](Peer& peer, int) { peer.answer_all(ok("")); },
      [&](Client& client, TestServer& server) {
        const Response response =
            get(client, server.url(),
                {.method = "POST", .body = "aaaa", .has_body = true, .compressions = gzip});
        EXPECT_THAT(server.requests()[0], HasSubstr("Content-Encoding: gzip\r\n"));
        EXPECT_THAT(server.requests()[0], EndsWith("\r\n\r\n" + response.request_body));
        EXPECT_EQ(decompress(response.request_body, "gzip", 100).value(), "aaaa");
      });
}

TEST_P(ClientTest, DecompressesAnswersWithinItsLimit) {
  const std::vector<Compression> gzip = {Compression::kGzip};
  const std::string packed = compress(std::string(2000, 'a'), gzip);
  const std::string answer =
      fmt::format("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n{}",
                  packed.size(), packed);
  const auto script = [&](Peer& peer, int) { peer.answer_all(answer); };
  run(script, [&](Client& client, TestServer& server) {
    EXPECT_EQ(get(client, server.url()).body, std::string(2000, 'a'));
    EXPECT_EQ(get(client, server.url(), {.response_type = ResponseType::kNone}).body, "");
  });
  options_.body_bytes_max = 1000;
  run(script, [&](Client& client, TestServer& server) {
    const Response response = get(client, server.url());
    EXPECT_EQ(response.error_code, 1701);
    EXPECT_EQ(response.error,
              "error decompressing response body (decompressed body is larger than 1000 bytes)");
    EXPECT_EQ(response.status, 0);
    EXPECT_EQ(response.body, "");
    // The connection itself is fine.
    EXPECT_EQ(client.idle_connection_count(), 1U);
  });
}

TEST_P(ClientTest, AnswersAnUpgradeWithAnError) {
  run([](Peer& peer, int) { peer.answer_all("HTTP/1.1 101 Switching Protocols\r\n\r\n"); },
      [&](Client& client, TestServer& server) {
        const Response response = get(client, server.url());
        EXPECT_EQ(response.outcome, Outcome::kUnsupported);
        EXPECT_EQ(response.error, "unsupported response status: 101 Switching Protocols");
        EXPECT_TRUE(notes_.hops.empty());
      });
}

TEST_P(ClientTest, StopsAtOnceWhenTheVuIsStopped) {
  run([](Peer& peer, int) { peer.wait_for_end(); },
      [&](Client& client, TestServer& server) {
        runtime::Fiber stopper;
        loop_->spawn(stopper, [&] { client.cancel_all(); });
        EXPECT_EQ(get(client, server.url()).outcome, Outcome::kStopped);
        EXPECT_EQ(get(client, server.url()).outcome, Outcome::kStopped);
        EXPECT_TRUE(notes_.hops.empty());
        EXPECT_FALSE(runtime::Fiber::current()->is_cancelled());
        client.resume();
        EXPECT_EQ(get(client, server.url(), {.timeout = milliseconds(5)}).error_code, 1050);
        while (!stopper.is_idle()) loop_->yield();
      });
}

TEST_P(ClientTest, StopsWhenItsFiberIsCancelled) {
  run([](Peer& peer, int) { peer.wait_for_end(); },
      [&](Client& client, TestServer& server) {
        runtime::Fiber& self = *runtime::Fiber::current();
        runtime::Fiber stopper;
        loop_->spawn(stopper, [&] { loop_->cancel(self); });
        EXPECT_EQ(get(client, server.url()).outcome, Outcome::kStopped);
        EXPECT_TRUE(self.is_cancelled());
        self.clear_cancel();
        while (!stopper.is_idle()) loop_->yield();
      });
}

TEST_P(ClientTest, WaitsForTheRateLimitBeforeTheClockStarts) {
  int count = 0;
  options_.throttle = [&] {
    ++count;
    loop_->sleep_for(milliseconds(5));
  };
  run([](Peer& peer, int) { peer.answer_all(ok("")); },
      [&](Client& client, TestServer& server) {
        get(client, server.url());
        const Response response = get(client, server.url(), {.timeout = milliseconds(4000)});
        EXPECT_EQ(count, 2);
        EXPECT_EQ(response.timings.blocked, Duration::zero());
      });
}

TEST_P(ClientTest, ShowsBothSidesForHttpDebug) {
  options_.http_debug = HttpDebug::kFull;
  run([](Peer& peer, int) { peer.answer_all(ok("hello")); },
      [&](Client& client, TestServer& server) {
        get(client, server.url("/x"), {.response_type = ResponseType::kNone});
        ASSERT_EQ(notes_.dumps.size(), 2U);
        EXPECT_THAT(notes_.dumps[0], StartsWith("Request:\nGET /x HTTP/1.1\nHost: "));
        EXPECT_EQ(notes_.dumps[1], "Response:\nHTTP/1.1 200 OK\nContent-Length: 5\n\nhello\n");
        EXPECT_THAT(server.requests()[0], Not(HasSubstr("Accept-Encoding")));
      });
}

}  // namespace
}  // namespace proofload::http
