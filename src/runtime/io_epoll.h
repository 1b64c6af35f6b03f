// The epoll IoBackend: edge-triggered sockets, level-triggered watches.
#pragma once

#include <array>
#include <sys/epoll.h>
#include <vector>

#include "runtime/io.h"
#include "runtime/io_slots.h"

namespace proofload::runtime {

class EpollBackend final : public IoBackend {
 public:
  static Result<std::unique_ptr<IoBackend>> create();
  ~EpollBackend() override;

  std::string_view name() const override { return "epoll"; }
  SocketId adopt(int fd, SocketHandler& handler) override;
  int descriptor(SocketId id) const override { return slots_.get(id).fd; }
  void connect(SocketId id, const sockaddr* address, socklen_t length) override;
  void receive(SocketId id) override;
  void send(SocketId id, std::span<const std::byte> bytes) override;
  void report_sent(SocketId id) override { slots_.get(id).wants_report = true; }
  bool is_send_queued(SocketId id) const override { return slots_.get(id).is_send_queued; }
  TimePoint sent_at(SocketId id) const override { return slots_.get(id).sent_at; }
  void close(SocketId id, std::vector<std::byte> kept_bytes) override;
  SocketId watch(int fd, short events, std::function<void(short events)> on_ready) override;
  void unwatch(SocketId id) override;
  void reap(TimePoint until, TimePoint& now) override;

 private:
  struct Slot {
    std::uint32_t generation = 0;
    int fd = -1;
    SocketHandler* handler = nullptr;     // of a socket
    std::function<void(short)> on_ready;  // of a watch
    std::span<const std::byte> unsent;
    TimePoint sent_at{};
    bool is_send_queued = false;
    bool wants_report = false;
    bool is_registered = false;
    bool is_connecting = false;
    bool is_receiving = false;
    bool is_readable = false;  // an edge that came while nobody received
    int connect_error = 0;     // known at once, reported by the next reap
  };

  explicit EpollBackend(int epoll_fd);
  void register_socket(SocketId id, Slot& slot);
  void handle(SocketId id, std::uint32_t events, TimePoint now);
  void handle_socket(SocketId id, std::uint32_t events, TimePoint now);
  void finish_connect(Slot& slot);
  void receive_available(SocketId id, bool until_empty, TimePoint now);
  bool send_queued();
  void continue_send(SocketId id, Slot& slot);
  static int send_some(Slot& slot);
  void run_kicked(TimePoint now);
  int wait(TimePoint until);

  int epoll_fd_;
  IoSlots<Slot> slots_;
  // Sends wait for the end of the turn: in one row they wake the peer's machine less often.
  std::vector<SocketId> queued_sends_;
  std::vector<SocketId> sending_now_;
  std::vector<SocketId> kicked_;  // to be looked at in the next reap without a new event
  std::vector<SocketId> kicked_now_;
  std::vector<std::byte> buffer_;
  std::array<epoll_event, 256> events_{};
};

}  // namespace proofload::runtime
