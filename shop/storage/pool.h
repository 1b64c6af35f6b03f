// The bounded pool of database connections of one service.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/database.h"

namespace proofload::shop {

struct PoolOptions {
  std::string url;
  int size = 10;
  std::chrono::milliseconds wait_max{1000};  // for a free connection; as long again to open one
};

struct PoolStats {
  int size = 0;  // the bound; connections are opened when first needed
  int in_use = 0;
  int idle = 0;
  int waiting = 0;  // callers in acquire()
};

// Any thread. First come, first served.
class Pool {
 public:
  explicit Pool(PoolOptions options) : options_(std::move(options)) {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // A connection on loan; its destructor gives it back (after a ROLLBACK where a transaction is
  // still open), or closes it when it broke. Must not outlive its pool.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }
    // Keeps it open and out of the pool, as a leak would, until recover_leaks(); used by the fault
    // of that name. The lease is empty afterwards.
    void leak();

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Blocks until a connection is free, `wait_max` at most (kTimeout).
  DatabaseResult<Lease> acquire();
  PoolStats stats() const;
  // A smaller bound takes effect as connections come back.
  void resize(int size);
  // Closes what was leaked and makes room for as many.
  void recover_leaks();

 private:
  // Lives on the stack of a thread in acquire().
  struct Waiter {
    std::condition_variable woken;
    bool is_granted = false;                 // a place was counted in in_use_ for it
    std::unique_ptr<Connection> connection;  // null: to be opened
  };

  // With mutex_ held: a place in in_use_ for `self`, waited for in the order of arrival; false
  // after wait_max.
  bool take_place(std::unique_lock<std::mutex>& lock, Waiter& self);
  std::unique_ptr<Connection> take_idle();
  void give_back(std::unique_ptr<Connection> connection);
  void keep_leaked(std::unique_ptr<Connection> connection);
  // With mutex_ held: gives free places to the first waiters.
  void grant();

  PoolOptions options_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::vector<std::unique_ptr<Connection>> leaked_;
  std::deque<Waiter*> waiters_;
  int in_use_ = 0;
};

}  // namespace proofload::shop
