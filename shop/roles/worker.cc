// Takes jobs from the queue: ships what was paid for.
#include <condition_variable>
#include <mutex>
#include <thread>

#include <prometheus/counter.h>

#include "roles/chores.h"
#include "roles/jobs.h"
#include "roles/role.h"
#include "telemetry/log.h"

namespace proofload::shop {
namespace {

constexpr std::chrono::milliseconds kPollInterval(100);

// SKIP LOCKED: several workers never wait for each other's jobs. SQLite has one writer anyway.
constexpr Statement kClaim{"UPDATE jobs claim",
                           "UPDATE jobs SET state = 'running' WHERE id IN (SELECT id FROM jobs"
                           " WHERE state = 'pending' ORDER BY id LIMIT 20 FOR UPDATE SKIP LOCKED)"
                           " RETURNING id, payload"};
constexpr Statement kClaimSqlite{"UPDATE jobs claim",
                                 "UPDATE jobs SET state = 'running' WHERE id IN (SELECT id"
                                 " FROM jobs WHERE state = 'pending' ORDER BY id LIMIT 20)"
                                 " RETURNING id, payload"};
constexpr Statement kShip{"UPDATE orders", "UPDATE orders SET status = 'shipped' WHERE id = $1"};
constexpr Statement kDone{"DELETE jobs", "DELETE FROM jobs WHERE id = $1"};

class Worker final : public Role {
 public:
  Worker(Service& service, const ShopConfig& config)
      : service_(service),
        claim_(config.is_postgres ? kClaim : kClaimSqlite),
        sql_(service, "rw", {.url = config.rw_url, .size = 4}),
        done_(prometheus::BuildCounter()
                  .Name("jobs_processed_total")
                  .Help("Jobs that were done")
                  .Register(service.metrics().registry())
                  .Add({{"kind", "ship"}})),
        chores_(service, sql_) {
    service.metrics().add(Metrics::Kind::kGauge, "queue_depth", "Jobs that wait",
                          {{"queue", "jobs"}}, [this] { return depth_.load(); });
    service.knobs().add("pause_ms_per_job", 0, [this](double value) {
      const std::lock_guard lock(mutex_);
      pause_ = std::chrono::milliseconds(static_cast<int>(value));
      wake_.notify_all();
    });
    service.set_ready([this] { return sql_.what_is_missing(); });
    thread_ = std::thread([this] { run(); });
  }

  ~Worker() override {
    {
      const std::lock_guard lock(mutex_);
      is_closing_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  // What a slow job takes; cut short when the knob is turned.
  void pause() {
    std::unique_lock lock(mutex_);
    const auto wanted = pause_;
    wake_.wait_for(lock, wanted, [&] { return is_closing_ || pause_ != wanted; });
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (!is_closing_) {
      lock.unlock();
      const std::size_t count = work();
      lock.lock();
      if (count == 0) wake_.wait_for(lock, kPollInterval, [this] { return is_closing_; });
    }
  }

  // One round; the number of jobs done.
  std::size_t work() {
    Span span(service_.spans(), std::nullopt, service_.options().sampling, "jobs process",
              Span::Kind::kConsumer);
    Call call{.deadline = Deadline(std::chrono::seconds(10)), .span = span};
    const auto depth = sql_.execute(call, kPendingJobs);
    if (!depth) return 0;
    depth_ = static_cast<double>(depth->integer(0, 0));
    if (depth->integer(0, 0) == 0) return 0;
    std::size_t count = 0;
    const auto result = sql_.transaction(call, [&](SqlSession& session) -> DatabaseResult<void> {
      const auto jobs = session.execute(claim_);
      if (!jobs) return tl::unexpected(jobs.error());
      count = jobs->size();
      for (std::size_t row = 0; row < jobs->size(); ++row) {
        pause();
        for (const auto& [statement, column] : {std::pair(kShip, 1), std::pair(kDone, 0)}) {
          const auto done = session.execute(statement, {jobs->text(row, column)});
          if (!done) return tl::unexpected(done.error());
        }
      }
      return {};
    });
    if (!result) return 0;
    done_.Increment(static_cast<double>(count));
    return count;
  }

  Service& service_;
  Statement claim_;
  Sql sql_;
  prometheus::Counter& done_;
  std::atomic<double> depth_ = 0;
  Chores chores_;
  std::mutex mutex_;
  std::chrono::milliseconds pause_{0};
  std::condition_variable wake_;
  bool is_closing_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Role> make_worker(Service& service, const ShopConfig& config) {
  return std::make_unique<Worker>(service, config);
}

}  // namespace proofload::shop
