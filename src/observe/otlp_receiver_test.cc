#include "observe/otlp_receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <zlib.h>

#include "observe/otlp_test_values.h"
#include "observe/test_server.h"

namespace proofload::observe {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

evidence::Span span_of(const std::string& trace) {
  evidence::Span span;
  span.trace_id = trace;
  return span;
}

TEST(SpanStore, IsReadInPagesThatMissNothing) {
  SpanStore store(3);
  store.add({span_of("a"), span_of("b")});
  const auto first = store.read(0);
  EXPECT_THAT(first.spans, SizeIs(2));
  store.add({span_of("c")});

  const auto second = store.read(first.next);

  ASSERT_THAT(second.spans, SizeIs(1));
  EXPECT_EQ(second.spans[0].trace_id, "c");
  EXPECT_EQ(second.missed_count, 0);
  EXPECT_THAT(store.read(second.next).spans, IsEmpty());
  EXPECT_THAT(store.read(1000).spans, IsEmpty());
}

TEST(SpanStore, ForgetsTheOldestAndSaysSo) {
  SpanStore store(2);
  store.add({span_of("a"), span_of("b"), span_of("c")});

  const auto page = store.read(0);

  EXPECT_THAT(page.spans, SizeIs(2));
  EXPECT_EQ(page.missed_count, 1);
  EXPECT_EQ(store.count(), 3);
  EXPECT_THAT(store.trace("a"), IsEmpty());
  EXPECT_THAT(store.trace("c"), SizeIs(1));
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class Receiver : public testing::Test {
 protected:
  void SetUp() override {
    auto listening = OtlpReceiver::listen({.port = 0});
    ASSERT_TRUE(listening) << listening.error().message();
    receiver_ = *std::move(listening);
  }

  httplib::Result post(const std::string& body, const char* type,
                       const httplib::Headers& headers = {}) const {
    httplib::Client client(receiver_->url());
    return client.Post("/v1/traces", headers, body, type);
  }

  std::unique_ptr<OtlpReceiver> receiver_;
};

TEST_F(Receiver, TakesBothEncodingsAndAnswersInTheSame) {
  const auto protobuf = post(otlp_protobuf(), "application/x-protobuf");
  ASSERT_TRUE(protobuf);
  EXPECT_EQ(protobuf->status, 200);
  EXPECT_EQ(protobuf->body, "");
  const auto json = post(kOtlpJson, "application/json");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->body, "{}");
  EXPECT_EQ(json->get_header_value("Content-Type"), "application/json");

  EXPECT_THAT(receiver_->spans().trace("0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"), SizeIs(2));
}

TEST_F(Receiver, TakesGzip) {
  const auto answer =
      post(gzip(otlp_protobuf()), "application/x-protobuf", {{"Content-Encoding", "gzip"}});

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(receiver_->spans().count(), 1);
}

TEST_F(Receiver, TellsTheSenderOfSpansItRejects) {
  const auto json =
      post(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]})", "application/json");
  ASSERT_TRUE(json);
  EXPECT_THAT(json->body, testing::HasSubstr(R"("rejectedSpans":"1")"));
  const auto protobuf = post(otlp_protobuf(""), "application/x-protobuf");
  ASSERT_TRUE(protobuf);
  EXPECT_THAT(protobuf->body, testing::HasSubstr("without valid ids"));

  EXPECT_EQ(receiver_->counts().rejected_spans, 2);
}

TEST_F(Receiver, RefusesWhatIsNoOtlp) {
  EXPECT_EQ(post("junk", "application/x-protobuf")->status, 400);
  EXPECT_EQ(post("junk", "application/json")->status, 400);
  EXPECT_EQ(post("a=b", "text/plain")->status, 415);
  EXPECT_EQ(receiver_->counts().refused_requests, 3);
  EXPECT_EQ(receiver_->spans().count(), 0);
}

TEST_F(Receiver, RefusesASmallGzipOfALargeBody) {
  const auto answer = post(gzip(std::string(std::size_t{17} << 20, '\0')), "application/x-protobuf",
                           {{"Content-Encoding", "gzip"}});

  ASSERT_TRUE(answer);
  EXPECT_NE(answer->status / 100, 2);
  EXPECT_EQ(receiver_->spans().count(), 0);
  EXPECT_EQ(post(otlp_protobuf(), "application/x-protobuf")->status, 200);
}

TEST_F(Receiver, SaysThatItsPortIsTaken) {
  const auto second = OtlpReceiver::listen({.port = receiver_->port()});

  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message(), testing::HasSubstr("cannot receive traces"));
  EXPECT_THAT(second.error().hint(), testing::HasSubstr("another port"));
}

TEST_F(Receiver, EndsThoughAConnectionIsOpen) {
  const TimePoint start = monotonic_now();
  httplib::Client client(receiver_->url());
  client.set_keep_alive(true);
  client.Get("/");

  receiver_.reset();

  EXPECT_LT(monotonic_now() - start, std::chrono::seconds(8));
}

}  // namespace
}  // namespace proofload::observe
