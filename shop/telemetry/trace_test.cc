#include "telemetry/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "telemetry/latencies.h"
#include "telemetry/metrics.h"
#include "telemetry/otlp_exporter.h"

namespace proofload::shop {
namespace {

using testing::HasSubstr;

constexpr const char* kHeader = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class KeptSpans final : public SpanSink {
 public:
  void put(SpanRecord span) override { spans.push_back(std::move(span)); }
  std::vector<SpanRecord> spans;
};

TEST(TraceContext, ReadsTheExampleOfTheSpecificationAndWritesItBack) {
  const auto context = TraceContext::parse(kHeader);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context->span_id, "00f067aa0ba902b7");
  EXPECT_TRUE(context->is_sampled);
  EXPECT_EQ(context->header(), kHeader);
}

TEST(TraceContext, RefusesWhatTheSpecificationCallsInvalid) {
  for (const char* header : {"", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"}) {
    EXPECT_FALSE(TraceContext::parse(header)) << header;
  }
}

TEST(TraceContext, TakesMoreFieldsFromALaterVersion) {
  EXPECT_TRUE(TraceContext::parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
}

TEST(Span, ContinuesItsParentsTrace) {
  KeptSpans kept;
  {
    const Span server(kept, TraceContext::parse(kHeader), 0, "GET /", Span::Kind::kServer);
    const Span child(server, "SELECT", Span::Kind::kClient);
  }
  ASSERT_EQ(kept.spans.size(), 2U);
  EXPECT_EQ(kept.spans[0].name, "SELECT");
  EXPECT_EQ(kept.spans[0].parent_id, kept.spans[1].context.span_id);
  EXPECT_EQ(kept.spans[1].parent_id, "00f067aa0ba902b7");
  EXPECT_EQ(kept.spans[0].context.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_LE(kept.spans[1].start, kept.spans[0].start);
  EXPECT_LE(kept.spans[0].end, kept.spans[1].end);
}

TEST(Span, GoesNowhereWhenItsTraceIsNotSampled) {
  KeptSpans kept;
  {
    const Span root(kept, std::nullopt, 0, "GET /", Span::Kind::kServer);
    const Span child(root, "child");
    EXPECT_EQ(root.context().trace_id.size(), 32U);
    EXPECT_THAT(child.context().header(), HasSubstr("-00"));
  }
  EXPECT_TRUE(kept.spans.empty());
}

TEST(OtlpJson, SaysWhoWhenAndWhat) {
  KeptSpans kept;
  {
    Span span(kept, TraceContext::parse(kHeader), 0, "GET /", Span::Kind::kServer);
    span.set("http.response.status_code", std::int64_t{503});
    span.fail("status 503");
  }
  const auto json = nlohmann::json::parse(
      otlp_json({.service = "cart", .instance = "cart-1", .version = "1"}, kept.spans));
  const auto& resource = json["resourceSpans"][0];
  EXPECT_EQ(resource["resource"]["attributes"][0]["key"], "service.name");
  EXPECT_EQ(resource["resource"]["attributes"][0]["value"]["stringValue"], "cart");
  const auto& span = resource["scopeSpans"][0]["spans"][0];
  EXPECT_EQ(span["name"], "GET /");
  EXPECT_EQ(span["kind"], 2);  // SPAN_KIND_SERVER
  EXPECT_EQ(span["attributes"][0]["value"]["intValue"], "503");
  EXPECT_EQ(span["status"]["code"], 2);  // STATUS_CODE_ERROR
  EXPECT_EQ(span["startTimeUnixNano"], std::to_string(kept.spans[0].start));
}

TEST(Latencies, KeepASeriesForEachCombinationOfValues) {
  Metrics metrics;
  Latencies latencies(metrics, "call_seconds", "Calls", {"peer", "status"});
  latencies.observe(0.002, {"cart", "200"});
  latencies.observe(0.2, {"cart", "200"});
  latencies.observe(0.2, {"cart2", "00"});
  const std::string page = metrics.page();
  EXPECT_THAT(page, HasSubstr("call_seconds_count{peer=\"cart\",status=\"200\"} 2\n"));
  EXPECT_THAT(page,
              HasSubstr("call_seconds_bucket{peer=\"cart\",status=\"200\",le=\"0.0025\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("call_seconds_count{peer=\"cart2\",status=\"00\"} 1\n"));
}

TEST(Metrics, ShowsWhatIsReadAtTheScrapeBesideTheProcess) {
  Metrics metrics;
  double depth = 3;
  metrics.add(Metrics::Kind::kGauge, "queue_depth", "Jobs", {{"queue", "jobs"}},
              [&] { return depth; });
  EXPECT_THAT(metrics.page(), HasSubstr("# TYPE queue_depth gauge\nqueue_depth{queue=\"jobs\"} 3"));
  depth = 4;
  EXPECT_THAT(metrics.page(), HasSubstr("queue_depth{queue=\"jobs\"} 4"));
  EXPECT_THAT(metrics.page(), HasSubstr("\nprocess_cpu_seconds_total "));
  EXPECT_THAT(metrics.page(), HasSubstr("\nprocess_resident_memory_bytes "));
}

}  // namespace
}  // namespace proofload::shop
