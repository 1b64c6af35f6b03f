#include "run/memory_watch.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace proofload::run {
namespace {

class MemoryWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = testing::TempDir() + "memory_watch/";
    std::filesystem::remove_all(root_);
    write("proc/self/statm", "9000 1000 0 0 0 0 0");  // 1,000 pages of 4 KiB
  }
  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
  }
  std::string root_;
};

TEST_F(MemoryWatchTest, WarnsAtNineteenTwentiethsOfTheLimit) {
  write("sys/fs/cgroup/memory.max", "4300000");
  EXPECT_TRUE(MemoryWatch(root_).is_nearly_full());
  write("sys/fs/cgroup/memory.max", "4400000");
  EXPECT_FALSE(MemoryWatch(root_).is_nearly_full());
}

TEST_F(MemoryWatchTest, ReadsTheFirstVersionsFileToo) {
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "4200000");
  EXPECT_EQ(MemoryWatch(root_).limit_bytes(), 4'200'000);
}

TEST_F(MemoryWatchTest, WithoutALimitNothingIsNearlyFull) {
  EXPECT_FALSE(MemoryWatch(root_).is_nearly_full());
  write("sys/fs/cgroup/memory.max", "max");
  EXPECT_FALSE(MemoryWatch(root_).is_nearly_full());
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  EXPECT_FALSE(MemoryWatch(root_).is_nearly_full());
}

}  // namespace
}  // namespace proofload::run
