#include "observe/trace_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/otlp_test_values.h"
#include "observe/test_server.h"

namespace proofload::observe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kId(32, 'a');
const std::string kOther(32, 'b');
constexpr const char* kJson = "application/json";
constexpr const char* kPage = "<!DOCTYPE html><title>Jaeger UI</title>";

// As Jaeger 1.35 to 2.20 answers at /api/traces/ID.
constexpr const char* kJaegerTrace = R"({"data":[{"traceID":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "spans":[{"traceID":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","spanID":"00000000000000b1","flags":1,
    "operationName":"GET /cart","references":[{"refType":"CHILD_OF",
    "traceID":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","spanID":"00000000000000c1"}],
    "startTime":1700000000000000,"duration":5000,"tags":[
    {"key":"span.kind","type":"string","value":"server"},
    {"key":"http.status_code","type":"int64","value":500},
    {"key":"error","type":"bool","value":true}],"logs":[],"processID":"p1","warnings":null},
   {"spanID":"no id","startTime":-1,"duration":"x","processID":7}],
  "processes":{"p1":{"serviceName":"cart","tags":[
    {"key":"service.instance.id","type":"string","value":"cart-1"}]}},"warnings":null}],
  "total":0,"limit":0,"offset":0,"errors":null})";

std::string v3(const std::string& trace) {
  return "{\"result\":" + trace + "}";
}

// OTLP with one span of trace aaaa...
std::string otlp_trace() {
  std::string text = kOtlpJson;
  return text.replace(text.find("0A0a"), 32, kId);
}

Result<std::vector<std::vector<evidence::Span>>> both(TraceSource& source,
                                                      Duration timeout = seconds(5)) {
  const std::array ids{kId, kOther};
  return source.traces(ids, timeout);
}

void missing(TestServer& server, const std::string& path, const std::string& body,
             const char* type) {
  server.http().Get(path, [body, type](const httplib::Request&, httplib::Response& response) {
    response.status = 404;
    response.set_content(body, type);
  });
}

TEST(JaegerTraces, AreAskedForByTheNewerApi) {
  TestServer server;
  server.get("/api/v3/services", R"({"services":["cart"]})", kJson);
  server.get("/api/v3/traces/" + kId, v3(otlp_trace()), kJson);
  missing(server, "/api/v3/traces/" + kOther,
          R"({"error":{"httpCode":404,"message":"No traces found"}})", kJson);
  server.start();
  const auto source = jaeger_traces(server.url("/"));

  ASSERT_TRUE(source->probe(seconds(5)));
  const auto found = both(*source);

  ASSERT_TRUE(found) << found.error().message();
  ASSERT_THAT((*found)[0], SizeIs(1));
  EXPECT_EQ((*found)[0][0].service, "cart");
  EXPECT_EQ((*found)[0][0].trace_id, kId);
  EXPECT_THAT((*found)[1], IsEmpty());
  EXPECT_EQ(source->name(), "Jaeger (API v3) at " + server.url());
}

TEST(JaegerTraces, AreAskedForByTheOlderApiWhereThereIsNoOther) {
  TestServer server;
  server.get("/api/v3/services", kPage, "text/html");  // its page, for any address
  server.get("/api/services", R"({"data":["cart"],"total":1})", kJson);
  server.get("/api/traces/" + kId, kJaegerTrace, kJson);
  missing(server, "/api/traces/" + kOther,
          R"({"data":null,"errors":[{"code":404,"msg":"trace not found"}]})", kJson);
  server.start();
  const auto source = jaeger_traces(server.url());

  ASSERT_TRUE(source->probe(seconds(5)));
  const auto found = both(*source);

  ASSERT_TRUE(found) << found.error().message();
  ASSERT_THAT((*found)[0], SizeIs(1));
  const evidence::Span& span = (*found)[0][0];
  EXPECT_EQ(span.service + " " + span.instance + " " + span.name, "cart cart-1 GET /cart");
  EXPECT_EQ(span.kind, evidence::Span::Kind::kServer);
  EXPECT_EQ(span.parent_id, "00000000000000c1");
  EXPECT_EQ(span.took, milliseconds(5));
  EXPECT_TRUE(span.is_error);
  EXPECT_EQ(span.attribute("http.status_code"), "500");
  EXPECT_THAT((*found)[1], IsEmpty());
  EXPECT_THAT(source->name(), HasSubstr("older API"));
}

TEST(JaegerTraces, AreNotTakenFromALoginPage) {
  TestServer server;
  server.get("/api/v3/services", kPage, "text/html");
  server.get("/api/services", kPage, "text/html");
  server.start();

  const auto there = jaeger_traces(server.url())->probe(seconds(5));

  ASSERT_FALSE(there);
  EXPECT_THAT(there.error().message(), HasSubstr("an HTML page where JSON was expected"));
}

