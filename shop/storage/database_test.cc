#include "storage/database.h"

#include <gmock/gmock.h>

#include "storage/temporary_postgres.h"

namespace proofload::shop {
namespace {

using Kind = DatabaseError::Kind;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string path = std::filesystem::temp_directory_path() / "proofload_db_XXXXXX";
    path_ = mkdtemp(path.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// What both databases must do alike runs on each.
enum class Product { kPostgres, kSqlite };

class Database : public testing::TestWithParam<Product> {
 protected:
  static void SetUpTestSuite() {
    if (TemporaryPostgres::is_installed()) server = new TemporaryPostgres;
    ASSERT_TRUE(server == nullptr || server->wait_until_ready());
  }
  static void TearDownTestSuite() {
    delete server;
    server = nullptr;
  }

  void SetUp() override {
    if (GetParam() == Product::kSqlite) {
      url_ = "sqlite:" + folder_.file("shop.db");
    } else if (server == nullptr) {
      GTEST_SKIP() << "PostgreSQL 15 is NOT INSTALLED: nothing here was tried on it";
    } else {
      url_ = server->url();
    }
    connection_ = open();
    ASSERT_TRUE(run("CREATE TABLE item (id int PRIMARY KEY, name text)"));
  }
  void TearDown() override {
    if (connection_ != nullptr) (void)connection_->execute("DROP TABLE item");
  }

  std::unique_ptr<Connection> open() {
    auto opened = connect(url_, 2000);
    EXPECT_TRUE(opened) << opened.error().message;
    return *std::move(opened);
  }

  DatabaseResult<Rows> run(const std::string& sql, const std::vector<std::string>& values = {}) {
    return connection_->execute(sql, values);
  }

  inline static TemporaryPostgres* server = nullptr;
  TemporaryFolder folder_;
  std::string url_;
  std::unique_ptr<Connection> connection_;
};

TEST_P(Database, GivesBackWhatWasStored) {
  const auto stored =
      run("INSERT INTO item VALUES ($2, $1), (2, NULL)", {"tea \\ 'green'\t\n", "1"});
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(stored->affected(), 2);
  const auto rows = run("SELECT id, name FROM item ORDER BY id");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->affected(), 0);
  EXPECT_EQ(rows->integer(0, 0), 1);
  EXPECT_EQ(rows->text(0, 1), "tea \\ 'green'\t\n");
  EXPECT_TRUE(rows->is_null(1, 1));
  EXPECT_EQ(rows->text(1, 1), "");
  EXPECT_EQ(rows->integer(1, 1), 0);
}

TEST_P(Database, CountsOnlyTheRowsOfThisStatement) {
  ASSERT_TRUE(run("INSERT INTO item VALUES (1, 'a'), (2, 'b')"));
  EXPECT_EQ(run("UPDATE item SET name = 'c' WHERE id = $1", {"9"})->affected(), 0);
  EXPECT_EQ(run("DELETE FROM item WHERE id = $1", {"2"})->affected(), 1);
}

TEST_P(Database, TakesDigitsAsANumberOrATextAsTheColumnIs) {
  ASSERT_TRUE(run("INSERT INTO item VALUES ($1, $2)", {"3", "12"}));
  EXPECT_EQ(run("SELECT id FROM item WHERE name = $1", {"12"})->size(), 1U);
  EXPECT_EQ(run("SELECT id FROM item WHERE id + 0 > $1 LIMIT $2", {"2", "5"})->size(), 1U);
  EXPECT_EQ(run("SELECT id FROM item WHERE id + 0 > $1", {"3"})->size(), 0U);
}

TEST_P(Database, SaysThatAKeyIsTaken) {
  ASSERT_TRUE(run("INSERT INTO item VALUES (1, 'a')"));
  const auto again = run("INSERT INTO item VALUES (1, 'b')");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, Kind::kConflict);
  EXPECT_EQ(again.error().sqlstate, "23505");
  EXPECT_TRUE(connection_->is_usable());
}

TEST_P(Database, RefusesWhatIsNoStatement) {
  const auto misspelt = run("SELEKT 1");
  ASSERT_FALSE(misspelt);
  EXPECT_EQ(misspelt.error().kind, Kind::kRefused);
  const auto two = run("SELECT $1; SELECT 2", {"1"});
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().sqlstate, "42601");
}

TEST_P(Database, KnowsWhetherATransactionIsOpen) {
  ASSERT_TRUE(run("BEGIN"));
  EXPECT_TRUE(connection_->is_in_transaction());
  ASSERT_TRUE(run("INSERT INTO item VALUES (1, 'a')"));
  ASSERT_TRUE(run("ROLLBACK"));
  EXPECT_FALSE(connection_->is_in_transaction());
  EXPECT_TRUE(run("SELECT id FROM item")->empty());
}

