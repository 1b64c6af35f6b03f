#include "service/service.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <thread>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include "service/profiles.h"
#include "service/target.h"
#include "telemetry/log.h"

namespace proofload::shop {
namespace {

constexpr std::chrono::seconds kProfileMax(60);
constexpr double kSlowSeconds = 1.0;  // such requests are logged

std::chrono::milliseconds deadline_of(const WireRequest& request,
                                      std::chrono::milliseconds otherwise) {
  const std::string text = request.header("x-deadline-ms");
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || value < 0) return otherwise;
  return std::min(otherwise, std::chrono::milliseconds(value));
}

std::int64_t user_of(const WireRequest& request) {
  const std::string text = request.header("x-user-id");
  std::int64_t user = 0;
  std::from_chars(text.data(), text.data() + text.size(), user);
  return user;
}

}  // namespace

// A request on its way from the connection to its answer.
struct Service::Exchange {
  Exchange(Service& service, WireRequest wire, HttpServer::Respond answer)
      : request(std::move(wire)),
        respond(std::move(answer)),
        target(parse_target(request.target)),
        span(service.exporter_, TraceContext::parse(request.header("traceparent")),
             service.options_.sampling, request.method, Span::Kind::kServer),
        deadline(deadline_of(request, service.options_.deadline)),
        queued(std::in_place, span, "worker.queue") {}

  WireRequest request;
  HttpServer::Respond respond;
  Target target;
  TimePoint start = monotonic_now();
  Span span;
  Deadline deadline;
  std::optional<Span> queued;  // until a worker takes it
};

Result<std::unique_ptr<Service>> Service::create(ServiceOptions options) {
  std::unique_ptr<Service> service(new Service(std::move(options)));
  const ServiceOptions& own = service->options_;
  service->server_ = PL_TRY(
      HttpServer::listen(own.address, own.port, own.tls,
                         [self = service.get()](WireRequest request, HttpServer::Respond respond) {
                           self->on_request(std::move(request), std::move(respond));
                         }));
  return service;
}

Service::Service(ServiceOptions options)
    : options_(std::move(options)),
      exporter_(options_.otlp, {options_.service, options_.instance, options_.version}),
      durations_(metrics_, "http_server_request_duration_seconds",
                 "From the request's arrival to its answer",
                 {"http_request_method", "http_response_status_code", "http_route"}),
      refused_(prometheus::BuildCounter()
                   .Name("http_server_requests_refused_total")
                   .Help("Answered 503 because the worker queue was full")
                   .Register(metrics_.registry())
                   .Add({})),
      operators_(2, 16),
      workers_(options_.workers, options_.queue_max) {
  add_metrics();
  knobs_.add("workers", options_.workers,
             [this](double count) { workers_.resize(static_cast<int>(count)); });
  knobs_.add("delay_ms", 0, [this](double value) { delay_ms_ = static_cast<int>(value); });
  knobs_.add("keep_kb_per_request", 0,
             [this](double value) { kept_memory_.set_kb_per_request(static_cast<int>(value)); });
}

Service::~Service() = default;

void Service::add_metrics() {
  using Kind = Metrics::Kind;
  metrics_.add(Kind::kGauge, "http_server_active_requests", "Requests not yet answered", {},
               [this] { return static_cast<double>(active_count_.load()); });
  metrics_.add(Kind::kGauge, "executor_pool_max_threads", "Workers", {},
               [this] { return static_cast<double>(workers_.stats().workers); });
  metrics_.add(Kind::kGauge, "executor_active_threads", "Workers that are busy", {},
               [this] { return static_cast<double>(workers_.stats().active); });
  metrics_.add(Kind::kGauge, "executor_queued_tasks", "Requests that wait for a worker", {},
               [this] { return static_cast<double>(workers_.stats().queued); });
  metrics_.add(Kind::kCounter, "otel_exporter_spans_dropped_total", "Spans nobody got", {},
               [this] { return static_cast<double>(exporter_.dropped_count()); });
}

void Service::route(const std::string& route, Handler handler) {
  const std::size_t space = route.find(' ');
  router_.add(route.substr(0, space), route.substr(space + 1), std::move(handler));
}

void Service::set_ready(std::function<std::optional<std::string>()> what_is_missing) {
  what_is_missing_ = std::move(what_is_missing);
}

void Service::run() {
  log_line("info", "the service listens", {{"port", std::int64_t{server_->port()}}});
  server_->run();
}

void Service::stop() {
  server_->stop();
}

