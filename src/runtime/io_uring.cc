#include "runtime/io_uring.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <sys/poll.h>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/check.h"
#include "runtime/timer.h"

namespace proofload::runtime {
namespace {

// Small rings stay in the cache. A full submission queue is handed over early; completions that
// do not fit are kept by the kernel until the next turn.
constexpr unsigned kSubmissions = 512;
constexpr unsigned kCompletions = 8192;

// user_data: op in the top 8 bits, generation in 24, index in 32.
constexpr int kOpShift = 56;
constexpr int kGenerationShift = 32;

}  // namespace

Result<std::unique_ptr<IoBackend>> UringBackend::create() {
  std::unique_ptr<UringBackend> backend(new UringBackend());
  int result = backend->open_ring();
  if (result == 0) result = backend->buffers_.register_with(backend->ring_);
  if (result == 0 && !backend->can_receive_multishot()) result = -ENOSYS;
  if (result < 0) {
    return Error(ErrorKind::kInvalidConfig,
                 std::string("io_uring cannot be used here: ") + std::strerror(-result))
        .with_hint("it needs Linux 6.0 and a container that allows it; use epoll");
  }
  return std::unique_ptr<IoBackend>(std::move(backend));
}

int UringBackend::open_ring() {
  // Best first: completions run only when this thread asks (6.1), then without an interrupt (5.19).
  constexpr unsigned kFlagSets[] = {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
                                    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN,
                                    IORING_SETUP_COOP_TASKRUN, 0};
  int result = -EINVAL;
  for (const unsigned flags : kFlagSets) {
    io_uring_params params{};
    params.flags = flags | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
    params.cq_entries = kCompletions;
    result = io_uring_queue_init_params(kSubmissions, &ring_, &params);
    if (result != -EINVAL) break;
  }
  if (result < 0) return result;
  has_ring_ = true;
  io_uring_register_ring_fd(&ring_);  // saves a look-up per call; older kernels do without
  return 0;
}

bool UringBackend::can_receive_multishot() {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return false;
  io_uring_sqe* sqe = next_sqe();
  io_uring_prep_recv_multishot(sqe, pair[0], nullptr, 0, 0);
  sqe->flags |= IOSQE_BUFFER_SELECT;
  sqe->buf_group = UringBuffers::kGroup;
  bool works = ::write(pair[1], "x", 1) == 1;
  ::close(pair[1]);
  bool is_armed = true;
  for (int received = 0; is_armed; ++received) {
    if (io_uring_submit_and_wait(&ring_, 1) < 0) works = false;
    io_uring_cqe* cqe = nullptr;
    if (io_uring_peek_cqe(&ring_, &cqe) != 0) break;
    // One byte with more to come, then the end.
    if (received == 0) works = works && cqe->res == 1 && (cqe->flags & IORING_CQE_F_MORE) != 0;
    if ((cqe->flags & IORING_CQE_F_BUFFER) != 0) {
      buffers_.give_back(cqe->flags >> IORING_CQE_BUFFER_SHIFT);
    }
    is_armed = (cqe->flags & IORING_CQE_F_MORE) != 0;
    io_uring_cqe_seen(&ring_, cqe);
  }
  ::close(pair[0]);
  return works;
}

UringBackend::~UringBackend() {
  if (!has_ring_) return;
  io_uring_queue_exit(&ring_);
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_.at(i).handler != nullptr) ::close(slots_.at(i).fd);
  }
}

io_uring_sqe* UringBackend::next_sqe() {
  io_uring_sqe* sqe = io_uring_get_sqe(&ring_);
  while (sqe == nullptr) {
    io_uring_submit(&ring_);
    sqe = io_uring_get_sqe(&ring_);
  }
  return sqe;
}

std::uint64_t UringBackend::user_data(SocketId id, Op op) {
  return (std::uint64_t{static_cast<std::uint8_t>(op)} << kOpShift) |
         (std::uint64_t{id.generation} << kGenerationShift) | id.index;
}

// Takes an entry for `op` on the slot; the caller prepares the rest with io_uring_prep_*, which
// leaves user_data alone.
io_uring_sqe* UringBackend::arm(SocketId id, Slot& slot, Op op) {
  io_uring_sqe* sqe = next_sqe();
  slot.armed |= bit(op);
  io_uring_sqe_set_data64(sqe, user_data(id, op));
  return sqe;
}

void UringBackend::arm_receive(SocketId id, Slot& slot) {
  io_uring_sqe* sqe = arm(id, slot, Op::kReceive);
  io_uring_prep_recv_multishot(sqe, slot.fd, nullptr, 0, 0);
  sqe->flags |= IOSQE_BUFFER_SELECT;
  sqe->buf_group = UringBuffers::kGroup;
}

void UringBackend::arm_poll(SocketId id, Slot& slot) {
  io_uring_sqe* sqe = arm(id, slot, Op::kPoll);
  io_uring_prep_poll_add(sqe, slot.fd, static_cast<unsigned>(slot.watched_events));
}

