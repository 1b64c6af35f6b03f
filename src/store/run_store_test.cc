#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "metrics/histogram_codec.h"
#include "store/run_reader.h"
#include "store/run_writer.h"

namespace proofload::store {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RunStore : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "proofload_XXXXXX";
    root_ = mkdtemp(name.data());
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  std::filesystem::path root_;
};

evidence::Signal pool_wait(std::vector<evidence::Signal::Point> points) {
  return {.component = "pgbouncer",
          .name = "pool wait",
          .unit = "s",
          .source = "rate of x at y",
          .points = std::move(points),
          .object = "shop_ro",
          .instance = "http://y/"};
}

TEST_F(RunStore, GivesBackWhatWasAdded) {
  const WallTime at(seconds(1'700'000'000));
  auto folder = create_run_folder(root_, "run-1");
  ASSERT_TRUE(folder) << folder.error().message();
  {
    auto writer = RunWriter::create(*folder);
    ASSERT_TRUE(writer) << writer.error().message();
    metrics::PageSlab slab;
    metrics::Histogram latencies;
    latencies.record(12.5, slab);
    (*writer)->add(EndpointSecond{"steady", "GET /cart", seconds(3), 1, 0,
                                  metrics::encode_histogram(latencies)});
    (*writer)->add("steady",
                   evidence::Second{.since_start = seconds(3), .requests = 200, .p99 = 7});
    (*writer)->add(pool_wait({{at, 0.25}, {at + seconds(1), 0.5}}));
    (*writer)->add(pool_wait({{at + seconds(1), 99}, {at + seconds(2), 1}}));
    evidence::Span span;
    span.trace_id = "0a";
    span.name = "GET /cart";
    span.kind = evidence::Span::Kind::kServer;
    span.start = at;
    span.took = seconds(2);
    span.attributes = {{"http.route", "/cart"}, {"db.x", "\xff quoted \" \n"}};
    (*writer)->add(std::move(span));
    (*writer)->add(evidence::Event{at, "steady", "halted: it's over"});
    (*writer)->put("plan", std::string("bytes\0with a zero", 17));
    ASSERT_TRUE((*writer)->finish());
  }

  auto reader = RunReader::open(*folder);
  ASSERT_TRUE(reader) << reader.error().message();
  EXPECT_TRUE(reader->is_complete().value());
  const auto endpoint_seconds = reader->endpoint_seconds("steady").value();
  ASSERT_THAT(endpoint_seconds, SizeIs(1));
  EXPECT_EQ(endpoint_seconds[0].endpoint, "GET /cart");
  metrics::PageSlab slab;
  metrics::Histogram latencies;
  ASSERT_TRUE(metrics::decode_histogram(endpoint_seconds[0].latencies, latencies, slab));
  EXPECT_EQ(latencies.max(), 12.5);
  EXPECT_EQ(reader->seconds("steady").value().at(0).requests, 200);
  EXPECT_THAT(reader->seconds("spike").value(), IsEmpty());
  const auto signals = reader->signals().value();
  ASSERT_THAT(signals, SizeIs(1));
  EXPECT_EQ(signals[0].object, "shop_ro");
  ASSERT_THAT(signals[0].points, SizeIs(3));
  EXPECT_EQ(signals[0].points[1].value, 0.5);
  const auto spans = reader->spans(at, at + seconds(1)).value();
  ASSERT_THAT(spans, SizeIs(1));
  EXPECT_EQ(spans[0].took, seconds(2));
  EXPECT_EQ(spans[0].attribute("http.route"), "/cart");
  EXPECT_THAT(reader->spans(at + seconds(1), at + seconds(2)).value(), IsEmpty());
  EXPECT_EQ(reader->events().value().at(0).text, "halted: it's over");
  EXPECT_EQ(reader->document("plan").value(), std::string("bytes\0with a zero", 17));
  EXPECT_EQ(reader->document("script").value(), std::nullopt);
}

TEST_F(RunStore, IsReadWhileItIsWritten) {
  auto writer = RunWriter::create(root_);
  ASSERT_TRUE(writer);
  (*writer)->add(evidence::Event{WallTime{}, "", "one"});
  ASSERT_TRUE((*writer)->flush());

  auto reader = RunReader::open(root_);

  ASSERT_TRUE(reader);
  EXPECT_THAT(reader->events().value(), SizeIs(1));
  EXPECT_FALSE(reader->is_complete().value());
  (*writer)->add(evidence::Event{WallTime{}, "", "two"});
  ASSERT_TRUE((*writer)->flush());
  EXPECT_THAT(reader->events().value(), SizeIs(2));
}

TEST_F(RunStore, IsNeverSharedByTwoRuns) {
  ASSERT_TRUE(create_run_folder(root_, "a"));

  const auto again = create_run_folder(root_, "a");

  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message(), HasSubstr("this run exists"));
  ASSERT_TRUE(RunWriter::create(root_));
  EXPECT_FALSE(RunWriter::create(root_));
}

TEST_F(RunStore, TakesNoPathForAnId) {
  for (const char* id : {"", "..", ".hidden", "a/b", "a b", "a\n", "../../etc"}) {
    EXPECT_FALSE(create_run_folder(root_, id)) << id;
  }
}

TEST_F(RunStore, SaysThatAFileIsNoRun) {
  EXPECT_THAT(RunReader::open(root_ / "nowhere").error().message(), HasSubstr("no run there"));
  std::ofstream(root_ / "run.sqlite") << std::string(8192, 'x');
  const auto damaged = RunReader::open(root_);
  ASSERT_FALSE(damaged);
  EXPECT_THAT(damaged.error().hint(), HasSubstr("damaged"));

  std::filesystem::remove(root_ / "run.sqlite");
  ASSERT_TRUE(
      Database::open(root_ / "run.sqlite", Database::Mode::kCreate)->execute("CREATE TABLE t (a)"));
  EXPECT_THAT(RunReader::open(root_).error().message(), HasSubstr("not a run of Proofload"));
}

TEST_F(RunStore, SaysThatAFileThatWasCutOffIsDamaged) {
  {
    auto writer = RunWriter::create(root_);
    ASSERT_TRUE(writer);
    for (int i = 0; i < 2000; ++i) (*writer)->add(evidence::Event{WallTime{}, "", "text"});
  }
  std::filesystem::resize_file(root_ / "run.sqlite",
                               std::filesystem::file_size(root_ / "run.sqlite") / 2);

  auto reader = RunReader::open(root_);

  EXPECT_FALSE(reader && reader->events());  // an error, no crash and no rows of rubbish
}

TEST_F(RunStore, SaysThatTheDiskIsFullAndKeepsWhatItHas) {
  const pid_t child = fork();
  if (child == 0) {
    // A limit on the size of files is what a full disk is for one process.
    signal(SIGXFSZ, SIG_IGN);
    auto writer = RunWriter::create(root_);
    (*writer)->add(evidence::Event{WallTime{}, "", "kept"});
    bool is_right = (*writer)->flush().has_value();
    const rlimit limit{200'000, 200'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 1000; ++i) {
      (*writer)->add(evidence::Event{WallTime{}, "", std::string(1000, 'x')});
    }
    const auto full = (*writer)->flush();
    is_right = is_right && !full && full.error().hint().find("disk") != std::string::npos &&
               (*writer)->lost_count() == 1000;
    (*writer)->add(evidence::Event{WallTime{}, "", "after"});
    is_right = is_right && !(*writer)->finish() && (*writer)->lost_count() == 1002;
    writer->reset();
    _exit(is_right ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;

  auto reader = RunReader::open(root_);

  ASSERT_TRUE(reader) << reader.error().message();
  const auto events = reader->events().value();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].text, "kept");
  EXPECT_FALSE(reader->is_complete().value());
}

// A child that adds an event with the number of its time every few milliseconds, and is killed.
TEST_F(RunStore, LosesASecondAtMostWhenItsProcessIsKilled) {
  for (int round = 0; round < 5; ++round) {
    const std::filesystem::path folder = *create_run_folder(root_, fmt::format("killed-{}", round));
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto writer = RunWriter::create(folder);
      for (std::int64_t i = 0;; ++i) {
        const WallTime now = wall_now();
        (*writer)->add(evidence::Event{now, "p", std::string(200, 'x')});
        const std::int64_t told = now.time_since_epoch().count();
        if (write(pipe_ends[1], &told, sizeof told) < 0) _exit(1);
        poll(nullptr, 0, 2);
      }
    }
    close(pipe_ends[1]);
    poll(nullptr, 0, 700 + round * 97);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    std::int64_t last_told = 0;
    std::int64_t told_count = 0;
    for (std::int64_t told = 0; read(pipe_ends[0], &told, sizeof told) == sizeof told;) {
      last_told = told;
      ++told_count;
    }
    close(pipe_ends[0]);

    auto reader = RunReader::open(folder);
    ASSERT_TRUE(reader) << reader.error().message();
    const auto events = reader->events().value();

    ASSERT_FALSE(events.empty());
    EXPECT_FALSE(reader->is_complete().value());
    EXPECT_LE(events.size(), told_count + 1);
    EXPECT_LT(last_told - events.back().at.time_since_epoch().count(), 1'000'000'000);
  }
}

}  // namespace
}  // namespace proofload::store
