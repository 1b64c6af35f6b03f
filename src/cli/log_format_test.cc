#include "cli/log_format.h"

#include <gtest/gtest.h>

namespace proofload::cli {
namespace {

LogRecord record(std::string message, std::vector<std::pair<std::string, std::string>> fields) {
  return {.level = LogLevel::kWarning,
          .at = WallTime(std::chrono::seconds(1'700'000'000)),
          .message = std::move(message),
          .fields = std::move(fields)};
}

class LogFormatTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

TEST_F(LogFormatTest, TextSortsFieldsAndQuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(format_log(record("Request Failed", {{"source", "console"}, {"error", "a \"b\"\n"}}),
                       LogFormat::kText),
            "time=\"2023-11-14T22:13:20Z\" level=warning msg=\"Request Failed\" "
            "error=\"a \\\"b\\\"\\n\" source=console\n");
}

TEST_F(LogFormatTest, AnEmptyMessageIsLeftOut) {
  EXPECT_EQ(format_log(record("", {{"source", "console"}}), LogFormat::kText),
            "time=\"2023-11-14T22:13:20Z\" level=warning source=console\n");
}

TEST_F(LogFormatTest, JsonHasKeysInAlphabeticalOrder) {
  EXPECT_EQ(format_log(record("hi", {{"z", "1"}, {"a", "2"}}), LogFormat::kJson),
            "{\"a\":\"2\",\"level\":\"warning\",\"msg\":\"hi\",\"time\":\"2023-11-14T22:13:20Z\","
            "\"z\":\"1\"}\n");
}

TEST_F(LogFormatTest, RawIsTheMessageAlone) {
  EXPECT_EQ(format_log(record("hi", {{"a", "2"}}), LogFormat::kRaw), "hi\n");
}

TEST_F(LogFormatTest, TheTerminalFormPadsTheMessageAndColorsTheKeys) {
  EXPECT_EQ(format_log_for_terminal(record("hi", {{"a", "2"}}), 7, false),
            "WARN[0007] hi                                            a=2\n");
  EXPECT_EQ(format_log_for_terminal(record("two\nlines\n", {{"a", "2"}}), 7, true),
            "\x1b[33mWARN\x1b[0m[0007] two\nlines" + std::string(37, ' ') + "\x1b[33ma\x1b[0m=2\n");
}

}  // namespace
}  // namespace proofload::cli
