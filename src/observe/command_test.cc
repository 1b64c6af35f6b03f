#include "observe/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::observe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

TEST(Command, GivesWhatBothStreamsGot) {
  const auto output = run_command({"sh", "-c", "echo one; echo two >&2"}, seconds(10));
  ASSERT_TRUE(output) << output.error().message();
  EXPECT_EQ(*output, "one\ntwo\n");
}

TEST(Command, FailsWithItsLastLine) {
  const auto output =
      run_command({"sh", "-c", "echo first; echo no permission; exit 3"}, seconds(10));
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().message(), "sh: no permission");
}

TEST(Command, IsNamedWhenItIsNotInstalled) {
  const auto output = run_command({"proofload-no-such-program"}, seconds(10));
  ASSERT_FALSE(output);
  EXPECT_THAT(output.error().message(), HasSubstr("proofload-no-such-program: not installed"));
}

TEST(Command, IsKilledWhenItsTimeIsOver) {
  const TimePoint start = monotonic_now();
  const auto output = run_command({"sleep", "60"}, milliseconds(200));
  ASSERT_FALSE(output);
  EXPECT_THAT(output.error().message(), HasSubstr("did not end within 200ms"));
  EXPECT_LT(monotonic_now() - start, seconds(10));
}

TEST(Command, KeepsAMebibyteOfALongStory) {
  const auto output = run_command({"sh", "-c", "head -c 3000000 /dev/zero"}, seconds(10));
  ASSERT_TRUE(output);
  EXPECT_EQ(output->size(), std::size_t{1} << 20U);
}

}  // namespace
}  // namespace proofload::observe