TEST_P(Database, LoadsRowsInBulk) {
  ASSERT_TRUE(run("BEGIN"));
  auto load = connection_->load("item (id, name)");
  ASSERT_TRUE(load) << load.error().message;
  for (int i = 1; i <= 10'000; ++i) {
    (*load)->integer(i);
    if (i == 2) {
      (*load)->null();
    } else {
      (*load)->text("a\tb\\n\n");
    }
    ASSERT_TRUE((*load)->end_row());
  }
  ASSERT_TRUE((*load)->finish());
  load->reset();
  ASSERT_TRUE(run("COMMIT"));
  const auto rows = run("SELECT count(*), count(name), min(name) FROM item");
  EXPECT_EQ(rows->integer(0, 0), 10'000);
  EXPECT_EQ(rows->integer(0, 1), 9'999);
  EXPECT_EQ(rows->text(0, 2), "a\tb\\n\n");
}

TEST_P(Database, SaysWhyABulkLoadFailed) {
  auto load = connection_->load("item (id, name)");
  ASSERT_TRUE(load);
  DatabaseResult<void> outcome;
  for (int i = 0; i < 2 && outcome; ++i) {
    (*load)->integer(7);
    (*load)->text("twice");
    outcome = (*load)->end_row();
  }
  if (outcome) outcome = (*load)->finish();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::kConflict);
  load->reset();
  EXPECT_TRUE(run("SELECT 1"));
}

TEST_P(Database, KnowsTheTime) {
  const auto rows = run("SELECT now()");
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->text(0, 0), testing::StartsWith("20"));
  EXPECT_THAT(rows->text(0, 0), testing::EndsWith("+00"));
}

INSTANTIATE_TEST_SUITE_P(On, Database, testing::Values(Product::kPostgres, Product::kSqlite),
                         [](const testing::TestParamInfo<Product>& product) {
                           return product.param == Product::kSqlite ? "Sqlite" : "Postgres";
                         });

TEST(Sqlite, GivesUpOnAnothersLockAfterTheTimeout) {
  const TemporaryFolder folder;
  const std::string url = "sqlite:" + folder.file("locked.db");
  const auto holder = *connect(url, 1);
  ASSERT_TRUE(holder->execute("BEGIN IMMEDIATE"));
  const auto late = (*connect(url, 1))->execute("BEGIN IMMEDIATE");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, Kind::kTimeout);
}

TEST(Sqlite, SaysThatItsFileCannotBeOpened) {
  const auto refused = connect("sqlite:/nowhere/at/all.db", 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::kUnavailable);
}

TEST(Postgres, SaysThatNobodyListens) {
  const auto refused = connect("postgresql://nobody@127.0.0.1:1/none", 2000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::kUnavailable);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("Connection refused"));
}

TEST(Postgres, GivesUpOnAServerThatAcceptsAndSaysNothing) {
  const int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  ASSERT_EQ(bind(silent, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(listen(silent, 1), 0);
  getsockname(silent, reinterpret_cast<sockaddr*>(&address), &length);
  const std::string port = std::to_string(ntohs(address.sin_port));
  const auto late = connect("postgresql://nobody@127.0.0.1:" + port + "/none", 20);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, Kind::kTimeout);
  close(silent);
}

TEST_P(Database, NoticesThatItsServerEndedTheSession) {
  if (GetParam() == Product::kSqlite) GTEST_SKIP() << "SQLite has no server";
  const auto victim = open();
  const std::string pid = victim->execute("SELECT pg_backend_pid()")->text(0, 0);
  ASSERT_TRUE(run("SELECT pg_terminate_backend($1, 2000)", {pid}));
  EXPECT_FALSE(victim->is_usable());
  const auto failed = victim->execute("SELECT 1");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Kind::kUnavailable);
}

TEST_P(Database, TellsALockWaitFromARefusal) {
  if (GetParam() == Product::kSqlite)
    GTEST_SKIP() << "see Sqlite.GivesUpOnAnothersLockAfterTheTimeout";
  const auto other = open();
  ASSERT_TRUE(run("BEGIN"));
  ASSERT_TRUE(run("LOCK TABLE item"));
  ASSERT_TRUE(other->execute("SET lock_timeout = 1"));
  const auto locked = other->execute("SELECT * FROM item");
  ASSERT_TRUE(other->execute("SET lock_timeout = 0"));
  ASSERT_TRUE(other->execute("SET statement_timeout = 1"));
  const auto cancelled = other->execute("SELECT * FROM item");
  ASSERT_TRUE(!locked && !cancelled);
  EXPECT_EQ(locked.error().kind, Kind::kTimeout);
  EXPECT_EQ(cancelled.error().kind, Kind::kTimeout);
  ASSERT_TRUE(run("ROLLBACK"));
}

}  // namespace
}  // namespace proofload::shop
