// Socket operations of one loop with completion callbacks: io_uring or epoll behind one interface.
// Used by net and by tests; everything above uses net/stream.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace proofload::runtime {

enum class IoKind : std::uint8_t {
  kAuto,  // io_uring where it works, else epoll (containers often forbid io_uring)
  kUring,
  kEpoll
};

// Names a socket or a watch of one IoBackend. A name that was closed never matches a later one.
struct SocketId {
  std::uint32_t index = ~std::uint32_t{0};
  std::uint32_t generation = 0;
};

// Receives the completions of one socket, on the loop's stack while it reaps; must not suspend.
// May call any operation, close() included, after which it is not called again.
class SocketHandler {
 public:
  virtual ~SocketHandler() = default;
  // 0, or the errno of the connection attempt.
  virtual void on_connected(int error) = 0;
  // `bytes` are valid during the call only. `at` is when the loop saw them.
  virtual void on_received(std::span<const std::byte> bytes, TimePoint at) = 0;
  // Nothing more will be received. 0: the peer closed its side; else the errno.
  virtual void on_receive_end(int error) = 0;
  // A send() is done: 0, or the errno. Its bytes are the caller's again.
  virtual void on_sent(int error) = 0;
};

// All calls on the loop's thread. Nothing the kernel reads or writes lives with the caller except
// the bytes of a send, and those are handed over by close().
class IoBackend {
 public:
  virtual ~IoBackend() = default;

  // "io_uring" or "epoll".
  virtual std::string_view name() const = 0;

  // Takes `fd`, a stream socket in any blocking mode, and closes it after close(). `handler` must
  // live until then.
  virtual SocketId adopt(int fd, SocketHandler& handler) = 0;
  // For socket options and addresses; do not read, write or close it.
  virtual int descriptor(SocketId id) const = 0;

  // Once per socket, before receive and send. The address is copied. on_connected follows.
  virtual void connect(SocketId id, const sockaddr* address, socklen_t length) = 0;
  // Starts receiving, once; on_received is called until on_receive_end.
  virtual void receive(SocketId id) = 0;
  // Sends all of `bytes` at the next reap, one send at a time. They must stay valid and unchanged
  // until on_sent or close. While is_send_queued(), a second call replaces the bytes (which must
  // begin with the first call's).
  virtual void send(SocketId id, std::span<const std::byte> bytes) = 0;
  // Makes on_sent of the last send come by itself. Without this it may come only with the next
  // completion of any socket, which is soon enough for all but who waits for it.
  virtual void report_sent(SocketId id) = 0;
  // The bytes of the last send have not been shown to the kernel yet.
  virtual bool is_send_queued(SocketId id) const = 0;
  // When the bytes of the last send were handed to the kernel.
  virtual TimePoint sent_at(SocketId id) const = 0;
  // Ends the socket; its handler is not called again. The descriptor is closed when the last
  // operation has completed, and `kept_bytes` (what a pending send reads) are freed then.
  virtual void close(SocketId id, std::vector<std::byte> kept_bytes = {}) = 0;

  // Calls `on_ready(events)` on the loop's stack whenever `fd` has one of `events` (POLLIN,
  // POLLOUT), again each turn while it stays so. For c-ares, eventfd, listening sockets.
  // The descriptor stays the caller's: unwatch it before closing it.
  virtual SocketId watch(int fd, short events, std::function<void(short events)> on_ready) = 0;
  virtual void unwatch(SocketId id) = 0;

  // Hands queued operations to the kernel, waits until something completes or `until` has come
  // (a time in the past: does not wait; Timer::kNever: without limit), sets `now`, and calls the
  // handlers of what has completed.
  virtual void reap(TimePoint until, TimePoint& now) = 0;

  // How often a receive found no free buffer and had to be armed again (io_uring; self-watch).
  virtual std::uint64_t buffer_shortage_count() const { return 0; }
};

// Call on the thread that will use it. kUring fails where the kernel or a seccomp filter refuses.
Result<std::unique_ptr<IoBackend>> create_io_backend(IoKind kind);

}  // namespace proofload::runtime
