// Prometheus, and who speaks its HTTP API (Thanos, Mimir, VictoriaMetrics):
// https://prometheus.io/docs/prometheus/latest/querying/api/
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "evidence/series.h"
#include "observe/http_get.h"

namespace proofload::observe {

// What Prometheus says of one of its own targets. The compatibles have no such list.
struct PrometheusTarget {
  std::string pool;    // the job
  std::string url;     // of its metrics page
  std::string health;  // "up", "down", "unknown"
  std::string last_error;
  std::string scrape_interval;  // as configured, "15s"; empty before 2.26
};

// Distances between raw samples. Measured, since configuration and practice differ.
struct ScrapeInterval {
  Duration median{};  // over all series
  Duration worst{};   // the largest median of one series
  std::size_t series_count = 0;
};

// Of one thread; calls block it for the request's timeout at most. Every error is
// ErrorKind::kNetwork and says what to do.
class Prometheus {
 public:
  // `server`: its address with a path prefix where it has one, credentials, tenant headers,
  // timeout.
  explicit Prometheus(HttpRequest server);

  // Its version, "2.42.0".
  Result<std::string> version();
  Result<void> check_ready();
  Result<std::vector<PrometheusTarget>> targets();
  // The server's clock less ours, to half the time of the answer.
  Result<Duration> clock_skew();

  // At the server's own now when `at` is nothing. A vector has a point a series, a scalar one
  // series without a name; of a range selector (`up[2m]`) come the raw samples. Values that are not
  // finite and native histograms are left out.
  Result<std::vector<evidence::Series>> query(std::string_view expression,
                                              std::optional<WallTime> at = std::nullopt);
  // Both ends included, aligned to whole steps. The server refuses more than 11,000 points: longer
  // ranges are asked for in pieces, and for more than 200,000 points a series in wider steps.
  Result<std::vector<evidence::Series>> query_range(std::string_view expression, WallTime from,
                                                    WallTime to, Duration step);

  // From the raw samples of the last five minutes that `selector` finds; an error when no series
  // has two.
  Result<ScrapeInterval> scrape_interval(std::string_view selector);

  // The signals (signals.h) of the component whose series `match` selects (`job="catalog"`, braces
  // or not), from raw samples in [from, to]. Empty when there are none. `window`: see
  // rate_window().
  Result<std::vector<evidence::Signal>> signals(const std::string& component,
                                                std::string_view match, WallTime from, WallTime to,
                                                Duration window);

 private:
  HttpRequest request(std::string_view path) const;
  Result<Json> get(std::string_view path);
  Result<Json> post(std::string_view path, std::string form);

  HttpRequest server_;
  HttpClient client_;
};

}  // namespace proofload::observe
