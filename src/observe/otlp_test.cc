#include "observe/otlp.h"

#include <chrono>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/otlp_test_values.h"

namespace proofload::observe {
namespace {

using evidence::Span;
using testing::IsEmpty;
using testing::SizeIs;

void expect_the_span(const Result<OtlpTraces>& traces) {
  ASSERT_TRUE(traces) << traces.error().message();
  ASSERT_THAT(traces->spans, SizeIs(1));
  const Span& span = traces->spans[0];
  EXPECT_EQ(span.trace_id, "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a");
  EXPECT_EQ(span.span_id, "0b0b0b0b0b0b0b0b");
  EXPECT_EQ(span.parent_id, "0c0c0c0c0c0c0c0c");
  EXPECT_EQ(span.service, "cart");
  EXPECT_EQ(span.name, "GET /cart");
  EXPECT_EQ(span.kind, Span::Kind::kServer);
  EXPECT_EQ(span.start, WallTime(std::chrono::seconds(1'700'000'000)));
  EXPECT_EQ(span.took, std::chrono::milliseconds(5));
  EXPECT_TRUE(span.is_error);
  EXPECT_EQ(span.error, "no");
  EXPECT_THAT(span.attributes, SizeIs(1));
  EXPECT_EQ(span.attribute("http.route"), "/cart");
  EXPECT_EQ(span.attribute("http.method"), "");
}

TEST(OtlpProtobuf, ReadsASpanWithItsResource) {
  expect_the_span(decode_otlp_protobuf(otlp_protobuf()));
}

TEST(OtlpJson, ReadsASpanWithItsResource) {
  expect_the_span(decode_otlp_json(kOtlpJson));
}

TEST(OtlpProtobuf, TakesAnEmptyRequestForNoSpans) {
  const auto traces = decode_otlp_protobuf("");

  ASSERT_TRUE(traces);
  EXPECT_THAT(traces->spans, IsEmpty());
}

TEST(OtlpProtobuf, RefusesWhatBreaksOffAnywhere) {
  const std::string whole = otlp_protobuf();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_FALSE(decode_otlp_protobuf(whole.substr(0, size))) << size;
  }
}

TEST(OtlpProtobuf, SurvivesEveryChangedByte) {
  const std::string whole = otlp_protobuf();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (int value = 0; value < 256; value += 5) {
      std::string changed = whole;
      changed[i] = static_cast<char>(value);
      const auto traces = decode_otlp_protobuf(changed);
      EXPECT_LE(traces ? traces->spans.size() : 0, 1);
    }
  }
}

TEST(OtlpProtobuf, SkipsFieldsOfAnotherTypeThanTheyShouldHave) {
  std::string span;
  protozero::pbf_writer(span).add_uint64(1, 5);  // a trace id is bytes
  std::string request;
  {
    protozero::pbf_writer writer(request);
    protozero::pbf_writer resource_spans(writer, 1);
    protozero::pbf_writer scope_spans(resource_spans, 2);
    scope_spans.add_message(2, span);
  }

  const auto traces = decode_otlp_protobuf(request);

  ASSERT_TRUE(traces);
  EXPECT_EQ(traces->rejected_count, 1);
}

TEST(OtlpProtobuf, RejectsASpanWithoutAValidId) {
  for (const std::string& id : {std::string(16, '\0'), std::string(15, 'x'), std::string()}) {
    const auto traces = decode_otlp_protobuf(otlp_protobuf(id));
    ASSERT_TRUE(traces);
    EXPECT_EQ(traces->rejected_count, 1);
    EXPECT_THAT(traces->spans, IsEmpty());
  }
}

OtlpTraces traces_of(const std::string& span) {
  auto traces =
      decode_otlp_json(R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + span + "]}]}]}");
  EXPECT_TRUE(traces);
  return traces ? *std::move(traces) : OtlpTraces();
}

std::string json_span(const std::string& rest) {
  return R"({"traceId":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","spanId":"0b0b0b0b0b0b0b0b",)" + rest +
         "}";
}

TEST(OtlpJson, ReadsEnumeratorsByName) {
  const auto traces = traces_of(json_span(R"("startTimeUnixNano":"5","kind":"SPAN_KIND_CLIENT",
                   "status":{"code":"STATUS_CODE_ERROR"})"));

  ASSERT_THAT(traces.spans, SizeIs(1));
  EXPECT_EQ(traces.spans[0].kind, Span::Kind::kClient);
  EXPECT_TRUE(traces.spans[0].is_error);
}

TEST(OtlpJson, TakesAnEndBeforeTheStartForNoTime) {
  const auto traces = traces_of(json_span(R"("startTimeUnixNano":"9","endTimeUnixNano":"5")"));

  ASSERT_THAT(traces.spans, SizeIs(1));
  EXPECT_EQ(traces.spans[0].took, Duration(0));
}

TEST(OtlpJson, RejectsTimesThatAreNone) {
  for (const char* time : {"\"x\"", "\"-1\"", "-1", "1.5", "\"99999999999999999999\"",
                           "18446744073709551615", "null", "[]", "\"0\""}) {
    EXPECT_EQ(traces_of(json_span(fmt::format("\"startTimeUnixNano\":{}", time))).rejected_count, 1)
        << time;
  }
}

TEST(OtlpJson, CutsWhatIsTooLong) {
  std::string attributes;
  for (int i = 0; i < 1000; ++i) {
    attributes +=
        fmt::format(R"({}{{"key":"db.x{}","value":{{"intValue":"{}"}}}})", i == 0 ? "" : ",", i, i);
  }
  const auto traces =
      traces_of(json_span(fmt::format(R"("startTimeUnixNano":"5","name":"{}","attributes":[{}])",
                                      std::string(5000, 'n'), attributes)));

  ASSERT_THAT(traces.spans, SizeIs(1));
  EXPECT_EQ(traces.spans[0].name.size(), 512);
  EXPECT_THAT(traces.spans[0].attributes, SizeIs(32));
}

TEST(OtlpJson, SurvivesEveryOtherShape) {
  for (const char* body : {"{}", R"({"resourceSpans":1})", R"({"resourceSpans":[1,null,[],{}]})",
                           R"({"resourceSpans":[{"resource":[],"scopeSpans":{}}]})",
                           R"({"resourceSpans":[{"resource":{"attributes":[1,{"key":1,"value":{}}]},
            "scopeSpans":[{"spans":[1,{},{"traceId":5,"attributes":{},"status":[]}]}]}]})"}) {
    const auto traces = decode_otlp_json(body);
    ASSERT_TRUE(traces) << body;
    EXPECT_THAT(traces->spans, IsEmpty());
  }
  EXPECT_FALSE(decode_otlp_json(""));
  EXPECT_FALSE(decode_otlp_json("[]"));
  EXPECT_FALSE(decode_otlp_json("<html>"));
}

}  // namespace
}  // namespace proofload::observe
