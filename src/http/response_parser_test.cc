#include "http/response_parser.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace proofload::http {
namespace {

using State = ResponseParser::State;

// A response read in pieces of `sizes` bytes (the last repeats), then the end of the connection.
struct Reader {
  explicit Reader(ResponseParser::Expectation expectation = {}) {
    parser.start(head, body, expectation);
  }
  // Returns the bytes taken.
  std::size_t feed(std::string_view bytes) { return parser.consume(bytes); }

  ResponseParser parser;
  ResponseHead head;
  std::string body;
};

constexpr std::string_view kPlain =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Empty:\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
    "5;name=\"v\"\r\nhello\r\nC\r\n, wide world\r\n0\r\nX-Sum: 1\r\n\r\n";
constexpr std::string_view kInterim =
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

TEST(ResponseParser, ReadsAResponseHoweverItIsSplit) {
  struct Case {
    std::string_view wire;
    int status;
    std::string_view body;
  };
  for (const Case& c : {Case{kPlain, 200, "hello"}, Case{kChunked, 200, "hello, wide world"},
                        Case{kInterim, 201, ""}}) {
    for (std::size_t first = 0; first <= c.wire.size(); ++first) {
      for (std::size_t second = first; second <= c.wire.size(); ++second) {
        Reader reader;
        reader.feed(c.wire.substr(0, first));
        reader.feed(c.wire.substr(first, second - first));
        reader.feed(c.wire.substr(second));
        ASSERT_EQ(reader.parser.state(), State::kDone) << first << "," << second;
        ASSERT_EQ(reader.head.status(), c.status);
        ASSERT_EQ(reader.body, c.body);
        ASSERT_TRUE(reader.parser.keeps_alive());
      }
    }
  }
}

TEST(ResponseParser, ReadsAResponseByteByByte) {
  Reader reader;
  for (const char c : kChunked) ASSERT_EQ(reader.feed({&c, 1}), 1U);
  EXPECT_EQ(reader.parser.state(), State::kDone);
  EXPECT_EQ(reader.body, "hello, wide world");
  EXPECT_EQ(reader.parser.body_bytes(), 17U);
}

TEST(ResponseParser, KeepsFieldsAsTheyCame) {
  Reader reader;
  reader.feed(kPlain);
  ASSERT_EQ(reader.head.header_count(), 3U);
  EXPECT_EQ(reader.head.status_text(), "200 OK");
  EXPECT_EQ(reader.head.header(0).name, "Content-Type");
  EXPECT_EQ(reader.head.header(0).value, "text/plain");
  EXPECT_EQ(reader.head.header(1).value, "");
  EXPECT_EQ(reader.head.find("content-LENGTH"), "5");
  EXPECT_EQ(reader.head.find("Missing"), std::nullopt);
  EXPECT_TRUE(reader.head.text().ends_with("Content-Length: 5\r\n"));
}

TEST(ResponseParser, TakesOnlyWhatBelongsToTheResponse) {
  Reader reader;
  const std::string two = std::string(kPlain) + "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(reader.feed(two), kPlain.size());
  EXPECT_EQ(reader.parser.state(), State::kDone);
}

TEST(ResponseParser, KnowsResponsesWithoutBody) {
  Reader head_answer({.is_head = true});
  head_answer.feed("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
  EXPECT_EQ(head_answer.parser.state(), State::kDone);
  EXPECT_TRUE(head_answer.parser.keeps_alive());
  for (const std::string_view line : {"204 No Content", "304 Not Modified"}) {
    Reader reader;
    reader.feed("HTTP/1.1 " + std::string(line) + "\r\n\r\n");
    EXPECT_EQ(reader.parser.state(), State::kDone) << line;
    EXPECT_TRUE(reader.parser.keeps_alive());
  }
  Reader upgrade;
  EXPECT_EQ(upgrade.feed("HTTP/1.1 101 Switching Protocols\r\n\r\n\x81"), 36U);
  EXPECT_EQ(upgrade.parser.state(), State::kDone);
  EXPECT_FALSE(upgrade.parser.keeps_alive());
  Reader tunnel({.is_connect = true});
  EXPECT_EQ(tunnel.feed("HTTP/1.1 200 OK\r\n\r\nbytes"), 19U);
  EXPECT_EQ(tunnel.parser.state(), State::kDone);
}

TEST(ResponseParser, EndsABodyWithoutLengthAtTheClose) {
  Reader reader;
  reader.feed("HTTP/1.1 200 OK\r\n\r\nall there");
  EXPECT_EQ(reader.parser.state(), State::kBody);
  reader.feed(" is");
  reader.parser.finish();
  EXPECT_EQ(reader.parser.state(), State::kDone);
  EXPECT_EQ(reader.body, "all there is");
  EXPECT_FALSE(reader.parser.keeps_alive());
}

TEST(ResponseParser, DecidesWhetherTheConnectionLives) {
  struct Case {
    const char* head;
    bool lives;
  };
  const std::vector<Case> cases = {
      {"HTTP/1.1 204 x\r\n\r\n", true},
      {"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n", false},
      {"HTTP/1.1 204 x\r\nConnection: Foo, CLOSE\r\n\r\n", false},
      {"HTTP/1.1 204 x\r\nConnection: closed\r\n\r\n", true},
      {"HTTP/1.0 204 x\r\n\r\n", false},
      {"HTTP/1.0 204 x\r\nConnection: keep-alive\r\n\r\n", true},
      {"HTTP/1.0 204 x\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false},
  };
  for (const Case& c : cases) {
    Reader reader;
    reader.feed(c.head);
    ASSERT_EQ(reader.parser.state(), State::kDone) << c.head;
    EXPECT_EQ(reader.parser.keeps_alive(), c.lives) << c.head;
  }
}

TEST(ResponseParser, RefusesWhatTwoReadersCouldReadDifferently) {
  struct Case {
    std::string head;
    const char* error;
  };
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const std::vector<Case> cases = {
      {"HTTP/1.1\r\n", R"(malformed HTTP response "HTTP/1.1")"},
      {"\r\n", R"(malformed HTTP response "")"},
      {"SSH-2.0-x y\r\n", R"(malformed HTTP status code "y")"},
      {"HTTP/1.1 20 OK\r\n", R"(malformed HTTP status code "20")"},
      {"HTTP/1.1 099 OK\r\n", R"(malformed HTTP status code "099")"},
      {"HTTP/2.0 200 OK\r\n", R"(malformed HTTP version "HTTP/2.0")"},
      {ok + "no colon\r\n", "malformed MIME header line: no colon"},
      {ok + "Name : x\r\n", "malformed MIME header line: Name : x"},
      {ok + ": x\r\n", "malformed MIME header line: : x"},
      {ok + "A: 1\r\n folded\r\n", "malformed MIME header line:  folded"},
      {ok + "A: 1\rB: 2\r\n", "malformed MIME header line: A: 1\rB: 2"},
      {ok + "A: 1" + '\0' + "\r\n\r\n", "malformed MIME header: a NUL byte"},
      {ok + "Content-Length: 5\r\nContent-Length: 6\r\n",
       "http: message cannot contain multiple Content-Length headers; got [5 6]"},
      {ok + "Content-Length: 5, 5\r\n", R"(bad Content-Length "5, 5")"},
      {ok + "Content-Length: +5\r\n", R"(bad Content-Length "+5")"},
      {ok + "Content-Length: -1\r\n", R"(bad Content-Length "-1")"},
      {ok + "Content-Length: 9223372036854775808\r\n",
       R"(bad Content-Length "9223372036854775808")"},
      {ok + "Content-Length: 99999999999999999999\r\n",
       R"(bad Content-Length "99999999999999999999")"},
      {ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
       "both Content-Length and Transfer-Encoding in one response"},
      {ok + "Transfer-Encoding: gzip, chunked\r\n",
       R"(unsupported transfer encoding: "gzip, chunked")"},
      {ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
       R"(unsupported transfer encoding: "chunked")"},
      {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n",
       R"(unsupported transfer encoding: "chunked")"},
  };
  for (const Case& c : cases) {
    Reader reader;
    reader.feed(c.head);
    EXPECT_EQ(reader.parser.state(), State::kFailed) << c.head;
    EXPECT_EQ(reader.parser.error(), c.error);
  }
}

TEST(ResponseParser, TakesEqualContentLengthsForOne) {
  Reader reader;
  reader.feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(reader.parser.state(), State::kDone);
  EXPECT_EQ(reader.body, "hi");
}

TEST(ResponseParser, RefusesBrokenChunks) {
  struct Case {
    std::string_view body;
    const char* error;
  };
  const std::string long_line(5000, '1');
  const std::vector<Case> cases = {
      {"x\r\n", "invalid byte in chunk length"},
      {"\r\n", "invalid byte in chunk length"},
      {"-1\r\n", "invalid byte in chunk length"},
      {"0x5\r\n", "invalid byte in chunk length"},
      {"5\nhello\r\n", "malformed chunked encoding"},
      {"5\r\nhelloX\r\n", "malformed chunked encoding"},
      {"8000000000000000\r\n", "http chunk length too large"},
      {"11111111111111111\r\n", "http chunk length too large"},
      {long_line, "header line too long"},
  };
  for (const Case& c : cases) {
    Reader reader;
    reader.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    reader.feed(c.body);
    EXPECT_EQ(reader.parser.state(), State::kFailed) << c.body;
    EXPECT_EQ(reader.parser.error(), c.error);
    EXPECT_FALSE(reader.parser.is_truncated());
  }
}

TEST(ResponseParser, TellsAnEarlyEndFromABrokenOne) {
  Reader silent;
  silent.parser.finish();
  EXPECT_EQ(silent.parser.error(), "EOF");
  EXPECT_TRUE(silent.parser.is_truncated());
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{20}, kPlain.size() - 1}) {
    Reader reader;
    reader.feed(kPlain.substr(0, bytes));
    reader.parser.finish();
    EXPECT_EQ(reader.parser.state(), State::kFailed);
    EXPECT_EQ(reader.parser.error(), "unexpected EOF");
    EXPECT_TRUE(reader.parser.is_truncated());
  }
}

TEST(ResponseParser, BoundsTheHead) {
  Reader endless;
  endless.feed("HTTP/1.1 200 OK\r\nX: ");
  const std::string piece(1 << 20, 'x');
  for (int i = 0; i < 11; ++i) endless.feed(piece);
  EXPECT_EQ(endless.parser.error(),
            "net/http: server response headers exceeded 10485760 bytes; aborted");

  Reader many;
  std::string fields = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 10'001; ++i) fields += "a: b\r\n";
  many.feed(fields);
  EXPECT_EQ(many.parser.error(), "response has more than 10000 header fields");

  Reader interim;
  const std::string hint =
      "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(100'000, 'x') + "\r\n\r\n";
  for (int i = 0; i < 110; ++i) interim.feed(hint);
  EXPECT_EQ(interim.parser.state(), State::kFailed);
}

TEST(ResponseParser, DoesNotReserveWhatAServerOnlyPromises) {
  Reader reader;
  reader.feed("HTTP/1.1 200 OK\r\nContent-Length: 4611686018427387904\r\n\r\nx");
  EXPECT_EQ(reader.parser.state(), State::kBody);
  EXPECT_LE(reader.body.capacity(), std::size_t{2} << 20);
}

TEST(ResponseParser, CountsABodyItDoesNotKeep) {
  Reader reader({.keeps_body = false});
  reader.feed(kChunked);
  EXPECT_EQ(reader.parser.state(), State::kDone);
  EXPECT_EQ(reader.parser.body_bytes(), 17U);
  EXPECT_EQ(reader.body, "");
}

}  // namespace
}  // namespace proofload::http
