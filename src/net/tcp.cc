#include "net/tcp.h"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

namespace proofload::net {
namespace {

using runtime::Loop;
using runtime::WaitResult;

constexpr int kKeepAliveSeconds = 30;
// A send buffer that has grown beyond this for one large body is given back afterwards.
constexpr std::size_t kKeptBufferBytes = std::size_t{64} * 1024;

NetErrorKind kind_of(int errno_value) {
  switch (errno_value) {
    case ECONNRESET:
      return NetErrorKind::kReset;
    case EPIPE:
      return NetErrorKind::kBrokenPipe;
    default:
      return NetErrorKind::kErrno;
  }
}

void set_option(int fd, int level, int option, int value) {
  // What the kernel refuses (a Unix socket in a test) costs speed, not correctness.
  ::setsockopt(fd, level, option, &value, sizeof value);
}

class TcpStream final : public Stream, private runtime::SocketHandler {
 public:
  TcpStream(Loop& loop, int fd) : io_(loop.io()), id_(io_.adopt(fd, *this)), waiter_(loop) {
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  }
  ~TcpStream() override { TcpStream::close(); }

  // 0, an errno, or the wait's failure.
  std::pair<WaitResult, int> connect(const Endpoint& endpoint, TimePoint deadline);
  void learn_addresses();

  void start(StreamHandler& handler) override {
    handler_ = &handler;
    if (is_open_) io_.receive(id_);
  }
  void write(std::span<const std::byte> bytes) override;
  WaitResult flush(TimePoint deadline) override;
  void close() override;

  bool is_open() const override { return is_open_; }
  TimePoint sent_at() const override { return is_open_ ? io_.sent_at(id_) : last_sent_at_; }
  std::uint64_t received_bytes() const override { return received_bytes_; }
  std::uint64_t sent_bytes() const override { return sent_bytes_; }
  const Endpoint& local() const override { return local_; }
  const Endpoint& peer() const override { return peer_; }

 private:
  void on_connected(int error) override {
    connect_error_ = error;
    waiter_.notify();
  }
  void on_received(std::span<const std::byte> bytes, TimePoint at) override {
    received_bytes_ += bytes.size();
    handler_->on_data(bytes, at);
  }
  void on_receive_end(int error) override;
  void on_sent(int error) override;
  void send_out();

  runtime::IoBackend& io_;
  runtime::SocketId id_;
  runtime::Waiter waiter_;
  StreamHandler* handler_ = nullptr;
  std::vector<std::byte> out_;     // being sent; the kernel may be reading it
  std::vector<std::byte> queued_;  // written meanwhile
  std::uint64_t received_bytes_ = 0;
  std::uint64_t sent_bytes_ = 0;
  TimePoint last_sent_at_{};
  Endpoint local_;
  Endpoint peer_;
  int connect_error_ = 0;
  int send_error_ = 0;
  bool is_open_ = true;
  bool is_sending_ = false;
};

std::pair<WaitResult, int> TcpStream::connect(const Endpoint& endpoint, TimePoint deadline) {
  peer_ = endpoint;
  const int fd = io_.descriptor(id_);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveSeconds);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveSeconds);
  sockaddr_storage address{};
  const socklen_t length = to_sockaddr(endpoint, address);
  io_.connect(id_, reinterpret_cast<const sockaddr*>(&address), length);
  const WaitResult result = waiter_.wait(deadline);
  if (result == WaitResult::kNotified && connect_error_ == 0) learn_addresses();
  return {result, connect_error_};
}

void TcpStream::learn_addresses() {
  const int fd = io_.descriptor(id_);
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0) {
    local_ = from_sockaddr(address).value_or(Endpoint{});
  }
  length = sizeof address;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0) {
    peer_ = from_sockaddr(address).value_or(Endpoint{});
  }
}

void TcpStream::write(std::span<const std::byte> bytes) {
  if (!is_open_ || send_error_ != 0 || bytes.empty()) return;
  sent_bytes_ += bytes.size();
  if (is_sending_ && !io_.is_send_queued(id_)) {
    queued_.insert(queued_.end(), bytes.begin(), bytes.end());
    return;
  }
  if (!is_sending_) out_.clear();
  out_.insert(out_.end(), bytes.begin(), bytes.end());
  send_out();
}

