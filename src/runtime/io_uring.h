// The io_uring IoBackend: multishot receive into provided buffers, sends batched per turn.
#pragma once

#include <memory>
#include <vector>

#include <liburing.h>

#include "runtime/io.h"
#include "runtime/io_slots.h"
#include "runtime/io_uring_buffers.h"

namespace proofload::runtime {

// A send is first tried without waiting and without a completion for success: after the system
// call that submits it, silence means that the kernel has taken everything. Only what did not fit
// is sent by a second operation that waits. So a request costs one completion, its answer's.
class UringBackend final : public IoBackend {
 public:
  // Fails where rings, multishot receive or buffer rings are missing or forbidden; it tries them.
  static Result<std::unique_ptr<IoBackend>> create();
  ~UringBackend() override;

  std::string_view name() const override { return "io_uring"; }
  SocketId adopt(int fd, SocketHandler& handler) override;
  int descriptor(SocketId id) const override { return slots_.get(id).fd; }
  void connect(SocketId id, const sockaddr* address, socklen_t length) override;
  void receive(SocketId id) override;
  void send(SocketId id, std::span<const std::byte> bytes) override;
  void report_sent(SocketId id) override { slots_.get(id).wants_report = true; }
  bool is_send_queued(SocketId id) const override {
    return slots_.get(id).send == SendState::kQueued;
  }
  TimePoint sent_at(SocketId id) const override { return slots_.get(id).sent_at; }
  void close(SocketId id, std::vector<std::byte> kept_bytes) override;
  SocketId watch(int fd, short events, std::function<void(short events)> on_ready) override;
  void unwatch(SocketId id) override;
  void reap(TimePoint until, TimePoint& now) override;
  std::uint64_t buffer_shortage_count() const override { return buffer_shortage_count_; }

 private:
  enum class Op : std::uint8_t { kConnect, kReceive, kTrySend, kSendRest, kPoll, kCancel };
  static constexpr std::uint8_t bit(Op op) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(op));
  }
  enum class SendState : std::uint8_t { kIdle, kQueued, kTried, kWaiting };

  struct Slot {
    std::uint32_t generation = 0;
    int fd = -1;
    SocketHandler* handler = nullptr;     // of a socket
    std::function<void(short)> on_ready;  // of a watch
    short watched_events = 0;
    bool is_open = false;
    SendState send = SendState::kIdle;
    bool wants_report = false;      // of the queued send
    std::uint8_t armed = 0;         // bit per Op that the kernel has
    std::uint8_t cancel_count = 0;  // cancellations it has
    std::span<const std::byte> unsent;
    TimePoint sent_at{};
    std::unique_ptr<sockaddr_storage> address;  // while connecting
    std::vector<std::byte> kept_bytes;
  };

  UringBackend() = default;
  int open_ring();
  bool can_receive_multishot();
  io_uring_sqe* next_sqe();
  static std::uint64_t user_data(SocketId id, Op op);
  io_uring_sqe* arm(SocketId id, Slot& slot, Op op);
  void arm_receive(SocketId id, Slot& slot);
  void arm_poll(SocketId id, Slot& slot);
  void cancel_armed(SocketId id, Slot& slot);
  void release_if_quiet(std::uint32_t index);

  void submit_queued_sends();
  void finish_tried_sends();
  void submit_and_wait(TimePoint until);
  void handle(const io_uring_cqe& cqe, TimePoint now);
  void handle_open(SocketId id, Op op, const io_uring_cqe& cqe, TimePoint now);
  void handle_received(SocketId id, const io_uring_cqe& cqe, TimePoint now);
  void handle_sent(SocketId id, Slot& slot, int result);
  void handle_poll(SocketId id, Slot& slot, int result);

  io_uring ring_{};
  bool has_ring_ = false;
  UringBuffers buffers_;
  IoSlots<Slot> slots_;
  std::vector<SocketId> queued_sends_;
  std::vector<SocketId> tried_sends_;
  std::vector<SocketId> finishing_;
  bool is_submitted_ = true;       // the kernel took the whole submission queue
  std::vector<SocketId> starved_;  // receives to be armed again when buffers are back
  std::uint64_t buffer_shortage_count_ = 0;
};

}  // namespace proofload::runtime
