#include "net/tcp.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <vector>

#include <gtest/gtest.h>

#include "net/test_listener.h"
#include "runtime/loop.h"

namespace proofload::net {
namespace {

using runtime::Fiber;
using runtime::IoKind;
using runtime::Loop;
using runtime::Waiter;
using runtime::WaitResult;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Collects what arrives and lets a fiber wait for it.
class Collector final : public StreamHandler {
 public:
  explicit Collector(Loop& loop) : waiter_(loop) {}

  void on_data(std::span<const std::byte> bytes, TimePoint) override {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (close_at != 0 && text.size() >= close_at) stream_to_close->close();
    if (waiter_.is_waiting()) waiter_.notify();
  }
  void on_closed(const StreamEnd& end_seen) override {
    ++end_count;
    end = end_seen;
    if (waiter_.is_waiting()) waiter_.notify();
  }
  void wait_for(std::size_t size) {
    while (text.size() < size && end_count == 0) waiter_.wait(runtime::Timer::kNever);
  }
  void wait_for_end() {
    while (end_count == 0) waiter_.wait(runtime::Timer::kNever);
  }

  std::string text;
  StreamEnd end;
  int end_count = 0;
  std::size_t close_at = 0;
  Stream* stream_to_close = nullptr;

 private:
  Waiter waiter_;
};

class TcpTest : public testing::TestWithParam<IoKind> {
 protected:
  void SetUp() override {
    auto created = Loop::create(GetParam());
    if (!created) GTEST_SKIP() << created.error().message();
    loop_ = std::move(*created);
  }

  // Runs `client` and `server` on a fiber each until both have returned.
  void run(
      std::function<void()> client, std::function<void()> server = [] {}) {
    Fiber server_fiber;
    Fiber client_fiber;
    int running = 2;
    const auto leave = [&] {
      if (--running == 0) loop_->stop();
    };
    loop_->spawn(server_fiber, [&] {
      server();
      leave();
    });
    loop_->spawn(client_fiber, [&] {
      client();
      leave();
    });
    loop_->run();
  }

  std::unique_ptr<Stream> connect(const TestListener& listener) {
    auto stream = connect_tcp(*loop_, listener.endpoint(), monotonic_now() + seconds(20));
    EXPECT_TRUE(stream) << stream.error().message;
    return std::move(*stream);
  }

  std::unique_ptr<Loop> loop_;
};

TEST_P(TcpTest, CarriesBytesBothWaysAndCountsThem) {
  TestListener listener(*loop_);
  run(
      [&] {
        const auto stream = connect(listener);
        Collector answer(*loop_);
        stream->start(answer);
        stream->write(bytes_of("ping"));
        answer.wait_for(5);

        EXPECT_EQ(answer.text, "pong!");
        EXPECT_EQ(stream->sent_bytes(), 4U);
        EXPECT_EQ(stream->received_bytes(), 5U);
        EXPECT_EQ(stream->peer(), listener.endpoint());
        EXPECT_NE(stream->local().port, 0);
        EXPECT_GT(stream->sent_at(), TimePoint{});
        EXPECT_EQ(stream->tls(), nullptr);
      },
      [&] {
        const auto stream = adopt_tcp(*loop_, listener.accept());
        Collector question(*loop_);
        stream->start(question);
        question.wait_for(4);
        stream->write(bytes_of("pong!"));
        question.wait_for_end();

        EXPECT_EQ(question.text, "ping");
        EXPECT_EQ(question.end.kind, NetErrorKind::kEof);
      });
}

TEST_P(TcpTest, WritesBeforeTheLoopTurnsArriveInOrder) {
  TestListener listener(*loop_);
  run(
      [&] {
        const auto stream = connect(listener);
        Collector nothing(*loop_);
        stream->start(nothing);
        for (const char* part : {"a", "bc", "def"}) stream->write(bytes_of(part));
        stream->close();
      },
      [&] {
        const auto stream = adopt_tcp(*loop_, listener.accept());
        Collector all(*loop_);
        stream->start(all);
        all.wait_for_end();

        EXPECT_EQ(all.text, "abcdef");
      });
}

TEST_P(TcpTest, RefusedConnectionSaysItAsGoDoes) {
  TestListener listener(*loop_);
  const Endpoint endpoint = listener.endpoint();
  listener.close();
  run([&] {
    const auto stream = connect_tcp(*loop_, endpoint, monotonic_now() + seconds(20));

    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error().kind, NetErrorKind::kRefused);
    EXPECT_EQ(stream.error().op, "dial");
    EXPECT_EQ(stream.error().message,
              "dial tcp " + endpoint.to_string() + ": connect: connection refused");
  });
}

TEST_P(TcpTest, ConnectsFromTheSourceAddressAsked) {
  TestListener listener(*loop_);
  run(
      [&] {
        const auto stream = connect_tcp(*loop_, listener.endpoint(), monotonic_now() + seconds(20),
                                        IpAddress::parse("127.0.0.9"));
        ASSERT_TRUE(stream) << stream.error().message;
        EXPECT_EQ((*stream)->local().ip.to_string(), "127.0.0.9");
      },
      [&] { ::close(listener.accept()); });
}

TEST_P(TcpTest, ASourceAddressThatIsNotOursFailsInBind) {
  run([&] {
    const Endpoint endpoint{*IpAddress::parse("127.0.0.1"), 9};
    const auto stream =
        connect_tcp(*loop_, endpoint, monotonic_now() + seconds(20), IpAddress::parse("192.0.2.1"));
    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error().message,
              "dial tcp 192.0.2.1:0->127.0.0.1:9: bind: cannot assign requested address");
  });
}

