#include "seed/seed.h"

#include <gmock/gmock.h>

#include "seed/schema.h"
#include "storage/temporary_postgres.h"

namespace proofload::shop {
namespace {

enum class Product { kPostgres, kSqlite };

// One small shop for each database, seeded once; a test leaves it as seeded.
class Seed : public testing::TestWithParam<Product> {
 protected:
  static void SetUpTestSuite() {
    std::string path = std::filesystem::temp_directory_path() / "proofload_seed_XXXXXX";
    folder_ = mkdtemp(path.data());
    if (!TemporaryPostgres::is_installed()) return;
    server_ = new TemporaryPostgres;
    ASSERT_TRUE(server_->wait_until_ready());
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
    std::filesystem::remove_all(folder_);
  }

  void SetUp() override {
    if (GetParam() == Product::kSqlite) {
      options_.url = "sqlite:" + folder_ + "/shop.db";
    } else if (server_ == nullptr) {
      GTEST_SKIP() << "PostgreSQL 15 is NOT INSTALLED: nothing here was tried on it";
    } else {
      options_.url = server_->url();
    }
    options_.size = SeedSize::kSmall;
    const auto seeded = seed(options_);
    ASSERT_TRUE(seeded) << seeded.error().message();
    connection_ = *connect(options_.url, 5000);
  }

  Rows run(const std::string& sql) {
    auto rows = connection_->execute(sql);
    EXPECT_TRUE(rows) << rows.error().message;
    return *std::move(rows);
  }
  std::int64_t number(const std::string& sql) { return run(sql).integer(0, 0); }

  inline static TemporaryPostgres* server_ = nullptr;
  inline static std::string folder_;
  SeedOptions options_;
  std::unique_ptr<Connection> connection_;
};

TEST_P(Seed, LoadsTheSameShopIntoEachDatabase) {
  EXPECT_EQ(number("SELECT count(*) FROM products"), 500);
  EXPECT_EQ(number("SELECT count(*) FROM stock WHERE quantity >= 1000"), 500);
  EXPECT_EQ(number("SELECT count(*) FROM recommendations"), 5'000);
  EXPECT_EQ(number("SELECT count(*) FROM users WHERE email LIKE 'user%@shop.example'"), 2'000);
  EXPECT_EQ(number("SELECT count(*) FROM orders"), 20'000);
  EXPECT_EQ(number("SELECT count(*) FROM order_items"), 49'960);
  EXPECT_EQ(number("SELECT sum(total_cents) FROM orders"), 855'022'753);
  EXPECT_EQ(number("SELECT sum(product_id) FROM order_items"), 3'701'196);
  EXPECT_EQ(number("SELECT user_id FROM orders GROUP BY user_id ORDER BY count(*) DESC LIMIT 1"),
            1);
}

TEST_P(Seed, DoesNothingTheSecondTime) {
  std::vector<std::string> steps;
  options_.progress = [&steps](const std::string& step) { steps.push_back(step); };
  EXPECT_TRUE(seed(options_));
  EXPECT_TRUE(steps.empty());
}

TEST_P(Seed, RefusesAnotherSize) {
  options_.size = SeedSize::kFull;
  const auto refused = seed(options_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "the database already holds the small data set");
}

TEST_P(Seed, ReplacesWhatAnInterruptedOneLeft) {
  run("DELETE FROM seeds");
  run("DELETE FROM orders WHERE id > 10");
  run("INSERT INTO order_items VALUES (999999, 1, 1, 1, 1)");
  ASSERT_TRUE(seed(options_));
  EXPECT_EQ(number("SELECT count(*) FROM orders"), 20'000);
  EXPECT_EQ(number("SELECT count(*) FROM order_items WHERE order_id > 20000"), 0);
}

TEST_P(Seed, GivesNewOrdersTheNextId) {
  run("INSERT INTO orders (user_id, status, total_cents) VALUES (1, 'paid', 5)");
  EXPECT_EQ(number("SELECT max(id) FROM orders"), 20'001);
  EXPECT_EQ(number("SELECT id FROM orders WHERE user_id = 1 ORDER BY created_at DESC LIMIT 1"),
            20'001);
  ASSERT_TRUE(reset(options_.url));
}

TEST_P(Seed, ResetForgetsWhatHappenedSince) {
  run("INSERT INTO orders (user_id, status, total_cents) VALUES (1, 'paid', 5)");
  run("INSERT INTO order_items VALUES (20001, 1, 1, 1, 5)");
  run("INSERT INTO carts (user_id, product_id, quantity) VALUES (1, 2, 3)");
  run("INSERT INTO jobs (kind, payload) VALUES ('mail', '{}')");
  const std::int64_t stock = number("SELECT sum(quantity) FROM stock");
  run("UPDATE stock SET quantity = 0");
  const auto done = reset(options_.url);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(number("SELECT max(id) FROM orders"), 20'000);
  EXPECT_EQ(number("SELECT max(order_id) FROM order_items"), 20'000);
  EXPECT_EQ(number("SELECT count(*) FROM carts"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM jobs"), 0);
  EXPECT_EQ(number("SELECT sum(quantity) FROM stock"), stock);
}

TEST_P(Seed, KeepsAnOrderHistoryByUserInAnIndex) {
  const std::string select =
      "SELECT id FROM orders WHERE user_id = 7 ORDER BY created_at DESC LIMIT 20";
  const Rows plan =
      run((GetParam() == Product::kSqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + select);
  std::string text;
  for (std::size_t row = 0; row < plan.size(); ++row) {
    text += plan.text(row, GetParam() == Product::kSqlite ? 3 : 0) + "\n";
  }
  EXPECT_THAT(text, testing::HasSubstr("orders_user_created"));
}

TEST_P(Seed, RecordsItsMigrations) {
  EXPECT_EQ(number("SELECT max(version) FROM schema_migrations"), kLatestVersion);
  EXPECT_TRUE(migrate(*connection_, options_.url, kLatestVersion));
  EXPECT_EQ(number("SELECT count(*) FROM schema_migrations"), kLatestVersion);
}

INSTANTIATE_TEST_SUITE_P(On, Seed, testing::Values(Product::kPostgres, Product::kSqlite),
                         [](const testing::TestParamInfo<Product>& product) {
                           return product.param == Product::kSqlite ? "Sqlite" : "Postgres";
                         });

TEST(Reset, SaysThatThereIsNoShop) {
  std::string path = std::filesystem::temp_directory_path() / "proofload_empty_XXXXXX";
  const std::string folder = mkdtemp(path.data());
  const auto refused = reset("sqlite:" + folder + "/shop.db");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "the database holds no seeded shop");
  std::filesystem::remove_all(folder);
}

TEST(SeedSizes, AreCalledSmallAndFull) {
  EXPECT_EQ(*parse_seed_size("small"), SeedSize::kSmall);
  EXPECT_EQ(*parse_seed_size("full"), SeedSize::kFull);
  EXPECT_EQ(parse_seed_size("huge").error().message(), "no data set is called `huge`");
}

}  // namespace
}  // namespace proofload::shop
