#include "output/file_sink.h"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

namespace proofload::output {
namespace {

// A file of the test's own, removed at its end.
class FileSinkTest : public ::testing::Test {
 protected:
  std::string path(const std::string& name) {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    const auto folder = std::filesystem::path(::testing::TempDir()) /
                        ("file_sink_" + std::to_string(::getpid()) + "_" + test->name());
    std::filesystem::create_directories(folder);
    folder_ = folder;
    return (folder / name).string();
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

 private:
  std::filesystem::path folder_;
};

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string unzipped(const std::string& path) {
  gzFile in = gzopen(path.c_str(), "rb");
  std::string out;
  char part[4096];
  int size = 0;
  while ((size = gzread(in, part, sizeof part)) > 0) out.append(part, static_cast<size_t>(size));
  gzclose(in);
  return out;
}

void append(FileSink& sink, std::string_view record) {
  sink.buffer() += record;
  sink.end_record();
}

TEST_F(FileSinkTest, WritesOverWhatTheFileHeld) {
  const auto file = path("out.json");
  std::ofstream(file) << "from an earlier, longer run\n";
  auto sink = *FileSink::open(file);
  append(sink, "one\n");
  append(sink, "two\n");
  ASSERT_TRUE(sink.close());
  EXPECT_EQ(content(file), "one\ntwo\n");
  EXPECT_EQ(sink.lost_count(), 0U);
}

TEST_F(FileSinkTest, ShowsRecordsAfterAFlush) {
  const auto file = path("out.json");
  auto sink = *FileSink::open(file);
  append(sink, "one\n");
  EXPECT_EQ(content(file), "");
  sink.flush();
  EXPECT_EQ(content(file), "one\n");
}

TEST_F(FileSinkTest, WritesByItselfWhenTheBufferIsFull) {
  const auto file = path("out.json");
  auto sink = *FileSink::open(file);
  append(sink, std::string(std::size_t{1} << 20, 'x'));
  EXPECT_EQ(content(file).size(), std::size_t{1} << 20);
}

TEST_F(FileSinkTest, PacksAFileWhoseNameEndsInGz) {
  const auto file = path("out.json.gz");
  auto sink = *FileSink::open(file);
  for (int i = 0; i < 1000; ++i) append(sink, "the same line\n");
  ASSERT_TRUE(sink.close());
  std::string expected;
  for (int i = 0; i < 1000; ++i) expected += "the same line\n";
  EXPECT_EQ(unzipped(file), expected);
  EXPECT_LT(content(file).size(), 500U);
}

TEST_F(FileSinkTest, NamesTheFileItCannotOpen) {
  const auto sink = FileSink::open("/nowhere/out.json");
  ASSERT_FALSE(sink);
  EXPECT_EQ(sink.error().message(), "open /nowhere/out.json: no such file or directory");
}

TEST_F(FileSinkTest, CountsWhatAFullDiskLost) {
  auto sink = *FileSink::open("/dev/full");
  append(sink, "one\n");
  append(sink, "two\n");
  sink.flush();
  append(sink, "three\n");
  const auto closed = sink.close();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().message(), "write /dev/full: no space left on device");
  EXPECT_EQ(sink.lost_count(), 3U);
}

TEST_F(FileSinkTest, ReportsAFullDiskBehindGzip) {
  const auto link = path("full.gz");
  std::filesystem::create_symlink("/dev/full", link);
  auto sink = *FileSink::open(link);
  append(sink, "one\n");
  EXPECT_FALSE(sink.close());
}

TEST_F(FileSinkTest, CountsWhatAClosedPipeLost) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const auto name = "/dev/fd/" + std::to_string(ends[1]);
  auto sink = *FileSink::open(name);
  ::close(ends[0]);
  append(sink, "one\n");
  const auto closed = sink.close();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().message(), "write " + name + ": broken pipe");
  EXPECT_EQ(sink.lost_count(), 1U);
  ::close(ends[1]);
}

}  // namespace
}  // namespace proofload::output
