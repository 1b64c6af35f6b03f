#include "seed/seed.h"

#include <fmt/format.h>

#include "seed/schema.h"
#include "storage/database.h"

namespace proofload::shop {
namespace {

constexpr int kConnectMilliseconds = 10'000;
constexpr std::int64_t kProgressRows = 250'000;

std::string_view to_string(SeedSize size) {
  return size == SeedSize::kFull ? "full" : "small";
}

// One connection and the dialect it speaks.
class Seeder {
 public:
  Seeder(std::unique_ptr<Connection> connection, const SeedOptions& options)
      : connection_(std::move(connection)), options_(options), generator_(options.size) {}

  Result<void> run();
  Result<void> restock();
  Result<Rows> execute(std::string_view sql, const std::vector<std::string>& values = {}) {
    auto rows = connection_->execute(sql, values);
    if (!rows) return to_error(rows.error());
    return *std::move(rows);
  }
  bool is_postgres() const { return !is_sqlite(options_.url); }

 private:
  using Row = std::function<DatabaseResult<void>(BulkLoad&, std::int64_t)>;

  Result<void> fill(std::string_view target, std::int64_t count, const Row& row);
  DatabaseResult<void> load(std::string_view target, std::int64_t count, const Row& row);
  Result<void> fill_products();
  Result<void> fill_users();
  Result<void> fill_orders();
  Result<void> finish();
  void create_extensions();

