#include "output/output.h"

#include <gtest/gtest.h>

namespace proofload::output {
namespace {

std::string refusal(std::string_view spec) {
  const auto output = create_output(spec, {});
  return output ? "" : output.error().message();
}

TEST(CreateOutput, TakesWhatFollowsTheTypeAsItsArgument) {
  EXPECT_EQ((*create_output("json", {}))->description(), "json(stdout)");
  EXPECT_EQ((*create_output("json=a=b.gz", {}))->description(), "json (a=b.gz)");
  EXPECT_EQ((*create_output("csv", {}))->description(), "csv (file.csv)");
  EXPECT_EQ((*create_output("csv=-", {}))->description(), "csv (stdout)");
  EXPECT_EQ((*create_output("csv=fileName=a.csv,saveInterval=3s", {}))->flush_interval(),
            std::chrono::seconds(3));
}

TEST(CreateOutput, LetsTheArgumentWinOverTheEnvironment) {
  OutputContext context;
  context.csv.file_name = "env.csv";
  context.csv.save_interval = std::chrono::seconds(7);
  const auto output = *create_output("csv=arg.csv", context);
  EXPECT_EQ(output->description(), "csv (arg.csv)");
  EXPECT_EQ(output->flush_interval(), std::chrono::seconds(7));
}

TEST(CreateOutput, ListsWhatThereIsWhenTheTypeIsUnknown) {
  EXPECT_EQ(refusal("nosuch"),
            "invalid output type 'nosuch', available types are: cloud, csv, "
            "experimental-opentelemetry, experimental-prometheus-rw, influxdb, json, "
            "opentelemetry, statsd, web-dashboard");
}

TEST(CreateOutput, SaysWhatBecameOfARemovedOutput) {
  EXPECT_EQ(refusal("kafka=broker:9092"),
            "could not create the 'kafka' output: the kafka output was deprecated in k6 v0.32.0 "
            "and removed in k6 v0.34.0, please use the new xk6 kafka output extension instead - "
            "https://github.com/k6io/xk6-output-kafka");
  EXPECT_EQ(refusal("statsd"),
            "could not create the 'statsd' output: the statsd output was deprecated in k6 v0.47.0 "
            "and removed in k6 v0.55.0, please use the new xk6 statsd output extension instead. It "
            "can be found at https://github.com/LeonAdato/xk6-output-statsd and more info at "
            "https://github.com/grafana/k6/issues/2982");
}

TEST(CreateOutput, AdmitsWhatIsStillMissing) {
  EXPECT_EQ(refusal("influxdb=http://localhost:8086/db"), "not supported yet: influxdb");
}

TEST(CreateOutput, NamesTheOutputWhoseArgumentIsWrong) {
  EXPECT_EQ(refusal("csv=format=unix"),
            "could not create the 'csv' output: unknown key \"format\" as argument for csv output");
  EXPECT_EQ(refusal("csv=timeFormat=iso"),
            "could not create the 'csv' output: iso does not belong to TimeFormat values");
}

}  // namespace
}  // namespace proofload::output
