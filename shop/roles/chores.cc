#include "roles/chores.h"

#include <algorithm>
#include <chrono>

namespace proofload::shop {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kMigrationEvery(10'000);
constexpr std::chrono::seconds kIdle(3600);  // until a knob wakes the thread
constexpr Statement kLockOrders{"LOCK orders", "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE"};
constexpr Statement kLockProducts{"LOCK products", "LOCK TABLE products IN ACCESS EXCLUSIVE MODE"};
// What a checkout has locked is passed over: two who take many rows in different orders would
// deadlock.
constexpr Statement kRestock{"UPDATE stock all",
                             "UPDATE stock SET quantity = quantity WHERE product_id IN"
                             " (SELECT product_id FROM stock FOR UPDATE SKIP LOCKED)"};

milliseconds from_knob(double value) {
  return milliseconds(static_cast<std::int64_t>(value));
}

}  // namespace

Chores::Chores(Service& service, Sql& sql)
    : service_(service),
      sql_(sql),
      migration_{.statement = kLockOrders},
      import_{.statement = kLockProducts},
      restock_{.statement = kRestock} {
  const auto knob = [&](const char* name, auto apply) {
    service.knobs().add(name, 0, [this, apply](double value) {
      {
        const std::lock_guard lock(mutex_);
        apply(value);
      }
      changed_.notify_all();
    });
  };
  knob("migration_lock_ms", [this](double value) {
    migration_.every = value > 0 ? kMigrationEvery : milliseconds(0);
    migration_.hold = from_knob(value);
    migration_.due = {};
  });
  knob("import_every_ms", [this](double value) { import_.every = from_knob(value); });
  knob("restock_every_ms", [this](double value) { restock_.every = from_knob(value); });
  knob("open_report", [this](double value) { wants_report_ = value > 0; });
  thread_ = std::thread([this] { run(); });
}

Chores::~Chores() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Chores::run() {
  std::unique_lock lock(mutex_);
  while (!is_closing_) {
    const bool wants_report = wants_report_;
    const TimePoint next = do_due(lock);
    lock.unlock();
    hold_report(wants_report);
    lock.lock();
    if (is_closing_ || wants_report != wants_report_) continue;
    changed_.wait_until(lock, next);
  }
}

TimePoint Chores::do_due(std::unique_lock<std::mutex>& lock) {
  TimePoint next = monotonic_now() + kIdle;
  for (Chore* chore : {&migration_, &import_, &restock_}) {
    if (chore->every == milliseconds(0)) continue;
    const TimePoint now = monotonic_now();
    if (chore->due <= now) {
      chore->due = now + chore->every;
      const Chore copy = *chore;
      lock.unlock();
      perform(copy);
      lock.lock();
    }
    next = std::min(next, chore->due);
  }
  return next;
}

void Chores::perform(const Chore& chore) {
  Span span(service_.spans(), std::nullopt, 0, "maintenance", Span::Kind::kInternal);
  Call call{.deadline = Deadline(std::chrono::seconds(10)), .span = span};
  // What fails is logged by the statement, and tried again when it is due.
  static_cast<void>(sql_.transaction(call, [&](SqlSession& session) -> DatabaseResult<void> {
    const auto done = session.execute(chore.statement);
    if (!done) return tl::unexpected(done.error());
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, chore.hold, [this] { return is_closing_; });
    return {};
  }));
}

void Chores::hold_report(bool is_wanted) {
  if (!is_wanted) return report_.reset();  // ends its transaction
  if (report_ && (*report_)->is_usable()) return;
  report_.reset();
  auto lease = sql_.pool().acquire();
  if (!lease) return;
  // Whoever reads a snapshot keeps the rows of its time from being cleaned up.
  const bool is_open = (*lease)->execute("BEGIN ISOLATION LEVEL REPEATABLE READ") &&
                       (*lease)->execute("SELECT sum(quantity) FROM stock");
  if (is_open) report_.emplace(std::move(*lease));
}

}  // namespace proofload::shop
