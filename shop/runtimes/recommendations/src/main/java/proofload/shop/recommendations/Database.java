package proofload.shop.recommendations;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;

/** The pool of connections and its statements: a span for the wait, one for each statement. */
final class Database implements AutoCloseable {
  static final int POOL_SIZE = 4;

  private static final int WAIT_MAX_MS = 1000;
  private static final int STATEMENT_MAX_S = 5;

  /** A name for spans and its text, which holds no values. */
  record Statement(String name, String text) {}

  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final String poolName;
  private final Tracing tracing;
  private final MeterRegistry registry;
  private final HikariDataSource pool;

  /** {@code url} as libpq takes it. Connections are made when they can be had, not now. */
  Database(String poolName, String url, MeterRegistry registry, Tracing tracing) {
    this.poolName = poolName;
    this.tracing = tracing;
    this.registry = registry;
    URI uri = URI.create(url);
    String[] user = uri.getUserInfo().split(":", 2);
    HikariConfig config = new HikariConfig();
    config.setPoolName(poolName);
    // pgbouncer gives a connection for one transaction: nothing may be prepared on it.
    config.setJdbcUrl(
        "jdbc:postgresql://%s:%d%s?prepareThreshold=0&sslmode=disable&connectTimeout=1&socketTimeout=%d"
            .formatted(uri.getHost(), uri.getPort(), uri.getPath(), STATEMENT_MAX_S));
    config.setUsername(user[0]);
    config.setPassword(user[1]);
    config.setMaximumPoolSize(POOL_SIZE);
    config.setConnectionTimeout(WAIT_MAX_MS);
    config.setValidationTimeout(WAIT_MAX_MS);
    config.setInitializationFailTimeout(-1);
    config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
    pool = new HikariDataSource(config);
  }

  void resize(int size) {
    pool.getHikariConfigMXBean().setMinimumIdle(size);
    pool.getHikariConfigMXBean().setMaximumPoolSize(size);
  }

  /** For readiness: that the database does not answer, or nothing; without spans. */
  Optional<String> whatIsMissing() {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement("SELECT 1")) {
      statement.execute();
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of("the database shop_" + poolName + " does not answer");
    }
  }

  /** The rows of a statement with one number in it. */
  <T> List<T> query(Call call, Statement statement, long value, RowReader<T> reader)
      throws SQLException {
    try (Connection connection = acquire(call)) {
      return execute(call, connection, statement, value, reader);
    }
  }

  private Connection acquire(Call call) throws SQLException {
    Span span = tracing.child(call.span(), "pool.acquire " + poolName, SpanKind.INTERNAL);
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      span.setStatus(StatusCode.ERROR, e.getMessage());
      throw e;
    } finally {
      span.end();
    }
  }

  private <T> List<T> execute(
      Call call, Connection connection, Statement statement, long value, RowReader<T> reader)
      throws SQLException {
    Span span = tracing.child(call.span(), statement.name(), SpanKind.CLIENT);
    span.setAttribute("db.system.name", "postgresql");
    span.setAttribute("db.namespace", "shop_" + poolName);
    span.setAttribute("db.query.text", statement.text());
    span.setAttribute("db.query.summary", statement.name());
    long start = System.nanoTime();
    try (PreparedStatement prepared = connection.prepareStatement(statement.text())) {
      prepared.setLong(1, value);
      List<T> rows = new ArrayList<>();
      try (ResultSet row = prepared.executeQuery()) {
        while (row.next()) rows.add(reader.read(row));
      }
      return rows;
    } catch (SQLException e) {
      note(span, statement, e);
      throw e;
    } finally {
      Requests.timer("db.client.operation.duration")
          .description("One statement")
          .tags("db.query.summary", statement.name(), "pool.name", poolName)
          .register(registry)
          .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      span.end();
    }
  }

  private static void note(Span span, Statement statement, SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    span.setStatus(StatusCode.ERROR, e.getMessage());
    span.setAttribute("db.response.status_code", state);
    JsonLog.log(
        Level.WARNING,
        "a statement failed",
        Map.of("statement", statement.name(), "sqlstate", state, "reason", e.getMessage()),
        span.getSpanContext());
  }

  /** What a client is told when the database failed. */
  static Reply problem(SQLException e) {
    if (e instanceof SQLTransientConnectionException && e.getCause() == null) {
      return Reply.problem(503, "database_timeout", "the database took too long");
    }
    String state = e.getSQLState() == null ? "08000" : e.getSQLState();
    if (state.startsWith("08") || state.startsWith("57P") || state.equals("53300")) {
      return Reply.problem(503, "database_unavailable", "the database cannot be reached");
    }
    if (state.equals("57014") || state.equals("55P03")) {
      return Reply.problem(503, "database_timeout", "the database took too long");
    }
    if (state.equals("40001") || state.equals("40P01")) {
      return Reply.problem(409, "conflict", "somebody changed the same thing; try again");
    }
    return Reply.problem(500, "database", "the database refused the statement");
  }

  @Override
  public void close() {
    pool.close();
  }
}