  std::unique_ptr<Connection> connection_;
  const SeedOptions& options_;
  Generator generator_;
};

DatabaseResult<void> Seeder::load(std::string_view target, std::int64_t count, const Row& row) {
  const std::string_view table = target.substr(0, target.find(' '));
  if (auto begun = connection_->execute("BEGIN"); !begun) return tl::unexpected(begun.error());
  const std::string empty = fmt::format("{} {}", is_postgres() ? "TRUNCATE" : "DELETE FROM", table);
  if (auto emptied = connection_->execute(empty); !emptied) return tl::unexpected(emptied.error());
  auto rows = connection_->load(target, LoadInto::kTruncated);
  if (!rows) return tl::unexpected(rows.error());
  for (std::int64_t id = 1; id <= count; ++id) {
    if (auto written = row(**rows, id); !written) return written;
    if (id % kProgressRows == 0) options_.progress(fmt::format("{}: {} of {}", table, id, count));
  }
  if (auto done = (*rows)->finish(); !done) return done;
  rows->reset();
  if (auto kept = connection_->execute("COMMIT"); !kept) return tl::unexpected(kept.error());
  return {};
}

Result<void> Seeder::fill(std::string_view target, std::int64_t count, const Row& row) {
  if (auto loaded = load(target, count, row); !loaded) {
    (void)connection_->execute("ROLLBACK");
    return to_error(loaded.error());
  }
  options_.progress(fmt::format("{}: done", target.substr(0, target.find(' '))));
  return {};
}

Result<void> Seeder::restock() {
  return fill("stock (product_id, quantity)", generator_.product_count(),
              [this](BulkLoad& rows, std::int64_t id) {
                rows.integer(id);
                rows.integer(generator_.stock(id));
                return rows.end_row();
              });
}

Result<void> Seeder::fill_products() {
  PL_TRY(fill("products (id, sku, name, description, category, price_cents)",
              generator_.product_count(), [this](BulkLoad& rows, std::int64_t id) {
                const SeedProduct product = generator_.product(id);
                rows.integer(id);
                rows.text(product.sku);
                rows.text(product.name);
                rows.text(product.description);
                rows.text(product.category);
                rows.integer(product.price_cents);
                return rows.end_row();
              }));
  PL_TRY(restock());
  return fill("recommendations (product_id, rank, other_id)", generator_.product_count(),
              [this](BulkLoad& rows, std::int64_t id) {
                std::int64_t rank = 0;
                for (const std::int64_t other : generator_.recommendations(id)) {
                  rows.integer(id);
                  rows.integer(++rank);
                  rows.integer(other);
                  if (auto written = rows.end_row(); !written) return written;
                }
                return DatabaseResult<void>();
              });
}

Result<void> Seeder::fill_users() {
  return fill("users (id, email, name, created_at)", generator_.user_count(),
              [this](BulkLoad& rows, std::int64_t id) {
                rows.integer(id);
                rows.text(generator_.user_email(id));
                rows.text(generator_.user_name(id));
                rows.text(generator_.user_created_at(id));
                return rows.end_row();
              });
}

// An order is generated twice, once for each table: cheaper than keeping them all.
Result<void> Seeder::fill_orders() {
  PL_TRY(fill("orders (id, user_id, status, total_cents, created_at)", generator_.order_count(),
              [this](BulkLoad& rows, std::int64_t id) {
                const SeedOrder order = generator_.order(id);
                rows.integer(id);
                rows.integer(order.user);
                rows.text(order.status);
                rows.integer(order.total_cents);
                rows.text(order.created_at);
                return rows.end_row();
              }));
  return fill("order_items (order_id, line, product_id, quantity, price_cents)",
              generator_.order_count(), [this](BulkLoad& rows, std::int64_t id) {
                std::int64_t line = 0;
                for (const SeedItem& item : generator_.order(id).items) {
                  rows.integer(id);
                  rows.integer(++line);
                  rows.integer(item.product);
                  rows.integer(item.quantity);
                  rows.integer(item.price_cents);
                  if (auto written = rows.end_row(); !written) return written;
                }
                return DatabaseResult<void>();
              });
}

// Only a superuser may; where they are not installed, who needs them says so.
void Seeder::create_extensions() {
  for (const char* name : {"pg_stat_statements", "hypopg"}) {
    (void)connection_->execute(fmt::format("CREATE EXTENSION IF NOT EXISTS {}", name));
  }
}

Result<void> Seeder::finish() {
  options_.progress("keys and indexes");
  PL_TRY(migrate(*connection_, options_.url, kLatestVersion));
  const std::string orders = std::to_string(generator_.order_count());
  if (is_postgres()) {
    PL_TRY(execute("SELECT setval(pg_get_serial_sequence('orders', 'id'), $1)", {orders}));
    create_extensions();
    options_.progress("VACUUM ANALYZE");
    for (const char* table : {"products", "stock", "users", "carts", "orders", "order_items",
                              "recommendations", "jobs"}) {
      PL_TRY(execute(fmt::format("VACUUM ANALYZE {}", table)));
    }
  } else {
    PL_TRY(execute("ANALYZE"));
  }
  PL_TRY(execute("INSERT INTO seeds VALUES ($1, $2)",
                 {std::string(to_string(options_.size)), orders}));
  return {};
}

Result<void> Seeder::run() {
  PL_TRY(migrate(*connection_, options_.url, kTablesVersion));
  const Rows before = PL_TRY(execute("SELECT size FROM seeds"));
  if (!before.empty()) {
    if (before.text(0, 0) == to_string(options_.size))
      return migrate(*connection_, options_.url, kLatestVersion);
    return Error(ErrorKind::kUsage,
                 fmt::format("the database already holds the {} data set", before.text(0, 0)))
        .with_hint("seed an empty database, or keep that size");
  }
  PL_TRY(fill_products());
  PL_TRY(fill_users());
  PL_TRY(fill_orders());
  return finish();
}

}  // namespace

Result<void> seed(const SeedOptions& options) {
  auto connection = connect(options.url, kConnectMilliseconds);
  if (!connection) return to_error(connection.error());
  return Seeder(*std::move(connection), options).run();
}

Result<void> reset(const std::string& url) {
  auto connection = connect(url, kConnectMilliseconds);
  if (!connection) return to_error(connection.error());
  const auto seeded = (*connection)->execute("SELECT size, orders FROM seeds");
  if (!seeded || seeded->empty()) {
    return Error(ErrorKind::kUsage, "the database holds no seeded shop").with_hint("seed it first");
  }
  const std::string orders = seeded->text(0, 1);
  SeedOptions options;
  options.url = url;
  options.size = PL_TRY(parse_seed_size(seeded->text(0, 0)));
  Seeder seeder(*std::move(connection), options);
  if (seeder.is_postgres()) PL_TRY(seeder.execute("SET lock_timeout = '10s'"));
  const char* empty = seeder.is_postgres() ? "TRUNCATE " : "DELETE FROM ";
  PL_TRY(seeder.execute(std::string(empty) + "carts"));
  PL_TRY(seeder.execute(std::string(empty) + "jobs"));
  PL_TRY(seeder.execute("DELETE FROM order_items WHERE order_id > $1", {orders}));
  PL_TRY(seeder.execute("DELETE FROM orders WHERE id > $1", {orders}));
  PL_TRY(seeder.restock());
  if (seeder.is_postgres()) {
    PL_TRY(seeder.execute("SELECT setval(pg_get_serial_sequence('orders', 'id'), $1)", {orders}));
    PL_TRY(seeder.execute("VACUUM ANALYZE orders"));
    PL_TRY(seeder.execute("VACUUM ANALYZE order_items"));
  }
  return {};
}

Result<SeedSize> parse_seed_size(std::string_view text) {
  if (text == "small") return SeedSize::kSmall;
  if (text == "full") return SeedSize::kFull;
  return Error(ErrorKind::kUsage, fmt::format("no data set is called `{}`", text))
      .with_hint("small or full");
}

}  // namespace proofload::shop
