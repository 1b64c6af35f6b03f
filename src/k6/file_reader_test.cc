#include "k6/file_reader.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace proofload::k6 {
namespace {

class FileReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "file_reader/";
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ + "a.txt") << "first";
  }
  std::string folder_;
};

TEST_F(FileReaderTest, ReadsAFileOnceAndSharesItsContent) {
  FileReader files;

  const auto first = *files.read(folder_ + "a.txt");
  std::ofstream(folder_ + "a.txt") << "changed";
  const auto second = *files.read(folder_ + "a.txt");

  EXPECT_EQ(*first, "first");
  EXPECT_EQ(first, second);
}

TEST_F(FileReaderTest, RefusesAFileThatTheFirstInitDidNotRead) {
  FileReader files;
  files.lock();

  const auto late = files.read(folder_ + "a.txt");

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind(), ErrorKind::kScript);
}

TEST_F(FileReaderTest, SaysWhyAFileCannotBeRead) {
  FileReader files;
  EXPECT_EQ(files.read(folder_ + "absent").error().message(),
            "stat " + folder_ + "absent: no such file or directory");
  EXPECT_EQ(files.read(folder_).error().message(), "read " + folder_ + ": is a directory");
}

TEST_F(FileReaderTest, AnArchiveNeverReachesTheDisk) {
  FileReader files;
  files.replace_with({{"/in.js", std::make_shared<const std::string>("x")}});
  EXPECT_EQ(**files.read("/in.js"), "x");
  EXPECT_FALSE(files.read(folder_ + "a.txt"));
}

TEST(AbsolutePath, RemovesDotsAndDoubledSlashes) {
  EXPECT_EQ(absolute_path("../b/./c.js", "/x/a"), "/x/b/c.js");
  EXPECT_EQ(absolute_path("/y//z.js", "/x"), "/y/z.js");
}

}  // namespace
}  // namespace proofload::k6
