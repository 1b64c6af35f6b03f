package proofload.shop.recommendations;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;

/** What is said of requests: their metrics, the end of their spans, log lines of the bad ones. */
final class Requests {
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration[] BUCKETS =
      Arrays.stream(
              new double[] {
                .5, 1, 2.5, 5, 10, 25, 50, 75, 100, 150, 250, 500, 750, 1000, 2500, 5000, 10000
              })
          .mapToObj(milliseconds -> Duration.ofNanos((long) (milliseconds * 1e6)))
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final Counter refused;

  Requests(MeterRegistry registry) {
    this.registry = registry;
    refused =
        Counter.builder("http.server.requests.refused")
            .description("Answered 503 because the worker queue was full")
            .register(registry);
  }

  /** From half a millisecond (a cache hit) to ten seconds. */
  static Timer.Builder timer(String name) {
    return Timer.builder(name).serviceLevelObjectives(BUCKETS);
  }

  void countRefused() {
    refused.increment();
  }

  void finish(Request request, String route, int status) {
    request.endQueue();
    long nanos = request.nanos();
    // Spring's names, which dashboards know.
    timer("http.server.requests")
        .description("From the request's arrival to its answer")
        .tags("method", request.method(), "uri", route, "status", Integer.toString(status))
        .tags("outcome", outcome(status), "exception", "none")
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
    endSpan(request, route, status);
    if (status >= 500 || nanos >= SLOW_NANOS) log(request, route, status, nanos);
  }

  private static void endSpan(Request request, String route, int status) {
    Span span = request.span();
    span.setAttribute("http.request.method", request.method());
    span.setAttribute("http.route", route);
    span.setAttribute("http.response.status_code", status);
    if (status >= 500) span.setStatus(StatusCode.ERROR, "status " + status);
    span.end();
  }

  private static void log(Request request, String route, int status, long nanos) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("method", request.method());
    fields.put("route", route);
    fields.put("status", status);
    fields.put("duration_ms", TimeUnit.NANOSECONDS.toMillis(nanos));
    String message = status >= 500 ? "a request failed" : "a request was slow";
    JsonLog.log(Level.WARNING, message, fields, request.span().getSpanContext());
  }

  private static String outcome(int status) {
    return switch (status / 100) {
      case 2 -> "SUCCESS";
      case 4 -> "CLIENT_ERROR";
      case 5 -> "SERVER_ERROR";
      default -> "UNKNOWN";
    };
  }
}
