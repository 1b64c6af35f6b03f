#include "runtime/io_epoll.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/check.h"
#include "runtime/timer.h"

namespace proofload::runtime {
namespace {

// One read of this size takes what a fast loopback sender has queued; it stays in the L2 cache.
constexpr std::size_t kBufferBytes = std::size_t{64} * 1024;
// Then other sockets have their turn.
constexpr int kReadsPerTurn = 16;

std::uint64_t pack(SocketId id) {
  return (std::uint64_t{id.generation} << 32) | id.index;
}

SocketId unpack(std::uint64_t packed) {
  return {static_cast<std::uint32_t>(packed), static_cast<std::uint32_t>(packed >> 32)};
}

}  // namespace

Result<std::unique_ptr<IoBackend>> EpollBackend::create() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) {
    return Error(ErrorKind::kInternal,
                 std::string("cannot create an epoll descriptor: ") + std::strerror(errno));
  }
  return std::unique_ptr<IoBackend>(new EpollBackend(fd));
}

EpollBackend::EpollBackend(int epoll_fd) : epoll_fd_(epoll_fd), buffer_(kBufferBytes) {}

EpollBackend::~EpollBackend() {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_.at(i).handler != nullptr) ::close(slots_.at(i).fd);
  }
  ::close(epoll_fd_);
}

SocketId EpollBackend::adopt(int fd, SocketHandler& handler) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  const std::uint32_t index = slots_.take();
  Slot& slot = slots_.at(index);
  slot.fd = fd;
  slot.handler = &handler;
  return {index, slot.generation};
}

void EpollBackend::register_socket(SocketId id, Slot& slot) {
  if (std::exchange(slot.is_registered, true)) return;
  epoll_event event{};
  // Everything at once and by edges: one epoll_ctl in a connection's life.
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = pack(id);
  PL_CHECK(::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, slot.fd, &event) == 0);
}

void EpollBackend::connect(SocketId id, const sockaddr* address, socklen_t length) {
  Slot& slot = slots_.get(id);
  slot.is_connecting = true;
  if (::connect(slot.fd, address, length) == 0 || errno == EINPROGRESS) {
    register_socket(id, slot);
  } else {
    slot.connect_error = errno;
    kicked_.push_back(id);
  }
}

void EpollBackend::receive(SocketId id) {
  Slot& slot = slots_.get(id);
  slot.is_receiving = true;
  register_socket(id, slot);
  if (slot.is_readable) kicked_.push_back(id);
}

void EpollBackend::send(SocketId id, std::span<const std::byte> bytes) {
  Slot& slot = slots_.get(id);
  PL_CHECK(slot.is_send_queued || slot.unsent.empty());
  slot.unsent = bytes;
  if (!std::exchange(slot.is_send_queued, true)) queued_sends_.push_back(id);
}

// True: somebody who waits for a send has been told of its end.
bool EpollBackend::send_queued() {
  bool has_reported = false;
  while (!queued_sends_.empty()) {  // on_sent may queue the next one
    sending_now_.swap(queued_sends_);
    for (const SocketId id : sending_now_) {
      Slot* slot = slots_.find(id);
      if (slot == nullptr || !std::exchange(slot->is_send_queued, false)) continue;
      has_reported |= slot->wants_report;
      continue_send(id, *slot);
    }
    sending_now_.clear();
  }
  return has_reported;
}

int EpollBackend::send_some(Slot& slot) {
  while (!slot.unsent.empty()) {
    const ssize_t count = ::send(slot.fd, slot.unsent.data(), slot.unsent.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      slot.unsent = slot.unsent.subspan(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return errno == EAGAIN ? 0 : errno;
    }
  }
  return 0;
}

void EpollBackend::continue_send(SocketId id, Slot& slot) {
  const int error = send_some(slot);
  slot.sent_at = monotonic_now();
  if (error == 0 && !slot.unsent.empty()) {
    register_socket(id, slot);
    return;
  }
  slot.unsent = {};
  slot.wants_report = false;
  slot.handler->on_sent(error);
}

void EpollBackend::close(SocketId id, std::vector<std::byte> /*kept_bytes*/) {
  Slot* slot = slots_.find(id);
  if (slot == nullptr) return;
  if (slot->is_send_queued) send_some(*slot);  // a farewell, as far as the kernel takes it at once
  ::close(slot->fd);
  slots_.release(id.index);
}

SocketId EpollBackend::watch(int fd, short events, std::function<void(short events)> on_ready) {
  const std::uint32_t index = slots_.take();
  Slot& slot = slots_.at(index);
  slot.fd = fd;
  slot.on_ready = std::move(on_ready);
  const SocketId id{index, slot.generation};
  epoll_event event{};
  event.events = static_cast<std::uint32_t>(events);  // POLLIN and POLLOUT have EPOLL's values
  event.data.u64 = pack(id);
  PL_CHECK(::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) == 0);
  return id;
}

