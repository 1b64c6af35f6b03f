// Scraper: reads /metrics pages while a test runs, so that no Prometheus is needed.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "evidence/series.h"
#include "observe/http_get.h"
#include "observe/series_store.h"
#include "runtime/thread.h"

namespace proofload::observe {

struct ScrapeTarget {
  std::string component;  // the plan's name; several targets may be instances of one
  HttpRequest request;    // its timeout and cap are set by the scraper
};

// How reading one target goes.
struct TargetStatus {
  std::string component;
  std::string instance;                  // the shown URL
  std::optional<WallTime> last_success;  // its age is the age of all that is known of the target
  std::string error;                     // of the last try; empty when it succeeded
  std::string hint;                      // what to do about it
  std::uint64_t scrape_count = 0;
  std::uint64_t failure_count = 0;
  std::size_t bad_line_count = 0;   // of the last page
  std::uint64_t refused_count = 0;  // samples there was no room for
  std::size_t series_count = 0;     // of the last page
};

// Polls all targets at once, each interval, on a thread of its own that begins with the first round
// at once. A silent target costs its own samples only. The time of a sample is when its page was
// asked for. Methods: any thread.
class Scraper {
 public:
  struct Options {
    Duration interval{1'000'000'000};  // also the timeout of a page; 1-5 s are sensible
    SeriesStore::Limits limits;
  };

  Scraper(std::vector<ScrapeTarget> targets, const Options& options);
  // Waits for pages on their way: one interval at most.
  ~Scraper();
  Scraper(const Scraper&) = delete;
  Scraper& operator=(const Scraper&) = delete;

  // In the order given.
  std::vector<TargetStatus> targets() const;
  // Of all instances of the component; see SeriesStore::select().
  std::vector<evidence::Series> series(std::string_view component, WallTime from, WallTime to,
                                       const SeriesStore::IsWanted& is_wanted) const;
  // Waits until `count` rounds are complete; false when that took longer than `timeout`.
  bool wait_for_rounds(std::uint64_t count, Duration timeout) const;

 private:
  void run();
  void scrape();
  void take(const Result<HttpResponse>& response, TargetStatus& status);

  std::vector<ScrapeTarget> targets_;
  Duration interval_;
  SeriesStore store_;
  HttpClient client_;  // of the thread
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool is_stopping_ = false;
  std::uint64_t round_count_ = 0;
  std::vector<TargetStatus> status_;
  runtime::Thread thread_;
};

}  // namespace proofload::observe