TEST_P(TcpTest, ConnectEndsAtItsDeadline) {
  // A listening socket whose queue is full leaves further connections unanswered.
  const int full = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(full, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(full, 0), 0);
  socklen_t length = sizeof address;
  ::getsockname(full, reinterpret_cast<sockaddr*>(&address), &length);
  const Endpoint endpoint{*IpAddress::parse("127.0.0.1"), ntohs(address.sin_port)};
  run([&] {
    std::vector<std::unique_ptr<Stream>> queued;
    NetErrorKind kind = NetErrorKind::kErrno;
    for (int i = 0; i < 8 && kind == NetErrorKind::kErrno; ++i) {
      auto stream = connect_tcp(*loop_, endpoint, monotonic_now() + milliseconds(20));
      if (stream) {
        queued.push_back(std::move(*stream));
      } else {
        kind = stream.error().kind;
        EXPECT_EQ(stream.error().message, "dial tcp " + endpoint.to_string() + ": i/o timeout");
      }
    }
    EXPECT_EQ(kind, NetErrorKind::kDeadline);
  });
  ::close(full);
}

TEST_P(TcpTest, ACancelledFiberDoesNotConnect) {
  TestListener listener(*loop_);
  run([&] {
    loop_->cancel(*Fiber::current());
    const auto stream = connect_tcp(*loop_, listener.endpoint(), monotonic_now() + seconds(20));
    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error().kind, NetErrorKind::kCancelled);
  });
}