void EpollBackend::unwatch(SocketId id) {
  Slot* slot = slots_.find(id);
  if (slot == nullptr) return;
  ::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, slot->fd, nullptr);
  slots_.release(id.index);
}

void EpollBackend::reap(TimePoint until, TimePoint& now) {
  const bool has_reported = send_queued();
  const int count = wait(kicked_.empty() && !has_reported ? until : TimePoint::min());
  now = monotonic_now();
  run_kicked(now);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    handle(unpack(event.data.u64), event.events, now);
  }
}

int EpollBackend::wait(TimePoint until) {
  timespec timeout{};
  const timespec* limit = nullptr;
  if (until != Timer::kNever) {
    const Duration left = until == TimePoint::min() ? Duration{} : until - monotonic_now();
    const std::int64_t nanoseconds = std::max<std::int64_t>(left.count(), 0);
    timeout = {nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    limit = &timeout;
  }
  const auto events_max = static_cast<int>(events_.size());
  int count = ::epoll_pwait2(epoll_fd_, events_.data(), events_max, limit, nullptr);
  if (count < 0 && errno == ENOSYS) {  // before Linux 5.11: milliseconds, rounded up
    const int milliseconds =
        limit == nullptr
            ? -1
            : static_cast<int>(std::min<std::int64_t>(
                  timeout.tv_sec * 1000 + (timeout.tv_nsec + 999'999) / 1'000'000, 60'000));
    count = ::epoll_wait(epoll_fd_, events_.data(), events_max, milliseconds);
  }
  PL_CHECK(count >= 0 || errno == EINTR);
  return count;
}

void EpollBackend::run_kicked(TimePoint now) {
  if (kicked_.empty()) return;
  kicked_now_.swap(kicked_);
  for (const SocketId id : kicked_now_) handle(id, EPOLLIN | EPOLLOUT, now);
  kicked_now_.clear();
}

void EpollBackend::handle(SocketId id, std::uint32_t events, TimePoint now) {
  Slot* slot = slots_.find(id);
  if (slot == nullptr) return;  // closed by an earlier handler of this reap
  if (slot->handler != nullptr) {
    handle_socket(id, events, now);
    return;
  }
  // Taken out while it runs, because it may unwatch itself.
  auto on_ready = std::move(slot->on_ready);
  on_ready(static_cast<short>(events));
  slot = slots_.find(id);
  if (slot != nullptr) slot->on_ready = std::move(on_ready);
}

void EpollBackend::handle_socket(SocketId id, std::uint32_t events, TimePoint now) {
  constexpr std::uint32_t kEnded = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  Slot* slot = slots_.find(id);
  if (slot->is_connecting && (events & (EPOLLOUT | kEnded)) != 0) finish_connect(*slot);
  slot = slots_.find(id);
  if (slot == nullptr) return;
  if ((events & (EPOLLOUT | kEnded)) != 0 && !slot->unsent.empty() && !slot->is_send_queued) {
    continue_send(id, *slot);
  }
  slot = slots_.find(id);
  if (slot == nullptr || (events & (EPOLLIN | kEnded)) == 0) return;
  if (slot->is_receiving) {
    receive_available(id, (events & kEnded) != 0, now);
  } else {
    slot->is_readable = true;
  }
}

void EpollBackend::finish_connect(Slot& slot) {
  slot.is_connecting = false;
  int error = slot.connect_error;
  socklen_t length = sizeof error;
  if (error == 0) ::getsockopt(slot.fd, SOL_SOCKET, SO_ERROR, &error, &length);
  slot.handler->on_connected(error);
}

void EpollBackend::receive_available(SocketId id, bool until_empty, TimePoint now) {
  for (int reads = 0; reads < kReadsPerTurn; ++reads) {
    Slot* slot = slots_.find(id);
    if (slot == nullptr || !slot->is_receiving) return;
    const ssize_t count = ::recv(slot->fd, buffer_.data(), buffer_.size(), 0);
    if (count > 0) {
      const auto bytes = static_cast<std::size_t>(count);
      slot->handler->on_received({buffer_.data(), bytes}, now);
      // A short read has emptied the socket; what comes later makes a new edge.
      if (bytes < buffer_.size() && !until_empty) return;
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      slot->is_receiving = false;
      slot->handler->on_receive_end(count == 0 ? 0 : errno);
      return;
    } else if (errno == EAGAIN) {
      return;
    }
  }
  kicked_.push_back(id);
}

}  // namespace proofload::runtime
