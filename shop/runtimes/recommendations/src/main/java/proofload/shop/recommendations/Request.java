package proofload.shop.recommendations;

import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Level;

/** A request on its way from the connection to its answer. One thread at a time. */
final class Request {
  /** Of a request whose caller gives none. */
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private final HttpExchange exchange;
  private final String path;
  private final long startNanos = System.nanoTime();
  private final Deadline deadline;
  private final Span span;
  private final Span queued;

  Request(HttpExchange exchange, String path, Tracing tracing) {
    this.exchange = exchange;
    this.path = path;
    deadline = Deadline.of(exchange.getRequestHeaders().getFirst("X-Deadline-Ms"), DEADLINE);
    span = tracing.server(exchange.getRequestMethod(), exchange.getRequestHeaders());
    queued = tracing.child(span, "worker.queue", SpanKind.INTERNAL);
  }

  HttpExchange exchange() {
    return exchange;
  }

  String method() {
    return exchange.getRequestMethod();
  }

  String path() {
    return path;
  }

  Deadline deadline() {
    return deadline;
  }

  Span span() {
    return span;
  }

  long nanos() {
    return System.nanoTime() - startNanos;
  }

  /** A worker has taken it, or nobody will. */
  void endQueue() {
    queued.end();
  }

  void logFailure(RuntimeException failure) {
    JsonLog.log(
        Level.SEVERE,
        "a handler threw",
        Map.of("reason", failure.toString()),
        span.getSpanContext());
  }
}
