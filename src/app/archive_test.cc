#include "app/archive.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace proofload::app {
namespace {

const std::string kHome = "/home/alice";

k6::FileReader::Content text(std::string content) {
  return std::make_shared<const std::string>(std::move(content));
}

std::string write_and_read(const Archive& archive) {
  const std::string path = testing::TempDir() + "test_archive.tar";
  EXPECT_TRUE(write_archive(archive, path));
  std::ifstream in(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  std::filesystem::remove(path);
  return content;
}

Archive sample() {
  return {.options = R"({"vus":3})",
          .script_path = kHome + "/tests/script.js",
          .working_folder = kHome + "/tests",
          .env = {{"A", "1"}},
          .files = {{kHome + "/tests/script.js", text("export default 1")},
                    {kHome + "/tests/lib/a.js", text("1")},
                    {"/data/users.csv", text("")}}};
}

TEST(Archive, ComesBackAsItWentInButForTheHomeFolder) {
  const std::string tar = write_and_read(sample());
  ASSERT_TRUE(is_archive(tar));

  const auto read = read_archive(tar);

  ASSERT_TRUE(read);
  EXPECT_EQ(read->options, R"({"vus":3})");
  EXPECT_EQ(read->script_path, "/home/nobody/tests/script.js");
  EXPECT_EQ(read->working_folder, "/home/nobody/tests");
  EXPECT_EQ(read->env.at("A"), "1");
  ASSERT_EQ(read->files.size(), 3);
  EXPECT_EQ(*read->files.at("/home/nobody/tests/script.js"), "export default 1");
  EXPECT_EQ(*read->files.at("/home/nobody/tests/lib/a.js"), "1");
}

TEST(Archive, EqualTestsGiveEqualArchives) {
  EXPECT_EQ(write_and_read(sample()), write_and_read(sample()));
}

TEST(Archive, ACutOneIsRefused) {
  const std::string tar = write_and_read(sample());
  EXPECT_FALSE(read_archive(tar.substr(0, 700)));
  EXPECT_FALSE(is_archive("export default function () {}"));
}

TEST(Archive, SaysWhereItCouldNotBeWritten) {
  const auto written = write_archive(sample(), "/no/such/folder/a.tar");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message().find("/no/such/folder/a.tar"), std::string::npos);
}

}  // namespace
}  // namespace proofload::app
