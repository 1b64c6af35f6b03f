#include "cli/new_script.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace proofload::cli {
namespace {

class NewScript : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "new_script";
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  Result<std::string> write(const std::vector<std::string>& arguments) const {
    return write_new_script(arguments, folder_);
  }
  std::string content(const std::string& name) const {
    std::ifstream in(folder_ + "/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string folder_;
};

TEST_F(NewScript, IsCalledScriptUnlessNamed) {
  EXPECT_EQ(*write({}), "script.js");
  EXPECT_NE(content("script.js").find("export default function"), std::string::npos);
  EXPECT_EQ(*write({"--template", "protocol", "other.js"}), "other.js");
  EXPECT_NE(content("other.js").find("constant-arrival-rate"), std::string::npos);
}

TEST_F(NewScript, OverwritesOnlyWhenTold) {
  ASSERT_TRUE(write({"a.js"}));
  const auto refused = write({"a.js"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "a.js already exists");
  EXPECT_TRUE(write({"-f", "a.js"}));
}

TEST_F(NewScript, NamesWhatItDoesNotKnow) {
  EXPECT_EQ(write({"--template=browser"}).error().message(),
            "not supported yet: --template browser");
  EXPECT_EQ(write({"--template=x"}).error().message(), "--template: unknown template 'x'");
  EXPECT_EQ(write({"--no-such"}).error().message(), "unknown flag: --no-such");
}

}  // namespace
}  // namespace proofload::cli