TEST_P(TcpTest, AcceptThenResetIsReportedAsReset) {
  TestListener listener(*loop_);
  run(
      [&] {
        const auto stream = connect(listener);
        Collector answer(*loop_);
        stream->start(answer);
        stream->write(bytes_of("hello"));
        answer.wait_for_end();

        EXPECT_EQ(answer.end.kind, NetErrorKind::kReset);
        EXPECT_EQ(answer.end_count, 1);
        EXPECT_FALSE(stream->is_open());
        EXPECT_EQ(stream->to_error(answer.end).message, "read tcp " + stream->local().to_string() +
                                                            "->" + listener.endpoint().to_string() +
                                                            ": read: connection reset by peer");
      },
      [&] {
        const int fd = listener.accept();
        char hello[5];
        while (::recv(fd, hello, sizeof hello, MSG_DONTWAIT) != 5) {
          loop_->sleep_for(std::chrono::microseconds(50));
        }
        const linger now{1, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        ::close(fd);
      });
}

TEST_P(TcpTest, APeerThatOnlyStopsSendingEndsTheStreamAfterItsLastByte) {
  TestListener listener(*loop_);
  run(
      [&] {
        const auto stream = connect(listener);
        Collector answer(*loop_);
        stream->start(answer);
        answer.wait_for_end();

        EXPECT_EQ(answer.text, "last words");
        EXPECT_EQ(answer.end.kind, NetErrorKind::kEof);
        EXPECT_EQ(stream->to_error(answer.end).message, "EOF");
      },
      [&] {
        const int fd = listener.accept();
        EXPECT_EQ(::send(fd, "last words", 10, 0), 10);
        ::shutdown(fd, SHUT_WR);
        loop_->sleep_for(milliseconds(1));
        ::close(fd);
      });
}

TEST_P(TcpTest, LargeTransfersArriveCompleteInBothDirections) {
  constexpr std::size_t kBytes = 8'000'003;
  std::string sent(kBytes, '\0');
  for (std::size_t i = 0; i < kBytes; ++i) sent[i] = static_cast<char>(i * 7 + i / 251);
  TestListener listener(*loop_);
  const auto transfer = [&](std::unique_ptr<Stream> stream) {
    Collector other(*loop_);
    stream->start(other);
    stream->write(bytes_of(sent));
    EXPECT_EQ(stream->flush(monotonic_now() + seconds(60)), WaitResult::kNotified);
    other.wait_for(kBytes);
    EXPECT_EQ(other.text.size(), kBytes);
    EXPECT_TRUE(other.text == sent);
  };
  run([&] { transfer(connect(listener)); },
      [&] { transfer(adopt_tcp(*loop_, listener.accept())); });
}

TEST_P(TcpTest, AFlushIsOverThoughNothingElseEverHappens) {
  TestListener listener(*loop_);
  int fd = -1;
  run(
      [&] {
        const auto stream = connect(listener);
        Collector nothing(*loop_);
        stream->start(nothing);
        bool was_woken = false;
        runtime::Timer other_event([&] { was_woken = true; });
        loop_->timers().arm(other_event, monotonic_now() + seconds(2));
        for (int i = 0; i < 3; ++i) {
          stream->write(bytes_of(std::string(10'000, 'x')));
          EXPECT_EQ(stream->flush(monotonic_now() + seconds(5)), WaitResult::kNotified);
        }
        EXPECT_FALSE(was_woken);
      },
      [&] { fd = listener.accept(); });
  ::close(fd);
}

TEST_P(TcpTest, FlushTimesOutWhenThePeerDoesNotRead) {
  TestListener listener(*loop_);
  int fd = -1;
  run(
      [&] {
        const auto stream = connect(listener);
        Collector nothing(*loop_);
        stream->start(nothing);
        // No socket buffer takes all of it. NOLINTNEXTLINE(bugprone-string-constructor)
        stream->write(bytes_of(std::string(20'000'000, 'x')));

        EXPECT_EQ(stream->flush(monotonic_now() + milliseconds(5)), WaitResult::kTimeout);
      },  // closed with the send still pending: its bytes must outlive it
      [&] { fd = listener.accept(); });
  ::close(fd);
}

TEST_P(TcpTest, AHandlerMayCloseItsStreamAndIsNotCalledAgain) {
  TestListener listener(*loop_);
  run(
      [&] {
        const auto stream = connect(listener);
        Collector answer(*loop_);
        answer.close_at = 1;
        answer.stream_to_close = stream.get();
        stream->start(answer);
        answer.wait_for(1);
        const std::size_t size = answer.text.size();
        loop_->sleep_for(milliseconds(2));

        EXPECT_EQ(answer.text.size(), size);
        EXPECT_EQ(answer.end_count, 0);
      },
      [&] {
        const auto stream = adopt_tcp(*loop_, listener.accept());
        Collector nothing(*loop_);
        stream->start(nothing);
        stream->write(bytes_of(std::string(300'000, 'x')));
        nothing.wait_for_end();
      });
}

TEST_P(TcpTest, ManyConnectionsAtOnceOutnumberTheReceiveBuffers) {
  constexpr int kConnections = 400;
  TestListener listener(*loop_);
  int answered = 0;
  std::vector<std::unique_ptr<Stream>> served;
  std::vector<std::unique_ptr<Collector>> questions;
  run(
      [&] {
        std::vector<std::unique_ptr<Stream>> streams;
        std::vector<std::unique_ptr<Collector>> answers;
        for (int i = 0; i < kConnections; ++i) {
          streams.push_back(connect(listener));
          answers.push_back(std::make_unique<Collector>(*loop_));
          streams.back()->start(*answers.back());
        }
        for (const auto& stream : streams) stream->write(bytes_of("x"));
        for (const auto& answer : answers) {
          answer->wait_for(5000);
          answered += answer->text == std::string(5000, 'y') ? 1 : 0;
        }
      },
      [&] {
        for (int i = 0; i < kConnections; ++i) {
          served.push_back(adopt_tcp(*loop_, listener.accept()));
          questions.push_back(std::make_unique<Collector>(*loop_));
          served.back()->start(*questions.back());
        }
        for (std::size_t i = 0; i < kConnections; ++i) {
          questions[i]->wait_for(1);
          served[i]->write(bytes_of(std::string(5000, 'y')));
        }
        for (const auto& question : questions) question->wait_for_end();
      });

  EXPECT_EQ(answered, kConnections);
}

INSTANTIATE_TEST_SUITE_P(Backends, TcpTest, testing::Values(IoKind::kEpoll, IoKind::kUring),
                         [](const auto& param) {
                           return param.param == IoKind::kEpoll ? "Epoll" : "Uring";
                         });

}  // namespace
}  // namespace proofload::net
