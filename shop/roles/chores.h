// What goes on in the database beside the customers' requests: imports, restocking, reports,
// migrations. Nothing, unless knobs say so.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "service/service.h"
#include "service/sql.h"

namespace proofload::shop {

// Knobs: migration_lock_ms (orders are locked for so long every ten seconds), import_every_ms
// (products are locked for a moment), restock_every_ms (each row of stock is written anew) and
// open_report (1: a transaction that has read stock stays open).
class Chores {
 public:
  Chores(Service& service, Sql& sql);
  ~Chores();
  Chores(const Chores&) = delete;
  Chores& operator=(const Chores&) = delete;

 private:
  struct Chore {
    Statement statement;
    std::chrono::milliseconds every{0};  // 0: never
    std::chrono::milliseconds hold{0};   // the transaction stays open for so long
    TimePoint due{};
  };

  void run();
  // With `lock` held: does what is due and says when to look again.
  TimePoint do_due(std::unique_lock<std::mutex>& lock);
  void perform(const Chore& chore);
  void hold_report(bool is_wanted);

  Service& service_;
  Sql& sql_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Chore migration_;
  Chore import_;
  Chore restock_;
  bool wants_report_ = false;
  bool is_closing_ = false;
  std::optional<Pool::Lease> report_;  // of the thread
  std::thread thread_;
};

}  // namespace proofload::shop
