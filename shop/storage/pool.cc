#include "storage/pool.h"

#include <algorithm>

#include "base/clock.h"

namespace proofload::shop {

Pool::Lease::~Lease() {
  if (connection_ == nullptr) return;
  // What fails here shows in is_usable().
  if (connection_->is_in_transaction()) (void)connection_->execute("ROLLBACK");
  pool_->give_back(std::move(connection_));
}

void Pool::Lease::leak() {
  pool_->keep_leaked(std::move(connection_));
}

std::unique_ptr<Connection> Pool::take_idle() {
  std::unique_ptr<Connection> connection;
  while (connection == nullptr && !idle_.empty()) {
    connection = std::move(idle_.back());
    idle_.pop_back();
    if (!connection->is_usable()) connection.reset();
  }
  return connection;
}

bool Pool::take_place(std::unique_lock<std::mutex>& lock, Waiter& self) {
  if (waiters_.empty() && in_use_ < options_.size) {
    ++in_use_;
    self.connection = take_idle();
    return true;
  }
  waiters_.push_back(&self);
  const TimePoint deadline = monotonic_now() + options_.wait_max;
  if (self.woken.wait_until(lock, deadline, [&self] { return self.is_granted; })) return true;
  waiters_.erase(std::find(waiters_.begin(), waiters_.end(), &self));
  return false;
}

DatabaseResult<Pool::Lease> Pool::acquire() {
  std::unique_lock lock(mutex_);
  Waiter self;
  if (!take_place(lock, self)) {
    return tl::unexpected(DatabaseError{DatabaseError::Kind::kTimeout, "",
                                        "no free connection in the pool of " +
                                            std::to_string(options_.size) + " after " +
                                            std::to_string(options_.wait_max.count()) + " ms"});
  }
  lock.unlock();
  if (self.connection == nullptr) {
    auto opened = connect(options_.url, static_cast<int>(options_.wait_max.count()));
    if (!opened) {
      give_back(nullptr);
      return tl::unexpected(std::move(opened).error());
    }
    self.connection = *std::move(opened);
  }
  return Lease(*this, std::move(self.connection));
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  if (connection != nullptr && !connection->is_usable()) connection.reset();
  const std::lock_guard lock(mutex_);
  --in_use_;
  if (connection != nullptr && in_use_ + static_cast<int>(idle_.size()) < options_.size) {
    idle_.push_back(std::move(connection));
  }
  grant();
}

void Pool::keep_leaked(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  leaked_.push_back(std::move(connection));
}

void Pool::recover_leaks() {
  std::vector<std::unique_ptr<Connection>> closing;
  const std::lock_guard lock(mutex_);
  closing.swap(leaked_);
  in_use_ -= static_cast<int>(closing.size());
  grant();
}

void Pool::grant() {
  while (!waiters_.empty() && in_use_ < options_.size) {
    ++in_use_;
    Waiter& first = *waiters_.front();
    waiters_.pop_front();
    first.connection = take_idle();
    first.is_granted = true;
    first.woken.notify_one();
  }
}

PoolStats Pool::stats() const {
  const std::lock_guard lock(mutex_);
  return {options_.size, in_use_, static_cast<int>(idle_.size()),
          static_cast<int>(waiters_.size())};
}

void Pool::resize(int size) {
  const std::lock_guard lock(mutex_);
  options_.size = size;
  while (!idle_.empty() && in_use_ + static_cast<int>(idle_.size()) > size) idle_.pop_back();
  grant();
}

}  // namespace proofload::shop