void Service::on_request(WireRequest request, HttpServer::Respond respond) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (path == "/health") return respond(json_reply(200, {{"status", "up"}}));
  if (path == "/ready" || path == "/metrics" || path == "/admin/knobs" ||
      path.starts_with("/debug/pprof/")) {
    const bool is_taken = operators_.submit(
        [this, path, request, respond] { answer_operator(path, request, respond); });
    if (!is_taken) respond(problem(503, "busy", "too many probes at a time"));
    return;
  }
  ++active_count_;
  const auto exchange = std::make_shared<Exchange>(*this, std::move(request), std::move(respond));
  if (workers_.submit([this, exchange] { handle(*exchange); })) return;
  refused_.Increment();
  Reply reply = problem(503, "overloaded", "all workers are busy and the queue is full");
  reply.headers.emplace_back("Retry-After", "1");
  finish(*exchange, router_.match(exchange->request.method, exchange->target.path).route,
         std::move(reply));
}

void Service::answer_operator(const std::string& path, const WireRequest& request,
                              const HttpServer::Respond& respond) {
  if (path == "/metrics") {
    return respond({.body = metrics_.page(), .content_type = "text/plain; version=0.0.4"});
  }
  if (path == "/ready") {
    const auto missing = what_is_missing_ ? what_is_missing_() : std::nullopt;
    if (missing) return respond(problem(503, "not_ready", *missing));
    return respond(json_reply(200, {{"status", "ready"}}));
  }
  if (path == "/admin/knobs") return respond(answer_knobs(request));
  if (path == "/debug/pprof/heap") return respond(heap_profile());
  if (path != "/debug/pprof/profile") {
    return respond(problem(404, "not_found", "profiles are profile and heap"));
  }
  const Target target = parse_target(request.target);
  const auto seconds = target.query.find("seconds");
  const int wanted = seconds == target.query.end() ? 10 : std::atoi(seconds->second.c_str());
  respond(
      cpu_profile(std::clamp(std::chrono::seconds(wanted), std::chrono::seconds(1), kProfileMax)));
}

Reply Service::answer_knobs(const WireRequest& request) {
  const std::string& token = options_.admin_token;
  if (token.empty() || request.header("authorization") != "Bearer " + token) {
    return problem(401, "token", "the operator's token, please");
  }
  if (request.method == "PUT") {
    const Json values = Json::parse(request.body, nullptr, false);
    if (!values.is_object()) return problem(400, "body", "an object of names and numbers");
    if (const auto wrong = knobs_.set(values)) return problem(400, "knob", *wrong);
  } else if (request.method != "GET") {
    return problem(405, "method", "GET or PUT");
  }
  return json_reply(200, knobs_.list());
}

void Service::handle(Exchange& exchange) {
  exchange.queued.reset();
  const RouteMatch match = router_.match(exchange.request.method, exchange.target.path);
  Reply reply;
  try {
    reply = reply_to(exchange, match);
  } catch (const std::exception& thrown) {
    // A body of the wrong shape, or no memory: this request's problem, not the service's.
    log_line("error", "a handler threw", {{"reason", std::string(thrown.what())}}, &exchange.span);
    reply = problem(500, "internal", "the request could not be handled");
  }
  finish(exchange, match.route, std::move(reply));
}

Reply Service::reply_to(Exchange& exchange, const RouteMatch& match) {
  if (match.route.empty()) return problem(404, "not_found", "there is no such path");
  if (match.handler == nullptr) return problem(405, "method", "not with this method");
  if (exchange.deadline.is_over()) {
    return problem(504, "deadline", "the request waited too long for a worker");
  }
  exchange.span.rename(exchange.request.method + " " + match.route);
  Call call{.method = exchange.request.method,
            .path = match.path,
            .query = std::move(exchange.target.query),
            .body = std::move(exchange.request.body),
            .user = user_of(exchange.request),
            .authorization = exchange.request.header("authorization"),
            .deadline = exchange.deadline,
            .span = exchange.span};
  kept_memory_.on_request();
  if (const int delay = delay_ms_; delay > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(delay));
  }
  return (*match.handler)(call);
}

void Service::finish(Exchange& exchange, const std::string& route, Reply reply) {
  const double seconds = to_seconds(monotonic_now() - exchange.start);
  durations_.observe(seconds, {exchange.request.method, std::to_string(reply.status), route});
  exchange.span.set("http.request.method", exchange.request.method);
  exchange.span.set("http.route", route);
  exchange.span.set("http.response.status_code", std::int64_t{reply.status});
  if (reply.status >= 500) exchange.span.fail("status " + std::to_string(reply.status));
  if (reply.status >= 500 || seconds >= kSlowSeconds) {
    log_line("warning", reply.status >= 500 ? "a request failed" : "a request was slow",
             {{"method", exchange.request.method},
              {"route", route},
              {"status", std::int64_t{reply.status}},
              {"duration_ms", static_cast<std::int64_t>(seconds * 1000)}},
             &exchange.span);
  }
  reply.headers.emplace_back("X-Version", options_.version);
  --active_count_;
  exchange.respond(std::move(reply));
}

}  // namespace proofload::shop
