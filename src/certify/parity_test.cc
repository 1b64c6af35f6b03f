#include "certify/parity.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <unistd.h>

#include "certify/run_folder.h"

namespace proofload::certify {
namespace {

using evidence::Facts;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

// Whether the rule of `kind` lets `ours` and `theirs` pass.
bool are_alike(const std::string& kind, const std::string& ours, const std::string& theirs) {
  return compare({{kind, {{"x", ours}}}}, {{kind, {{"x", theirs}}}}, {kind}).empty();
}

TEST(Parity, OfEqualFactsHasNoDifference) {
  const Facts facts{{"replicas", {{"orders", "3"}}}, {"flags", {{"new_cart", "true"}}}};

  EXPECT_THAT(compare(facts, facts, {}), IsEmpty());
  EXPECT_EQ(shared_facts(facts, facts), 2U);
}

TEST(Parity, NamesTheFactWithBothValuesAndTheRule) {
  const auto differences =
      compare({{"replicas", {{"orders", "2"}}}}, {{"replicas", {{"orders", "3"}}}}, {});

  EXPECT_THAT(differences,
              ElementsAre(AllOf(
                  Field(&Difference::kind, "replicas"), Field(&Difference::subject, "orders"),
                  Field(&Difference::ours, "2"), Field(&Difference::theirs, "3"),
                  Field(&Difference::rule, "the same"), Field(&Difference::is_required, true))));
}

TEST(Parity, ComparesAmountsNotTheirSpelling) {
  EXPECT_TRUE(are_alike("cpu_limit", "500m", "0.5"));
  EXPECT_TRUE(are_alike("memory_limit", "1Gi", "1024Mi"));
  EXPECT_FALSE(are_alike("memory_limit", "1G", "1Gi"));
}

TEST(Parity, TakesTablesOfAboutTheSameSize) {
  EXPECT_TRUE(are_alike("db_rows", "1300000", "1500000"));
  EXPECT_FALSE(are_alike("db_rows", "1100000", "1500000"));
  EXPECT_FALSE(are_alike("db_rows", "1900000", "1500000"));
  EXPECT_TRUE(are_alike("db_rows", "0", "900"));
}

TEST(Parity, TakesRepairsOfADatabaseButNoOtherVersion) {
  EXPECT_TRUE(are_alike("db_version", "15.4 (Debian 15.4-1)", "15.10"));
  EXPECT_FALSE(are_alike("db_version", "14.9", "15.10"));
}

TEST(Parity, TakesARoundTripOfHalfToTwice) {
  EXPECT_TRUE(are_alike("client_rtt", "11ms", "20ms"));
  EXPECT_FALSE(are_alike("client_rtt", "0.1ms", "20ms"));
}

TEST(Parity, MissesWhatOnlyOneOfThemHas) {
  const auto differences =
      compare({{"flags", {{"a", "true"}}}}, {{"flags", {{"a", "true"}, {"b", "false"}}}}, {});

  EXPECT_THAT(differences,
              ElementsAre(AllOf(Field(&Difference::subject, "b"), Field(&Difference::ours, ""),
                                Field(&Difference::theirs, "false"))));
}

TEST(Parity, MissesARequiredKindThatNobodyKnows) {
  EXPECT_THAT(compare({}, {}, {"cdn"}), ElementsAre(Field(&Difference::kind, "cdn")));
}

TEST(Parity, RequiresOnlyWhatIsAskedForAndPutsItFirst) {
  const auto differences =
      compare({{"cdn", {{"", "on"}}}, {"replicas", {{"orders", "2"}}}},
              {{"cdn", {{"", "off"}}}, {"replicas", {{"orders", "3"}}}}, {"replicas"});

  EXPECT_THAT(
      differences,
      ElementsAre(
          AllOf(Field(&Difference::kind, "replicas"), Field(&Difference::is_required, true)),
          AllOf(Field(&Difference::kind, "cdn"), Field(&Difference::is_required, false))));
}

TEST(Snapshot, IsReadBackAsItWasWritten) {
  Facts facts;
  ASSERT_TRUE(add_said_fact("cdn=off", facts));
  ASSERT_TRUE(add_said_fact("instance_type/db=r5.large", facts));
  EXPECT_FALSE(add_said_fact("cdn", facts));
  EXPECT_FALSE(add_said_fact("=x", facts));
  const EnvironmentSnapshot snapshot{
      .name = "staging", .taken = "2026-01-01T00:00:00Z", .facts = facts, .notes = {"n"}};
  const std::string path = testing::TempDir() + "/proofload_snapshot_" + std::to_string(::getpid());
  ASSERT_TRUE(write_file(path, snapshot_json(snapshot)));
  const auto read = read_snapshot(path);
  std::filesystem::remove(path);

  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "staging");
  EXPECT_EQ(read->facts, facts);
}

}  // namespace
}  // namespace proofload::certify
