#include "output/csv_output.h"

#include <cstdlib>
#include <ctime>
#include <string>

#include <gtest/gtest.h>

#include "output/sample_test_values.h"

namespace proofload::output {
namespace {

using testing::at_wall;
using testing::request_tags;
using testing::tag_set;

constexpr std::int64_t kAt = 1795442387609421453;

std::string row(CsvRows rows, const metrics::Sample& sample) {
  std::string out;
  rows.append(out, sample);
  return out;
}

std::string header(metrics::SystemTagSet tags) {
  std::string out;
  CsvRows(tags, TimeFormat::kUnix).append_header(out);
  return out;
}

// The expected texts of the next two tests are k6 2.2's, which leaves the order of extra tags to
// chance.
TEST(CsvRows, HaveAColumnForEachEnabledSystemTag) {
  EXPECT_EQ(header(metrics::SystemTagSet::defaults()),
            "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,"
            "method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,"
            "metadata\n");
}

TEST(CsvRows, PutOtherTagsAndMetadataIntoTheLastColumns) {
  metrics::Registry registry;
  metrics::SystemTagSet tags;
  for (const auto* name :
       {"proto", "status", "method", "url", "name", "group", "check", "error", "error_code",
        "tls_version", "scenario", "ip", "vu", "iter", "expected_response"}) {
    tags.add(*metrics::find_system_tag(name));
  }
  EXPECT_EQ(header(tags),
            "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,ip,"
            "method,name,proto,scenario,status,tls_version,url,extra_tags,metadata\n");
  const metrics::Sample sample{&registry.builtin().http_req_duration,
                               &request_tags(registry),
                               20.942483,
                               at_wall(kAt),
                               {.vu = 1, .iteration = 0}};
  EXPECT_EQ(row(CsvRows(tags, TimeFormat::kUnix), sample),
            "http_req_duration,1795442387,20.942483,,,,true,,127.0.0.1,GET,"
            "http://127.0.0.1:38080/json?ms=20,HTTP/1.1,default,200,,"
            "http://127.0.0.1:38080/json?ms=20,page=home&team=blue,vu=1&iter=0\n");
}

TEST(CsvRows, LeaveOutSystemTagsThatAreOff) {
  metrics::Registry registry;
  metrics::SystemTagSet tags;
  tags.add(metrics::SystemTag::kStatus);
  const metrics::Sample sample{
      &registry.builtin().http_reqs, &request_tags(registry), 1, at_wall(kAt), {.vu = 1}};
  EXPECT_EQ(row(CsvRows(tags, TimeFormat::kUnix), sample),
            "http_reqs,1795442387,1.000000,200,page=home&team=blue,\n");
}

TEST(CsvRows, QuoteWhatWouldBreakARow) {
  metrics::Registry registry;
  metrics::SystemTagSet tags;
  tags.add(metrics::SystemTag::kCheck);
  tags.add(metrics::SystemTag::kName);
  const auto& set =
      tag_set(registry, {{"check", " leads"}, {"name", "says \"a, b\""}, {"own", "two\nlines"}});
  const metrics::Sample sample{&registry.builtin().checks, &set, 1, at_wall(kAt), {}};
  EXPECT_EQ(row(CsvRows(tags, TimeFormat::kUnix), sample),
            "checks,1795442387,1.000000,\" leads\",\"says \"\"a, b\"\"\",\"own=two\nlines\",\n");
}

TEST(CsvRows, WriteTheTimeInTheFormatAskedFor) {
  ::setenv("TZ", "UTC0", 1);
  ::tzset();
  metrics::Registry registry;
  const metrics::Sample sample{
      &registry.builtin().vus, &tag_set(registry, {}), 2, at_wall(kAt), {}};
  const auto time = [&](TimeFormat format) {
    const auto out = row(CsvRows({}, format), sample);
    return out.substr(4, out.find(',', 4) - 4);
  };
  EXPECT_EQ(time(TimeFormat::kUnix), "1795442387");
  EXPECT_EQ(time(TimeFormat::kUnixMilli), "1795442387609");
  EXPECT_EQ(time(TimeFormat::kUnixMicro), "1795442387609421");
  EXPECT_EQ(time(TimeFormat::kUnixNano), "1795442387609421453");
  EXPECT_EQ(time(TimeFormat::kRfc3339), "2026-11-23T13:59:47Z");
  EXPECT_EQ(time(TimeFormat::kRfc3339Nano), "2026-11-23T13:59:47.609421453Z");
}

TEST(CsvOutput, IsDescribedByItsFileAndFlushedAtItsInterval) {
  const CsvOutput output({.file_name = "a.csv", .save_interval = std::chrono::seconds(5)},
                         TimeFormat::kUnix, {});
  EXPECT_EQ(output.description(), "csv (a.csv)");
  EXPECT_EQ(output.flush_interval(), std::chrono::seconds(5));
}

}  // namespace
}  // namespace proofload::output
