#include "http/connection.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace proofload::http {
namespace {

// A large body goes out in pieces, so that not all of it is copied at once.
constexpr std::size_t kPieceBytes = 256 << 10;

std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

Connection::Connection(runtime::Loop& loop, std::unique_ptr<net::Stream> stream, std::string key)
    : loop_(loop),
      stream_(std::move(stream)),
      key_(std::move(key)),
      remote_ip_(stream_->peer().ip.to_string()),
      waiter_(loop) {}

void Connection::perform(Exchange& exchange, TimePoint deadline) {
  PL_CHECK(!is_busy_);
  parser_.start(*exchange.head, *exchange.body, exchange.expectation);
  waiter_.reset();
  is_busy_ = true;
  is_reusable_ = false;
  first_byte_at_ = {};
  ended_at_ = {};
  if (exchange_count_++ == 0) stream_->start(*this);

  send(exchange, deadline);
  const auto result = is_complete() ? runtime::WaitResult::kNotified : waiter_.wait(deadline);
  is_busy_ = false;
  conclude(exchange, result);
}

void Connection::send(const Exchange& exchange, TimePoint deadline) {
  stream_->write(as_bytes(exchange.wire));
  std::string_view rest = exchange.body_rest;
  while (!rest.empty() && !is_complete()) {
    if (stream_->flush(deadline) != runtime::WaitResult::kNotified) return;
    const std::string_view piece = rest.substr(0, kPieceBytes);
    stream_->write(as_bytes(piece));
    rest.remove_prefix(piece.size());
  }
  // The server answered before it had read everything: what is left of the body has no reader.
  if (!rest.empty()) close();
}

bool Connection::is_complete() const {
  return stream_end_ || parser_.state() == ResponseParser::State::kDone ||
         parser_.state() == ResponseParser::State::kFailed;
}

void Connection::on_data(std::span<const std::byte> bytes, TimePoint at) {
  if (!is_busy_ || is_complete()) {
    // Bytes nobody asked for: whoever sent them, the next response could not be told apart.
    is_reusable_ = false;
    stream_->close();
    return;
  }
  if (!parser_.has_bytes()) first_byte_at_ = at;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t taken = parser_.consume(text);
  if (!is_complete()) return;
  ended_at_ = at;
  is_reusable_ = parser_.keeps_alive() && taken == text.size();
  waiter_.notify();
}

void Connection::on_closed(const net::StreamEnd& end) {
  stream_end_ = end;
  is_reusable_ = false;
  if (!is_busy_) return;
  if (end.kind == net::NetErrorKind::kEof) parser_.finish();
  if (ended_at_ == TimePoint()) ended_at_ = loop_.now();
  waiter_.notify();
}

void Connection::conclude(Exchange& exchange, runtime::WaitResult result) {
  exchange.has_bytes = parser_.has_bytes();
  exchange.first_byte_at = first_byte_at_;
  exchange.ended_at = ended_at_;
  exchange.sent_at = stream_->sent_at();
  if (result == runtime::WaitResult::kNotified) {
    if (parser_.state() == ResponseParser::State::kDone) {
      exchange.end = Exchange::End::kAnswered;
    } else {
      conclude_failure(exchange);
    }
  } else {
    const bool is_timeout = result == runtime::WaitResult::kTimeout;
    exchange.end = is_timeout ? Exchange::End::kTimedOut : Exchange::End::kStopped;
    exchange.failure = request_timeout();
    exchange.is_failed_in_body = parser_.has_head();
    exchange.ended_at = monotonic_now();
  }
  if (!is_reusable_) close();
}

void Connection::conclude_failure(Exchange& exchange) {
  exchange.end = Exchange::End::kFailed;
  exchange.is_failed_in_body = parser_.has_head();
  const bool is_protocol_error = parser_.state() == ResponseParser::State::kFailed;
  Failure failure = is_protocol_error ? plain_failure(ErrorCode::kGeneric, parser_.error())
                                      : connection_failure(stream_->to_error(*stream_end_));
  const bool is_in_head = !parser_.has_head() && parser_.has_bytes();
  if (is_in_head) failure.detail = broken_response(failure.detail).detail;
  exchange.failure = std::move(failure);
}

void Connection::close() {
  is_reusable_ = false;
  stream_->close();
}

std::uint64_t Connection::take_received_bytes() {
  return stream_->received_bytes() -
         std::exchange(received_bytes_taken_, stream_->received_bytes());
}

std::uint64_t Connection::take_sent_bytes() {
  return stream_->sent_bytes() - std::exchange(sent_bytes_taken_, stream_->sent_bytes());
}

}  // namespace proofload::http
