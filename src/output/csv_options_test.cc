#include "output/csv_options.h"

#include <gtest/gtest.h>

namespace proofload::output {
namespace {

using std::chrono::seconds;

TEST(CsvOptions, TakesABareArgumentAsTheFileName) {
  const auto options = *parse_csv_options("out.csv", {.save_interval = seconds(3)});
  EXPECT_EQ(options.file_name, "out.csv");
  EXPECT_EQ(options.save_interval, seconds(3));
}

TEST(CsvOptions, KeepsTheDefaultsWithoutAnArgument) {
  EXPECT_EQ(parse_csv_options("", {})->file_name, "file.csv");
}

TEST(CsvOptions, ReadsKeysInAnyOrder) {
  const auto options =
      *parse_csv_options("timeFormat=rfc3339,fileName=a=b.csv,saveInterval=5s", {});
  EXPECT_EQ(options.file_name, "a=b.csv");
  EXPECT_EQ(options.save_interval, seconds(5));
  EXPECT_EQ(options.time_format, "rfc3339");
}

TEST(CsvOptions, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(parse_csv_options("file_name=a.csv", {}).error().message(),
            "unknown key \"file_name\" as argument for csv output");
  EXPECT_EQ(parse_csv_options("fileName=a.csv,saveInterval", {}).error().message(),
            "couldn't parse \"fileName=a.csv,saveInterval\" as argument for csv output");
  EXPECT_FALSE(parse_csv_options("saveInterval=5x", {}));
  EXPECT_EQ(parse_time_format("iso").error().message(), "iso does not belong to TimeFormat values");
}

}  // namespace
}  // namespace proofload::output
