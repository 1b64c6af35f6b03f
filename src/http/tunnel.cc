#include "http/tunnel.h"

#include <optional>
#include <utility>
#include <vector>

#include "http/request_writer.h"
#include "http/response_parser.h"
#include "runtime/waiter.h"

namespace proofload::http {
namespace {

using runtime::WaitResult;

// The proxy's stream: reads the answer to CONNECT itself, then passes everything on.
class TunnelStream final : public net::Stream, private net::StreamHandler {
 public:
  TunnelStream(runtime::Loop& loop, std::unique_ptr<net::Stream> stream)
      : stream_(std::move(stream)), waiter_(loop) {}

  std::optional<net::NetError> connect(const TunnelRequest& request) {
    parser_.start(head_, body_, {.is_connect = true});
    stream_->start(*this);
    stream_->write(as_bytes(
        write_connect(request.host_and_port, request.proxy_authorization, request.user_agent)));
    const WaitResult result =
        is_answered() ? WaitResult::kNotified : waiter_.wait(request.deadline);
    if (result == WaitResult::kTimeout) return net::NetError{net::NetErrorKind::kDeadline, "dial"};
    if (result == WaitResult::kCancelled) {
      return net::NetError{net::NetErrorKind::kCancelled, "dial"};
    }
    const bool is_head_complete = parser_.has_head() && parser_.state() != State::kFailed;
    if (!is_head_complete) {
      if (end_ && end_->kind != net::NetErrorKind::kEof) return stream_->to_error(*end_);
      return refused(parser_.error().empty() ? "unexpected EOF" : parser_.error());
    }
    if (head_.status() == 200) return std::nullopt;
    const std::string_view text = head_.status_text();
    return refused(std::string(text.size() > 4 ? text.substr(4) : text));
  }

  void start(net::StreamHandler& handler) override {
    handler_ = &handler;
    if (!early_.empty()) handler_->on_data(std::exchange(early_, {}), early_at_);
    if (end_ && handler_ != nullptr) std::exchange(handler_, nullptr)->on_closed(*end_);
  }
  void write(std::span<const std::byte> bytes) override { stream_->write(bytes); }
  WaitResult flush(TimePoint deadline) override { return stream_->flush(deadline); }
  void close() override {
    handler_ = nullptr;
    stream_->close();
  }
  bool is_open() const override { return stream_->is_open(); }
  TimePoint sent_at() const override { return stream_->sent_at(); }
  std::uint64_t received_bytes() const override { return stream_->received_bytes(); }
  std::uint64_t sent_bytes() const override { return stream_->sent_bytes(); }
  const net::Endpoint& local() const override { return stream_->local(); }
  const net::Endpoint& peer() const override { return stream_->peer(); }

 private:
  using State = ResponseParser::State;

  static std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
  }
  static net::NetError refused(std::string text) {
    return {net::NetErrorKind::kEof, "dial", 0, std::move(text)};
  }
  bool is_answered() const {
    return parser_.has_head() || parser_.state() == State::kFailed || end_;
  }

  void on_data(std::span<const std::byte> bytes, TimePoint at) override {
    if (handler_ != nullptr) {
      handler_->on_data(bytes, at);
      return;
    }
    std::size_t taken = 0;
    if (!is_answered()) {
      taken = parser_.consume({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
      if (is_answered()) waiter_.notify();
    }
    // The target may speak before we have started to listen.
    if (parser_.state() == State::kDone && taken < bytes.size()) {
      early_.insert(early_.end(), bytes.begin() + static_cast<std::ptrdiff_t>(taken), bytes.end());
      early_at_ = at;
    }
  }
  void on_closed(const net::StreamEnd& end) override {
    end_ = end;
    if (handler_ != nullptr) {
      std::exchange(handler_, nullptr)->on_closed(end);
      return;
    }
    parser_.finish();
    waiter_.notify();
  }

  std::unique_ptr<net::Stream> stream_;
  runtime::Waiter waiter_;
  ResponseParser parser_;
  ResponseHead head_;
  std::string body_;
  std::vector<std::byte> early_;
  TimePoint early_at_;
  std::optional<net::StreamEnd> end_;
  net::StreamHandler* handler_ = nullptr;
};

}  // namespace

net::NetResult<std::unique_ptr<net::Stream>> open_tunnel(runtime::Loop& loop,
                                                         std::unique_ptr<net::Stream> stream,
                                                         const TunnelRequest& request) {
  auto tunnel = std::make_unique<TunnelStream>(loop, std::move(stream));
  if (auto error = tunnel->connect(request)) return tl::unexpected(*std::move(error));
  return tunnel;
}

}  // namespace proofload::http
