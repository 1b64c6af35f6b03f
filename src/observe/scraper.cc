#include "observe/scraper.h"

#include <algorithm>
#include <utility>

namespace proofload::observe {
namespace {

// One page: the largest exporters have some 20,000 samples in a few MiB.
constexpr std::size_t kPageMax = std::size_t{16} << 20;
constexpr std::size_t kSamplesMax = 100'000;

// What exporters prefer to send to whom they do not know.
constexpr std::string_view kAccept = "text/plain;version=0.0.4";

}  // namespace

Scraper::Scraper(std::vector<ScrapeTarget> targets, const Options& options)
    : targets_(std::move(targets)), interval_(options.interval), store_(options.limits) {
  for (ScrapeTarget& target : targets_) {
    target.request.timeout = interval_;
    target.request.body_max = kPageMax;
    target.request.headers.emplace_back("Accept", kAccept);
    status_.push_back({.component = target.component, .instance = shown_url(target.request.url)});
  }
  thread_ = runtime::Thread::start({.name = "scraper"}, [this] { run(); });
}

Scraper::~Scraper() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Scraper::run() {
  TimePoint next = monotonic_now();
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    scrape();
    lock.lock();
    ++round_count_;
    changed_.notify_all();
    next = std::max(next + interval_, monotonic_now());  // a late round moves the ones after it
    changed_.wait_until(lock, next, [this] { return is_stopping_; });
  }
}

void Scraper::scrape() {
  std::vector<HttpRequest> requests;
  requests.reserve(targets_.size());
  for (const ScrapeTarget& target : targets_) requests.push_back(target.request);
  const auto responses = client_.fetch_all(requests);
  for (std::size_t i = 0; i < responses.size(); ++i) take(responses[i], status_[i]);
}

// Parses and stores without the lock: `status` is changed by this thread only.
void Scraper::take(const Result<HttpResponse>& response, TargetStatus& status) {
  const auto read = [&]() -> Result<MetricsPage> {
    if (!response) return response.error();
    PL_TRY(check_status(*response));
    return parse_metrics_text(response->body, kSamplesMax);
  };
  const auto page = read();
  const std::size_t refused = page ? store_.add(status.instance, response->sent, page->samples) : 0;
  const std::lock_guard lock(mutex_);
  ++status.scrape_count;
  if (!page) {
    ++status.failure_count;
    status.error = page.error().message();
    status.hint = page.error().hint();
    return;
  }
  status.last_success = response->sent;
  status.error.clear();
  status.hint.clear();
  status.bad_line_count = page->bad_line_count;
  status.series_count = page->samples.size();
  status.refused_count += refused;
}

std::vector<TargetStatus> Scraper::targets() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::vector<evidence::Series> Scraper::series(std::string_view component, WallTime from,
                                              WallTime to,
                                              const SeriesStore::IsWanted& is_wanted) const {
  std::vector<evidence::Series> all;
  std::vector<std::string_view> seen;
  // Component and instance of a status never change, so that they need no lock.
  for (const TargetStatus& status : status_) {
    if (status.component != component) continue;
    if (std::find(seen.begin(), seen.end(), status.instance) != seen.end()) continue;
    seen.push_back(status.instance);
    auto some = store_.select(status.instance, from, to, is_wanted);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

bool Scraper::wait_for_rounds(std::uint64_t count, Duration timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return round_count_ >= count; });
}

}  // namespace proofload::observe