SocketId UringBackend::adopt(int fd, SocketHandler& handler) {
  // Operations on a non-blocking descriptor fail at once instead of waiting in the ring.
  const int flags = ::fcntl(fd, F_GETFL);
  if ((flags & O_NONBLOCK) != 0) ::fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
  const std::uint32_t index = slots_.take();
  Slot& slot = slots_.at(index);
  slot.fd = fd;
  slot.handler = &handler;
  slot.is_open = true;
  return {index, slot.generation};
}

void UringBackend::connect(SocketId id, const sockaddr* address, socklen_t length) {
  Slot& slot = slots_.get(id);
  slot.address = std::make_unique<sockaddr_storage>();
  std::memcpy(slot.address.get(), address, length);
  io_uring_sqe* sqe = arm(id, slot, Op::kConnect);
  io_uring_prep_connect(sqe, slot.fd, reinterpret_cast<const sockaddr*>(slot.address.get()),
                        length);
}

void UringBackend::receive(SocketId id) {
  arm_receive(id, slots_.get(id));
}

void UringBackend::send(SocketId id, std::span<const std::byte> bytes) {
  Slot& slot = slots_.get(id);
  slot.unsent = bytes;
  if (slot.send == SendState::kQueued) return;
  PL_CHECK(slot.send == SendState::kIdle);
  slot.send = SendState::kQueued;
  queued_sends_.push_back(id);
}

void UringBackend::close(SocketId id, std::vector<std::byte> kept_bytes) {
  Slot* slot = slots_.find(id);
  if (slot == nullptr || !slot->is_open) return;
  slot->is_open = false;
  slot->kept_bytes = std::move(kept_bytes);
  cancel_armed(id, *slot);
  release_if_quiet(id.index);
}

SocketId UringBackend::watch(int fd, short events, std::function<void(short events)> on_ready) {
  const std::uint32_t index = slots_.take();
  Slot& slot = slots_.at(index);
  slot.fd = fd;
  slot.on_ready = std::move(on_ready);
  slot.watched_events = events;
  slot.is_open = true;
  const SocketId id{index, slot.generation};
  arm_poll(id, slot);
  return id;
}

void UringBackend::unwatch(SocketId id) {
  close(id, {});
}

void UringBackend::cancel_armed(SocketId id, Slot& slot) {
  // A tried send is not among them: it never waits.
  for (const Op op : {Op::kConnect, Op::kReceive, Op::kSendRest, Op::kPoll}) {
    if ((slot.armed & bit(op)) == 0) continue;
    io_uring_sqe* sqe = next_sqe();
    io_uring_prep_cancel64(sqe, user_data(id, op), 0);
    io_uring_sqe_set_data64(sqe, user_data(id, Op::kCancel));
    ++slot.cancel_count;
  }
}

// The last step of close(): nothing of the slot is known to the kernel any more.
void UringBackend::release_if_quiet(std::uint32_t index) {
  Slot& slot = slots_.at(index);
  if (slot.is_open || slot.armed != 0 || slot.cancel_count != 0) return;
  if (slot.send == SendState::kQueued) return;
  if (slot.handler != nullptr) ::close(slot.fd);
  slots_.release(index);
}

void UringBackend::reap(TimePoint until, TimePoint& now) {
  submit_queued_sends();
  submit_and_wait(until);
  now = monotonic_now();
  unsigned head = 0;
  unsigned count = 0;
  io_uring_cqe* cqe = nullptr;
  io_uring_for_each_cqe(&ring_, head, cqe) {
    handle(*cqe, now);
    ++count;
  }
  io_uring_cq_advance(&ring_, count);
  finish_tried_sends();
  for (std::size_t i = 0; i < starved_.size(); ++i) {
    Slot* slot = slots_.find(starved_[i]);
    if (slot != nullptr && slot->is_open) arm_receive(starved_[i], *slot);
  }
  starved_.clear();
}

