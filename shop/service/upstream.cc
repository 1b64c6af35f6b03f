#include "service/upstream.h"

#include <algorithm>
#include <utility>

#include <httplib.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

namespace proofload::shop {
namespace {

constexpr double kRetryTokensMax = 10;
constexpr std::chrono::seconds kRest(1);
constexpr std::size_t kIdleMax = 64;

bool may_be_cured(const UpstreamReply& reply) {
  return reply.status == 0 || reply.status == 502 || reply.status == 503;
}

httplib::Headers headers_of(const Span& span, const Upstream::Request& request,
                            std::chrono::milliseconds timeout) {
  httplib::Headers headers{{"traceparent", span.context().header()},
                           {kDeadlineHeader, std::to_string(timeout.count())}};
  if (request.user != 0) headers.emplace("X-User-Id", std::to_string(request.user));
  return headers;
}

}  // namespace

Upstream::Upstream(UpstreamOptions options, Service& caller)
    : options_(std::move(options)),
      certificate_(caller.options().tls.certificate),
      retry_tokens_(kRetryTokensMax),
      durations_(caller.metrics(), "http_client_request_duration_seconds",
                 "One try of a call to another service",
                 {"peer_service", "http_response_status_code"}),
      retries_(prometheus::BuildCounter()
                   .Name("http_client_retries_total")
                   .Help("Tries after the first")
                   .Register(caller.metrics().registry())
                   .Add({{"peer_service", options_.service}})) {
  for (const std::string& origin : options_.origins) instances_.push_back({.origin = origin});
}

Upstream::~Upstream() = default;

void Upstream::set_retries(int retries_max, double retry_budget) {
  const std::lock_guard lock(mutex_);
  options_.retries_max = retries_max;
  options_.retry_budget = retry_budget;
}

UpstreamReply Upstream::send(const Call& call, const Request& request) {
  {
    const std::lock_guard lock(mutex_);
    retry_tokens_ = std::min(kRetryTokensMax, retry_tokens_ + options_.retry_budget);
  }
  UpstreamReply reply = try_once(call, request, 0);
  for (int attempt = 1; request.is_idempotent && may_be_cured(reply) && !call.deadline.is_over() &&
                        attempt <= options_.retries_max && may_retry();
       ++attempt) {
    retries_.Increment();
    reply = try_once(call, request, attempt);
  }
  return reply;
}

bool Upstream::may_retry() {
  const std::lock_guard lock(mutex_);
  if (retry_tokens_ < 1) return false;
  retry_tokens_ -= 1;
  return true;
}

UpstreamReply Upstream::try_once(const Call& call, const Request& request, int attempt) {
  const std::chrono::milliseconds timeout = std::min(options_.timeout, call.deadline.left());
  if (timeout.count() == 0) return {.status = 504};
  Span span(call.span, request.method + " " + options_.service, Span::Kind::kClient);
  span.set("peer.service", options_.service);
  span.set("url.path", std::string_view(request.target).substr(0, request.target.find('?')));
  if (attempt > 0) span.set("http.request.resend_count", std::int64_t{attempt});
  Instance& instance = next_instance();
  std::unique_ptr<httplib::Client> client = take(instance);
  client->set_connection_timeout(timeout);
  client->set_read_timeout(timeout);
  httplib::Request wire;
  wire.method = request.method;
  wire.path = request.target;
  wire.headers = headers_of(span, request, timeout);
  wire.body = request.body;
  if (!request.body.empty()) wire.headers.emplace("Content-Type", "application/json");
  const TimePoint start = monotonic_now();
  const httplib::Result result = client->send(wire);
  const double seconds = to_seconds(monotonic_now() - start);
  UpstreamReply reply;
  if (result) {
    reply = {result->status, result->body, result->get_header_value("Content-Type")};
  }
  give_back(instance, std::move(client), static_cast<bool>(result));
  durations_.observe(seconds, {options_.service, std::to_string(reply.status)});
  span.set("http.response.status_code", std::int64_t{reply.status});
  if (!result) span.fail(httplib::to_string(result.error()));
  if (reply.status >= 500) span.fail("status " + std::to_string(reply.status));
  return reply;
}

Upstream::Instance& Upstream::next_instance() {
  const std::lock_guard lock(mutex_);
  const TimePoint now = monotonic_now();
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    Instance& instance = instances_[next_++ % instances_.size()];
    if (instance.resting_until <= now) return instance;
  }
  return instances_[next_++ % instances_.size()];  // all rest: one of them has to try
}

std::unique_ptr<httplib::Client> Upstream::take(Instance& instance) {
  {
    const std::lock_guard lock(mutex_);
    if (!instance.idle.empty()) {
      auto client = std::move(instance.idle.back());
      instance.idle.pop_back();
      return client;
    }
  }
  auto client = std::make_unique<httplib::Client>(instance.origin);
  if (!certificate_.empty()) client->set_ca_cert_path(certificate_);
  client->set_keep_alive(true);
  client->set_tcp_nodelay(true);
  client->set_url_encode(false);
  return client;
}

void Upstream::give_back(Instance& instance, std::unique_ptr<httplib::Client> client,
                         bool is_usable) {
  const std::lock_guard lock(mutex_);
  if (!is_usable) {
    instance.resting_until = monotonic_now() + kRest;
  } else if (instance.idle.size() < kIdleMax) {
    instance.idle.push_back(std::move(client));
  }
}

}  // namespace proofload::shop
