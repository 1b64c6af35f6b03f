#include "certify/load_request.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "certify/run_folder.h"

namespace proofload::certify {
namespace {

class LoadRequestTest : public ::testing::Test {
 protected:
  LoadRequestTest() { std::filesystem::create_directories(folder_); }
  ~LoadRequestTest() override { std::filesystem::remove_all(folder_); }
  const std::string folder_ =
      std::filesystem::temp_directory_path() / ("load-request-" + std::to_string(::getpid()));
};

TEST_F(LoadRequestTest, IsReadAsItWasWritten) {
  EXPECT_EQ(load_request(folder_), std::nullopt);
  const LoadRequest request{250, "grace \"g\"", "two\nlines"};
  ASSERT_TRUE(request_load(folder_, request));
  EXPECT_EQ(load_request(folder_), request);
}

TEST_F(LoadRequestTest, WhatCannotBeUnderstoodIsNoWord) {
  for (const char* text : {"", "{", "[]", "{\"permille\": 500}",
                           "{\"permille\": 2000, \"by\": \"a\", \"reason\": \"b\"}",
                           "{\"permille\": \"all\", \"by\": \"a\", \"reason\": \"b\"}"}) {
    ASSERT_TRUE(write_file(folder_ + "/load.json", text));
    EXPECT_EQ(load_request(folder_), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace proofload::certify
