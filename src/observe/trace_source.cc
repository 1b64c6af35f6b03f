#include "observe/trace_source.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "observe/http_get.h"
#include "observe/jaeger_json.h"
#include "observe/otlp.h"

namespace proofload::observe {
namespace {

using evidence::Span;
using Traces = std::vector<std::vector<Span>>;

constexpr std::size_t kAtOnce = 16;  // requests to a source

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

HttpRequest request(std::string url, Duration timeout) {
  HttpRequest one{.url = std::move(url)};
  one.timeout = std::max<Duration>(timeout, std::chrono::milliseconds(1));
  return one;
}

// Asks a server over HTTP for one trace after the other.
class HttpSource : public TraceSource {
 public:
  explicit HttpSource(std::string url) : url_(without_slash(std::move(url))) {}

  Result<Traces> traces(std::span<const std::string> ids, Duration timeout) final {
    const TimePoint deadline = monotonic_now() + timeout;
    Traces found;
    while (!ids.empty()) {
      const auto some = ids.first(std::min(ids.size(), kAtOnce));
      std::vector<HttpRequest> requests;
      for (const std::string& id : some) {
        requests.push_back(request(address_of(id), deadline - monotonic_now()));
      }
      for (const auto& response : client_.fetch_all(requests)) {
        if (!response) return response.error();
        found.push_back(PL_TRY(spans_in(*response)));
      }
      ids = ids.subspan(some.size());
    }
    return found;
  }

 protected:
  Result<HttpResponse> get(const std::string& path, Duration timeout) {
    return client_.fetch(request(url_ + path, timeout));
  }
  const std::string& url() const { return url_; }

 private:
  virtual std::string address_of(const std::string& id) const = 0;
  virtual std::vector<Span> spans_of(const Json& answer) const = 0;

  // Every API says 404 for a trace that it has not.
  Result<std::vector<Span>> spans_in(const HttpResponse& response) const {
    if (response.status == 404) return std::vector<Span>();
    return spans_of(PL_TRY(parse_json(response)));
  }

  HttpClient client_;
  std::string url_;
};

class Jaeger final : public HttpSource {
 public:
  using HttpSource::HttpSource;

  // A server without the newer API answers 404, or its page, which is HTML.
  Result<void> probe(Duration timeout) override {
    const auto newer = PL_TRY(get("/api/v3/services", timeout));
    const auto services = parse_json(newer);
    const bool is_newer = services && services->is_object() && services->contains("services");
    if (is_newer) {
      is_v3_ = true;
      return {};
    }
    const bool may_be_older = newer.status == 404 || newer.status / 100 == 2;
    if (!may_be_older) return services.error();
    const auto older = PL_TRY(get("/api/services", timeout));
    const Json answer = PL_TRY(parse_json(older));
    if (answer.is_object() && answer.contains("data")) {
      is_v3_ = false;
      return {};
    }
    return Error(ErrorKind::kNetwork, older.url + ": not Jaeger's list of services")
        .with_hint("give the address of Jaeger's query service, such as http://jaeger:16686");
  }

  std::string name() const override {
    return fmt::format("Jaeger ({}) at {}", is_v3_ ? "API v3" : "older API",
                       without_slash(shown_url(url())));
  }

 private:
  std::string address_of(const std::string& id) const override {
    return url() + (is_v3_ ? "/api/v3/traces/" : "/api/traces/") + id;
  }
  std::vector<Span> spans_of(const Json& answer) const override {
    if (!is_v3_) return read_jaeger_json(answer);
    const auto result = answer.find("result");
    return read_otlp_json(result == answer.end() ? answer : *result).spans;
  }

  bool is_v3_ = true;
};

class Tempo final : public HttpSource {
 public:
  using HttpSource::HttpSource;

  Result<void> probe(Duration timeout) override {
    const auto echo = PL_TRY(get("/api/echo", timeout));
    PL_TRY(check_status(echo));
    if (echo.body.starts_with("echo")) return {};
    return Error(ErrorKind::kNetwork, echo.url + ": not Tempo")
        .with_hint("give the address of Tempo itself or of its query frontend, port 3200");
  }
  std::string name() const override { return "Tempo at " + without_slash(shown_url(url())); }

 private:
  std::string address_of(const std::string& id) const override {
    return url() + "/api/traces/" + id;
  }
  std::vector<Span> spans_of(const Json& answer) const override {
    const auto trace = answer.find("trace");
    return read_otlp_json(trace == answer.end() ? answer : *trace).spans;
  }
};

class Received final : public TraceSource {
 public:
  explicit Received(const OtlpReceiver& receiver) : receiver_(receiver) {}

  Result<void> probe(Duration) override { return {}; }
  std::string name() const override { return "our own OTLP receiver at " + receiver_.url(); }
  Result<Traces> traces(std::span<const std::string> ids, Duration) override {
    Traces found;
    for (const std::string& id : ids) found.push_back(receiver_.spans().trace(id));
    return found;
  }

 private:
  const OtlpReceiver& receiver_;
};

}  // namespace

std::unique_ptr<TraceSource> jaeger_traces(std::string url) {
  return std::make_unique<Jaeger>(std::move(url));
}

std::unique_ptr<TraceSource> tempo_traces(std::string url) {
  return std::make_unique<Tempo>(std::move(url));
}

std::unique_ptr<TraceSource> received_traces(const OtlpReceiver& receiver) {
  return std::make_unique<Received>(receiver);
}

}  // namespace proofload::observe