void TcpStream::send_out() {
  is_sending_ = true;
  io_.send(id_, out_);
}

void TcpStream::on_sent(int error) {
  is_sending_ = false;
  if (error != 0) {
    // The receiving side ends by itself, perhaps after an answer that explains the refusal.
    send_error_ = error;
    queued_.clear();
  } else if (!queued_.empty()) {
    out_.swap(queued_);
    queued_.clear();
    send_out();
  }
  if (is_sending_) return;
  if (out_.capacity() > kKeptBufferBytes) out_ = {};
  if (waiter_.is_waiting()) waiter_.notify();
}

WaitResult TcpStream::flush(TimePoint deadline) {
  while (is_open_ && is_sending_) {
    io_.report_sent(id_);
    const WaitResult result = waiter_.wait(deadline);
    if (result != WaitResult::kNotified) return result;
  }
  return WaitResult::kNotified;
}

void TcpStream::on_receive_end(int error) {
  StreamEnd end;
  if (error != 0) {
    end = {kind_of(error), "read", error};
  } else if (send_error_ != 0) {
    // A failed send takes the socket's error with it; what is left looks like an orderly end.
    end = {kind_of(send_error_), "write", send_error_};
  }
  close();
  handler_->on_closed(end);
}

void TcpStream::close() {
  if (!is_open_) return;
  last_sent_at_ = io_.sent_at(id_);
  is_open_ = false;
  io_.close(id_, is_sending_ ? std::move(out_) : std::vector<std::byte>());
  if (waiter_.is_waiting()) waiter_.notify();
}

NetError dial_error(int errno_value, std::string_view call, const Endpoint& endpoint,
                    const std::optional<IpAddress>& source) {
  NetError error{
      .kind = NetErrorKind::kErrno, .op = "dial", .errno_value = errno_value, .message = {}};
  if (errno_value == ECONNREFUSED) error.kind = NetErrorKind::kRefused;
  if (errno_value == ETIMEDOUT) error.kind = NetErrorKind::kDialTimeout;
  const std::string from = source ? Endpoint{*source, 0}.to_string() + "->" : "";
  error.message = fmt::format("dial tcp {}{}: {}: {}", from, endpoint.to_string(), call,
                              go_errno_text(errno_value));
  return error;
}

// The errno, or 0.
int bind_source(int fd, const IpAddress& source) {
  // Chooses the port at connect, so that one port can serve several targets.
  set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  sockaddr_storage address{};
  const socklen_t length = to_sockaddr({source, 0}, address);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), length) == 0 ? 0 : errno;
}

}  // namespace

NetResult<std::unique_ptr<Stream>> connect_tcp(Loop& loop, const Endpoint& endpoint,
                                               TimePoint deadline,
                                               std::optional<IpAddress> source) {
  const int family = endpoint.ip.is_v4() ? AF_INET : AF_INET6;
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return tl::unexpected(dial_error(errno, "socket", endpoint, {}));
  auto stream = std::make_unique<TcpStream>(loop, fd);
  if (source) {
    const int error = bind_source(fd, *source);
    if (error != 0) return tl::unexpected(dial_error(error, "bind", endpoint, source));
  }
  const auto [result, error] = stream->connect(endpoint, deadline);
  if (result == WaitResult::kTimeout) {
    return tl::unexpected(
        NetError{.kind = NetErrorKind::kDeadline,
                 .op = "dial",
                 .errno_value = 0,
                 .message = fmt::format("dial tcp {}: i/o timeout", endpoint.to_string())});
  }
  if (result == WaitResult::kCancelled) {
    return tl::unexpected(NetError{
        .kind = NetErrorKind::kCancelled,
        .op = "dial",
        .errno_value = 0,
        .message = fmt::format("dial tcp {}: operation was canceled", endpoint.to_string())});
  }
  if (error != 0) return tl::unexpected(dial_error(error, "connect", endpoint, source));
  return stream;
}

std::unique_ptr<Stream> adopt_tcp(Loop& loop, int fd) {
  auto stream = std::make_unique<TcpStream>(loop, fd);
  stream->learn_addresses();
  return stream;
}

}  // namespace proofload::net
