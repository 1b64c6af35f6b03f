// The bounded pool of database connections of one service.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/database.h"

namespace proofload::shop {

struct PoolOptions {
  std::string url;
  int size = 10;
  std::chrono::milliseconds wait_max{1000};  // for a free connection, and for opening one
};

struct PoolStats {
  int size = 0;     // the bound; connections are opened when first needed
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
    // Keeps it out of the pool for ever, as a leak would; used by the fault of that name.
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

 private:
  void give_back(std::unique_ptr<Connection> connection);

  PoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::uint64_t next_ticket_ = 0;   // of the next caller
  std::uint64_t served_ticket_ = 0; // whose turn it is
  int in_use_ = 0;
};

}  // namespace proofload::shop
