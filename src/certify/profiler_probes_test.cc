#include "certify/profiler_probes.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "observe/test_process.h"
#include "observe/test_server.h"

namespace proofload::certify {
namespace {

namespace fs = std::filesystem;

using evidence::CheckResult;
using evidence::CheckState;
using ::testing::HasSubstr;

constexpr const char* kJcmd = R"(for word; do
  case $word in filename=*) printf 'FLR\0recording' > "${word#filename=}";; esac
done)";

// Profilers of the test's own in PATH, and a process to attach to.
class Profilers : public ::testing::Test {
 protected:
  static constexpr const char* kPath = "/usr/local/bin:/usr/bin:/bin";

  void SetUp() override {
    ::setenv("PATH", fmt::format("{}:{}", folder_.path().string(), kPath).c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", kPath, 1); }

  void install(const std::string& program, const std::string& script) {
    const fs::path file = folder_.path() / program;
    std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(file, fs::perms::owner_all);
  }
  // Runs as long as the fixture lives; its command line ends in that many seconds.
  void start(const std::string& program, const std::string& seconds) {
    const fs::path file = folder_.path() / program;
    fs::copy_file("/bin/sleep", file, fs::copy_options::skip_existing);
    processes_.push_back(
        std::make_unique<observe::TestProcess>(std::vector{file.string(), seconds}, "/dev/null"));
    for (int i = 0; i < 100 && !find_process(fmt::format("{} {}", program, seconds), program);
         ++i) {
      ::poll(nullptr, 0, 20);
    }
  }
  static CheckResult check(std::string kind, std::string target) {
    plan::Observe observe;
    observe.profilers = {{"reco", std::move(kind), std::move(target)}};
    return check_profilers(observe);
  }

  observe::TemporaryFolder folder_;
  std::vector<std::unique_ptr<observe::TestProcess>> processes_;
};

TEST_F(Profilers, ARecordingOfTheJdkBeginsAsOne) {
  start("java", "7531");
  install("jcmd", kJcmd);
  const CheckResult result = check("jfr", "java 7531");
  EXPECT_EQ(result.state, CheckState::kPass) << result.evidence;
  EXPECT_EQ(result.evidence, "reco: 13 bytes by JFR");
}

TEST_F(Profilers, AnythingElseIsNoRecording) {
  start("java", "7531");
  install(
      "jcmd",
      R"(for word; do case $word in filename=*) echo '<html>' > "${word#filename=}";; esac; done)");
  const CheckResult result = check("jfr", "java 7531");
  EXPECT_EQ(result.state, CheckState::kFail);
  EXPECT_EQ(result.evidence, "reco: JFR gave no profile (7 bytes)");
}

TEST_F(Profilers, AToolThatMayNotAttachSaysWhy) {
  start("java", "7531");
  install("jcmd", "echo 'AttachNotSupportedException: not the owner' >&2; exit 1");
  const CheckResult result = check("jfr", "java 7531");
  EXPECT_EQ(result.state, CheckState::kFail);
  EXPECT_THAT(result.evidence, HasSubstr("not the owner"));
}

TEST_F(Profilers, AsyncProfilerIsReplacedByTheJdksRecorderWhereItIsMissing) {
  start("java", "7531");
  install("jcmd", kJcmd);
  install("asprof", "exit 1");
  EXPECT_THAT(check("async_profiler", "java 7531").evidence,
              HasSubstr("by JFR, as there is no asprof"));
  install("asprof",
          R"(for word; do [ "$last" = -f ] && printf 'FLR\0' > "$word"; last=$word; done; true)");
  EXPECT_THAT(check("async_profiler", "java 7531").evidence,
              HasSubstr("4 bytes by async-profiler"));
}

TEST_F(Profilers, PySpysStacksAreRead) {
  const auto writing = [&](const std::string& stacks) {
    install("py-spy",
            R"(while [ "$1" != --output ]; do shift; done; printf ')" + stacks + R"(' > "$2")");
    return check("py_spy", "1");
  };
  EXPECT_EQ(writing(R"(main (app.py:1);work (app.py:7) 99\n)").state, CheckState::kPass);
  EXPECT_EQ(writing("").state, CheckState::kFail);
  EXPECT_EQ(writing(R"(Error: Permission denied\n)").state, CheckState::kFail);
}

TEST_F(Profilers, AMissingToolIsNamed) {
  ::setenv("PATH", folder_.path().c_str(), 1);
  const CheckResult result = check("py_spy", "1");
  EXPECT_EQ(result.state, CheckState::kFail);
  EXPECT_THAT(result.evidence, HasSubstr("py-spy: not installed"));
}

TEST_F(Profilers, AProcessIsNamedByAPartOfOneCommandLine) {
  start("java", "7531");
  start("java", "7532");
  EXPECT_TRUE(find_process("7531", "java")) << "that is a number: nobody looks";
  EXPECT_TRUE(find_process("java 7532", "java"));
  EXPECT_FALSE(find_process("java 7532", "python"));
  const auto several = find_process("java 753", "java");
  ASSERT_FALSE(several);
  EXPECT_THAT(several.error().message(), HasSubstr("several java processes"));
  const auto none = find_process("java 7533", "java");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message(), HasSubstr("no java process of this machine"));
}

TEST_F(Profilers, APageIsNoPprofProfileAndOneFailureDoesNotHideTheOthers) {
  observe::TestServer server;
  server.get("/page/profile", "<html>a landing page</html>", "text/html");
  server.get("/debug/pprof/profile", std::string("\x1f\x8b\x08\x00", 4),
             "application/octet-stream");
  server.start();
  plan::Observe observe;
  observe.profilers = {{"page", "pprof", server.url("/page")},
                       {"catalog", "pprof", server.url("/debug/pprof")}};
  const CheckResult result = check_profilers(observe);
  EXPECT_EQ(result.state, CheckState::kFail);
  EXPECT_THAT(result.evidence, HasSubstr("gave no profile (27 bytes); catalog: 4 bytes of pprof"));
  EXPECT_EQ(result.hint, "the address ends in /debug/pprof");
}

}  // namespace
}  // namespace proofload::certify
