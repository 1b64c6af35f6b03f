#include "certify/approvals.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "certify/run_folder.h"

namespace proofload::certify {
namespace {

using evidence::SignatureState;

class ApprovalsTest : public ::testing::Test {
 protected:
  ApprovalsTest() {
    std::string pattern = std::filesystem::temp_directory_path() / "approvals-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ApprovalsTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  SignatureState state(const std::string& hash) const {
    const auto approvals = read_approvals(file("plan.approvals.json"));
    return check_signatures({"dba"}, *approvals, hash, file("allowed_signers")).at(0).state;
  }
  Result<void> sign(const std::string& hash, const std::string& key = "") const {
    return approve(
        file("plan.approvals.json"),
        {.role = "dba", .name = "ada@example.com", .at = "2026-01-01T00:00:00Z", .hash = hash},
        key);
  }
  // False where there is no ssh-keygen.
  bool make_key() const {
    const std::string command = "ssh-keygen -q -t ed25519 -N '' -f " + file("key") +
                                " && echo ada@example.com $(cat " + file("key.pub") + ") > " +
                                file("allowed_signers");
    return std::system(command.c_str()) == 0;
  }

  std::string folder_;
};

TEST_F(ApprovalsTest, WithoutAKeyAnApprovalIsClaimed) {
  EXPECT_EQ(state("h1"), SignatureState::kMissing);
  ASSERT_TRUE(sign("h1"));
  EXPECT_EQ(state("h1"), SignatureState::kClaimed);
}

TEST_F(ApprovalsTest, AnApprovalIsForOneContentOnly) {
  ASSERT_TRUE(sign("h1"));
  EXPECT_EQ(state("h2"), SignatureState::kOutdated);
  ASSERT_TRUE(sign("h2"));
  EXPECT_EQ(state("h2"), SignatureState::kClaimed);
}

TEST_F(ApprovalsTest, ASignatureOfAnAllowedSignerIsVerified) {
  if (!make_key()) GTEST_SKIP() << "ssh-keygen is NOT INSTALLED: no signature was verified";
  ASSERT_TRUE(sign("h1", file("key")));
  EXPECT_EQ(state("h1"), SignatureState::kVerified);
}

TEST_F(ApprovalsTest, ASignatureThatWasCopiedToOtherContentIsNot) {
  if (!make_key()) GTEST_SKIP() << "ssh-keygen is NOT INSTALLED: no signature was verified";
  ASSERT_TRUE(sign("h1", file("key")));
  std::string text = *read_file(file("plan.approvals.json"));
  text.replace(text.find("\"h1\""), 4, "\"h2\"");
  ASSERT_TRUE(write_file(file("plan.approvals.json"), text));
  EXPECT_EQ(state("h2"), SignatureState::kClaimed);
}

TEST_F(ApprovalsTest, AFileThatIsNoListIsAnErrorAndNotNoApproval) {
  ASSERT_TRUE(write_file(file("plan.approvals.json"), "{\"role\": 1}"));
  EXPECT_FALSE(read_approvals(file("plan.approvals.json")));
}

TEST(ApprovalsPath, LiesBesideThePlan) {
  EXPECT_EQ(approvals_path("a/plan.yaml"), "a/plan.approvals.json");
}

}  // namespace
}  // namespace proofload::certify
