#include "certify/scratch_folder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::certify {
namespace {

TEST(ScratchFolder, IsGoneWithItsOwnerAndAllThatIsInIt) {
  std::string file;
  {
    const auto folder = ScratchFolder::create();
    ASSERT_TRUE(folder);
    file = folder->file("note");
    std::ofstream(file) << "text";
    EXPECT_TRUE(std::filesystem::exists(file));
  }
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(file).parent_path()));
}

TEST(ScratchFolder, ThatCannotBeMadeSaysWhatToDo) {
  ::setenv("TMPDIR", "/nowhere", 1);
  const auto folder = ScratchFolder::create();
  ::unsetenv("TMPDIR");

  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().hint(), testing::HasSubstr("TMPDIR"));
}

}  // namespace
}  // namespace proofload::certify