TEST(JaegerTraces, AreNotTakenFromWhatIsNoJaeger) {
  TestServer server;
  server.get("/api/services", "[]", kJson);
  server.start();

  const auto there = jaeger_traces(server.url())->probe(seconds(5));

  ASSERT_FALSE(there);
  EXPECT_THAT(there.error().message(), HasSubstr("not Jaeger's list of services"));
}

TEST(JaegerTraces, TellOfAnExpiredToken) {
  TestServer server;
  bool has_expired = false;
  server.http().Get(R"(/api/v3/.*)", [&](const httplib::Request&, httplib::Response& response) {
    response.status = has_expired ? 401 : 200;
    response.set_content(R"({"services":[]})", kJson);
  });
  server.start();
  const auto source = jaeger_traces(server.url());
  ASSERT_TRUE(source->probe(seconds(5)));
  has_expired = true;

  const auto probed = source->probe(seconds(5));
  const auto found = both(*source);

  ASSERT_FALSE(probed);
  EXPECT_THAT(probed.error().message(), HasSubstr("answers 401"));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message(), HasSubstr("answers 401"));
  EXPECT_THAT(found.error().hint(), HasSubstr("expired"));
}

TEST(JaegerTraces, OfASilentServerCostTheTimeoutOnly) {
  const DeadPort silent(true);
  const auto source = jaeger_traces(silent.url());
  const TimePoint start = monotonic_now();

  EXPECT_FALSE(source->probe(milliseconds(200)));
  EXPECT_FALSE(both(*source, milliseconds(200)));

  EXPECT_LT(monotonic_now() - start, seconds(4));
}

TEST(TempoTraces, AreReadWithIdsInBase64AndEmptyAnswersAreNone) {
  TestServer server;
  server.get("/api/echo", "echo");
  server.get("/api/traces/" + kId,
             R"({"batches":[{"resource":{"attributes":[{"key":"service.name",
               "value":{"stringValue":"cart"}}]},"scopeSpans":[{"spans":[{
               "traceId":"qqqqqqqqqqqqqqqqqqqqqg==","spanId":"AAAAAAAAALE=",
               "parentSpanId":"AAAAAAAAAME=","name":"GET /cart","kind":"SPAN_KIND_SERVER",
               "startTimeUnixNano":"1700000000000000000",
               "endTimeUnixNano":"1700000000005000000"}]}]}]})",
             kJson);
  server.get("/api/traces/" + kOther, "{}", kJson);
  server.start();
  const auto source = tempo_traces(server.url());

  ASSERT_TRUE(source->probe(seconds(5)));
  const auto found = both(*source);

  ASSERT_TRUE(found) << found.error().message();
  ASSERT_THAT((*found)[0], SizeIs(1));
  EXPECT_EQ((*found)[0][0].trace_id, kId);
  EXPECT_EQ((*found)[0][0].span_id, "00000000000000b1");
  EXPECT_EQ((*found)[0][0].parent_id, "00000000000000c1");
  EXPECT_THAT((*found)[1], IsEmpty());
  EXPECT_EQ(source->name(), "Tempo at " + server.url());
}

TEST(TempoTraces, AreAlsoReadInTheShapeOfItsSecondApi) {
  TestServer server;
  server.get("/api/traces/" + kId, "{\"trace\":" + otlp_trace() + ",\"status\":\"COMPLETE\"}",
             kJson);
  server.start();

  const auto found = both(*tempo_traces(server.url()));

  ASSERT_TRUE(found);
  EXPECT_THAT((*found)[0], SizeIs(1));
}

TEST(TempoTraces, AreNotTakenFromAnotherProduct) {
  TestServer server;
  server.get("/api/echo", kPage, "text/html");
  server.start();

  const auto there = tempo_traces(server.url())->probe(seconds(5));

  ASSERT_FALSE(there);
  EXPECT_THAT(there.error().message(), HasSubstr("not Tempo"));
}

TEST(ReceivedTraces, AreThoseThatCame) {
  const auto receiver = *OtlpReceiver::listen({.port = 0});
  httplib::Client(receiver->url()).Post("/v1/traces", otlp_trace(), kJson);
  const auto source = received_traces(*receiver);

  const auto found = both(*source);

  ASSERT_TRUE(found);
  EXPECT_THAT((*found)[0], SizeIs(1));
  EXPECT_THAT((*found)[1], IsEmpty());
}

}  // namespace
}  // namespace proofload::observe
