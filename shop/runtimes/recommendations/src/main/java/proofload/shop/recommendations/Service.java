package proofload.shop.recommendations;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;

/**
 * The HTTP face: routes on a bounded worker pool, and beside it /health, /ready, /metrics and
 * /admin/knobs on the threads that read requests, so that a service without a free worker can still
 * be looked at.
 */
final class Service implements AutoCloseable {
  static final String VERSION = "1.0.0";

  private static final int BODY_MAX = 1 << 20;

  private final String adminToken;
  private final PrometheusMeterRegistry registry;
  private final Tracing tracing;
  private final Requests requests;
  private final Workers workers;
  private final Knobs knobs = new Knobs();
  private final List<Route> routes = new ArrayList<>();
  private final ExecutorService readers = Executors.newCachedThreadPool();
  private final HttpServer server;
  private Supplier<Optional<String>> whatIsMissing = Optional::empty;
  private volatile long delayMs;

  Service(int port, String adminToken, PrometheusMeterRegistry registry, Tracing tracing)
      throws IOException {
    this.adminToken = adminToken;
    this.registry = registry;
    this.tracing = tracing;
    requests = new Requests(registry);
    workers = new Workers(registry);
    knobs.add("workers", workers.count(), count -> workers.resize((int) count));
    knobs.add("delay_ms", 0, value -> delayMs = (long) value);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::onRequest);
    server.setExecutor(readers);
  }

  /** {@code route} is "GET /recommendations/:product". The handler runs on a worker. */
  void route(String route, Route.Handler handler) {
    routes.add(Route.parse(route, handler));
  }

  /** Says what is missing, or nothing when the service can answer. */
  void setReady(Supplier<Optional<String>> whatIsMissing) {
    this.whatIsMissing = whatIsMissing;
  }

  Knobs knobs() {
    return knobs;
  }

  void start() {
    server.start();
    JsonLog.info("the service listens", Map.of("port", server.getAddress().getPort()));
  }

  @Override
  public void close() {
    server.stop(0);
    workers.close();
    readers.shutdownNow();
  }

  private void onRequest(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    switch (path) {
      case "/health" -> send(exchange, Reply.json(200, "{\"status\":\"up\"}"));
      case "/ready" -> send(exchange, answerReady());
      case "/metrics" ->
          send(exchange, new Reply(200, registry.scrape(), "text/plain; version=0.0.4", Map.of()));
      case "/admin/knobs" -> send(exchange, answerKnobs(exchange));
      default -> queue(exchange, path);
    }
  }

  private Reply answerReady() {
    return whatIsMissing
        .get()
        .map(missing -> Reply.problem(503, "not_ready", missing))
        .orElseGet(() -> Reply.json(200, "{\"status\":\"ready\"}"));
  }

  private Reply answerKnobs(HttpExchange exchange) throws IOException {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    if (adminToken.isEmpty() || !("Bearer " + adminToken).equals(given)) {
      return Reply.problem(401, "token", "the operator's token, please");
    }
    if (exchange.getRequestMethod().equals("PUT")) {
      JsonElement values = parse(exchange.getRequestBody().readNBytes(BODY_MAX));
      if (values == null || !values.isJsonObject()) {
        return Reply.problem(400, "body", "an object of names and numbers");
      }
      Optional<String> wrong = knobs.set(values.getAsJsonObject());
      if (wrong.isPresent()) return Reply.problem(400, "knob", wrong.get());
    } else if (!exchange.getRequestMethod().equals("GET")) {
      return Reply.problem(405, "method", "GET or PUT");
    }
    return Reply.json(200, knobs.list());
  }

  private static JsonElement parse(byte[] body) {
    try {
      return JsonParser.parseString(new String(body, StandardCharsets.UTF_8));
    } catch (JsonParseException e) {
      return null;
    }
  }

  private void queue(HttpExchange exchange, String path) {
    Request request = new Request(exchange, path, tracing);
    try {
      workers.execute(() -> handle(request));
    } catch (RejectedExecutionException e) {
      requests.countRefused();
      Reply reply =
          Reply.problem(503, "overloaded", "all workers are busy and the queue is full")
              .with("Retry-After", "1");
      finish(request, templateOf(path), reply);
    }
  }

  private void handle(Request request) {
    request.endQueue();
    Reply reply;
    try {
      reply = answer(request);
    } catch (RuntimeException e) {
      // This request's problem, not the service's.
      request.logFailure(e);
      reply = Reply.problem(500, "internal", "the request could not be handled");
    }
    finish(request, templateOf(request.path()), reply);
  }

  private Reply answer(Request request) {
    Route matched = null;
    Matcher values = null;
    boolean isPath = false;
    for (Route route : routes) {
      Matcher found = route.pattern().matcher(request.path());
      if (!found.matches()) continue;
      isPath = true;
      if (!route.method().equals(request.method())) continue;
      matched = route;
      values = found;
      break;
    }
    if (!isPath) return Reply.problem(404, "not_found", "there is no such path");
    if (matched == null) return Reply.problem(405, "method", "not with this method");
    if (request.deadline().isOver()) {
      return Reply.problem(504, "deadline", "the request waited too long for a worker");
    }
    request.span().updateName(request.method() + " " + matched.template());
    if (delayMs > 0) sleep(delayMs);
    return matched.handler().answer(new Call(values, request.span()));
  }

  private String templateOf(String path) {
    return routes.stream()
        .filter(route -> route.pattern().matcher(path).matches())
        .map(Route::template)
        .findFirst()
        .orElse("");
  }

  private void finish(Request request, String route, Reply reply) {
    requests.finish(request, route, reply.status());
    send(request.exchange(), reply.with("X-Version", VERSION));
  }

  private static void sleep(long milliseconds) {
    try {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, Reply reply) {
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", reply.contentType());
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    try (exchange) {
      exchange.sendResponseHeaders(reply.status(), body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      // The client has gone; its connection is closed with the exchange.
    }
  }
}