void UringBackend::submit_and_wait(TimePoint until) {
  const Duration left = until == TimePoint::min() ? Duration{} : until - monotonic_now();
  int result = 0;
  if (left <= Duration{}) {
    result = io_uring_submit_and_get_events(&ring_);
  } else if (until == Timer::kNever) {
    result = io_uring_submit_and_wait(&ring_, 1);
  } else {
    __kernel_timespec timeout{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    io_uring_cqe* cqe = nullptr;
    result = io_uring_submit_and_wait_timeout(&ring_, &cqe, 1, &timeout, nullptr);
  }
  // EAGAIN and EBUSY: the kernel wants its completions taken first, which follows.
  PL_CHECK(result >= 0 || result == -EINTR || result == -ETIME || result == -EAGAIN ||
           result == -EBUSY);
  is_submitted_ = io_uring_sq_ready(&ring_) == 0;
}

void UringBackend::submit_queued_sends() {
  if (queued_sends_.empty()) return;
  const TimePoint now = monotonic_now();
  for (const SocketId id : queued_sends_) {
    Slot& slot = slots_.get(id);  // a queued send keeps even a closed slot
    slot.send = SendState::kTried;
    slot.sent_at = now;
    io_uring_sqe* sqe = arm(id, slot, Op::kTrySend);
    io_uring_prep_send(sqe, slot.fd, slot.unsent.data(), slot.unsent.size(),
                       MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL);
    if (!std::exchange(slot.wants_report, false)) sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
    tried_sends_.push_back(id);
  }
  queued_sends_.clear();
}

// Called when all completions of this turn have been handled: a send that is still "tried" had
// none, so it is complete; unless the kernel has not taken it, or holds completions back.
void UringBackend::finish_tried_sends() {
  if (tried_sends_.empty()) return;
  if (!is_submitted_ || io_uring_cq_has_overflow(&ring_)) return;
  finishing_.swap(tried_sends_);
  for (const SocketId id : finishing_) {
    Slot* slot = slots_.find(id);
    if (slot == nullptr || slot->send != SendState::kTried) continue;
    slot->send = SendState::kIdle;
    slot->armed &= static_cast<std::uint8_t>(~bit(Op::kTrySend));
    if (slot->is_open) {
      slot->handler->on_sent(0);
    } else {
      release_if_quiet(id.index);
    }
  }
  finishing_.clear();
}

void UringBackend::handle(const io_uring_cqe& cqe, TimePoint now) {
  const auto op = static_cast<Op>(cqe.user_data >> kOpShift);
  const SocketId id{static_cast<std::uint32_t>(cqe.user_data),
                    static_cast<std::uint32_t>(cqe.user_data >> kGenerationShift) &
                        IoSlots<Slot>::kGenerationMask};
  Slot& slot = slots_.get(id);  // not released while the kernel has an operation of it
  if (op == Op::kCancel) {
    --slot.cancel_count;
  } else if ((cqe.flags & IORING_CQE_F_MORE) == 0) {
    slot.armed &= static_cast<std::uint8_t>(~bit(op));
  }
  if (slot.is_open) {
    handle_open(id, op, cqe, now);
    return;
  }
  if ((cqe.flags & IORING_CQE_F_BUFFER) != 0) {
    buffers_.give_back(cqe.flags >> IORING_CQE_BUFFER_SHIFT);
  }
  if (op == Op::kTrySend) slot.send = SendState::kIdle;
  release_if_quiet(id.index);
}

void UringBackend::handle_open(SocketId id, Op op, const io_uring_cqe& cqe, TimePoint now) {
  Slot& slot = slots_.get(id);
  switch (op) {
    case Op::kConnect:
      slot.address.reset();
      slot.handler->on_connected(-cqe.res);
      break;
    case Op::kReceive:
      handle_received(id, cqe, now);
      break;
    case Op::kTrySend:
    case Op::kSendRest:
      handle_sent(id, slot, cqe.res);
      break;
    case Op::kPoll:
      handle_poll(id, slot, cqe.res);
      break;
    case Op::kCancel:
      break;
  }
}

void UringBackend::handle_received(SocketId id, const io_uring_cqe& cqe, TimePoint now) {
  const bool is_armed = (cqe.flags & IORING_CQE_F_MORE) != 0;
  if (cqe.res > 0) {
    const unsigned index = cqe.flags >> IORING_CQE_BUFFER_SHIFT;
    slots_.at(id.index).handler->on_received(buffers_.at(index, static_cast<std::size_t>(cqe.res)),
                                             now);
    buffers_.give_back(index);
    Slot* slot = slots_.find(id);
    if (!is_armed && slot != nullptr && slot->is_open) arm_receive(id, *slot);
    return;
  }
  if (is_armed) return;
  if (cqe.res == -ENOBUFS || cqe.res == -EINTR || cqe.res == -EAGAIN) {
    if (cqe.res == -ENOBUFS) ++buffer_shortage_count_;
    starved_.push_back(id);
    return;
  }
  slots_.at(id.index).handler->on_receive_end(-cqe.res);
}

void UringBackend::handle_sent(SocketId id, Slot& slot, int result) {
  const bool must_wait = result == -EAGAIN || result == -EINTR;
  if (result >= 0) slot.unsent = slot.unsent.subspan(static_cast<std::size_t>(result));
  if (slot.unsent.empty() || (result < 0 && !must_wait)) {
    slot.send = SendState::kIdle;
    slot.sent_at = monotonic_now();
    slot.handler->on_sent(result < 0 ? -result : 0);
    return;
  }
  slot.send = SendState::kWaiting;
  io_uring_sqe* sqe = arm(id, slot, Op::kSendRest);
  io_uring_prep_send(sqe, slot.fd, slot.unsent.data(), slot.unsent.size(),
                     MSG_WAITALL | MSG_NOSIGNAL);
}

void UringBackend::handle_poll(SocketId id, Slot& slot, int result) {
  if (result < 0) return;                    // a descriptor that cannot be polled
  auto on_ready = std::move(slot.on_ready);  // taken out while it runs: it may unwatch itself
  on_ready(static_cast<short>(result));
  Slot* after = slots_.find(id);
  if (after == nullptr || !after->is_open) return;
  after->on_ready = std::move(on_ready);
  arm_poll(id, *after);
}

}  // namespace proofload::runtime
