#include "app/summary_files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace proofload::app {
namespace {

class RecordingPresenter final : public Presenter {
 public:
  report::Terminals terminals() const override { return {}; }
  bool has_color() const override { return false; }
  void print(std::string_view text) override { out += text; }
  void print_banner(std::string_view) override {}
  void print_error(std::string_view text) override { err += text; }
  Duration progress_period() const override { return std::chrono::seconds(1); }
  void progress(const run::RunSnapshot&) override {}
  void final_progress(const run::RunSnapshot&) override {}

  std::string out;
  std::string err;
};

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(SummaryFiles, GoToFilesAndToBothStreams) {
  RecordingPresenter presenter;
  const std::string path = testing::TempDir() + "summary_files.txt";
  std::ofstream(path) << "what was there before, and longer";

  write_summary_files({{"stdout", "to out"}, {"stderr", "to err"}, {path, "to file"}}, presenter);

  EXPECT_EQ(presenter.out, "to out");
  EXPECT_EQ(presenter.err, "to err");
  EXPECT_EQ(content_of(path), "to file");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  std::filesystem::remove(path);
}

TEST(SummaryFiles, OneThatCannotBeWrittenDoesNotKeepTheOthers) {
  RecordingPresenter presenter;
  const std::string path = testing::TempDir() + "summary_files_2.txt";

  write_summary_files({{"/no/such/folder/x", "lost"}, {"/dev/full", "lost"}, {path, "kept"}},
                      presenter);

  EXPECT_EQ(content_of(path), "kept");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace proofload::app
