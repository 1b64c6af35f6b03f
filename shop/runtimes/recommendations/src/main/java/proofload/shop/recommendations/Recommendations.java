package proofload.shop.recommendations;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What else buyers of a product bought; worked out when the shop was seeded. */
final class Recommendations {
  private static final Database.Statement SELECT =
      new Database.Statement(
          "SELECT recommendations",
          "SELECT r.other_id, p.name, p.price_cents FROM recommendations r"
              + " JOIN products p ON p.id = r.other_id"
              + " WHERE r.product_id = ? ORDER BY r.rank");

  private record Answer(long product, List<Item> items) {}

  private final Database database;
  private final RetainedLists retained = new RetainedLists();
  private final Cache<Long, String> cache =
      Caffeine.newBuilder()
          .expireAfterWrite(Duration.ofSeconds(60))
          .maximumSize(4096)
          .recordStats()
          .build();

  Recommendations(Service service, Database database, MeterRegistry registry) {
    this.database = database;
    service.route("GET /recommendations/:product", this::answer);
    service.setReady(database::whatIsMissing);
    service.knobs().add("pool_ro", Database.POOL_SIZE, size -> database.resize((int) size));
    service.knobs().add("retained_mb", 0, size -> retained.resize((int) size));
    CaffeineCacheMetrics.monitor(registry, cache, "recommendations");
  }

  private Reply answer(Call call) {
    String text = call.path().group("product");
    if (!text.matches("-?\\d{1,18}")) {
      return Reply.problem(400, "product", "a product's id is a number");
    }
    retained.renew();
    long product = Long.parseLong(text);
    String known = cache.getIfPresent(product);
    if (known != null) return Reply.json(200, known);
    try {
      String body = Reply.GSON.toJson(new Answer(product, select(call, product)));
      cache.put(product, body);
      return Reply.json(200, body);
    } catch (SQLException e) {
      return Database.problem(e);
    }
  }

  private List<Item> select(Call call, long product) throws SQLException {
    return database.query(
        call, SELECT, product, row -> new Item(row.getLong(1), row.getString(2), row.getLong(3)));
  }
}
