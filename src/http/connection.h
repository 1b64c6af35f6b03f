// Connection: HTTP/1.1 exchanges, one after another, on one stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "http/exchange.h"
#include "http/response_parser.h"
#include "net/stream.h"
#include "runtime/loop.h"
#include "runtime/waiter.h"

namespace proofload::http {

// Belongs to its loop's thread; one exchange at a time.
class Connection final : private net::StreamHandler {
 public:
  // `key` says which requests may use it (PreparedRequest::connection_key).
  Connection(runtime::Loop& loop, std::unique_ptr<net::Stream> stream, std::string key);

  // From a fiber: sends, and blocks until the response is complete, something failed, `deadline`
  // came or the fiber was cancelled. Parsing happens in the loop's reap phase. After anything but
  // kAnswered the connection is closed.
  void perform(Exchange& exchange, TimePoint deadline);

  // Open, idle, and the last response allowed another request.
  bool is_reusable() const { return is_reusable_ && stream_->is_open(); }
  bool was_used() const { return exchange_count_ > 0; }
  void close();

  const std::string& key() const { return key_; }
  const net::Stream& stream() const { return *stream_; }
  const std::string& remote_ip() const { return remote_ip_; }

  // Bytes on the wire since the last call.
  std::uint64_t take_received_bytes();
  std::uint64_t take_sent_bytes();

 private:
  void on_data(std::span<const std::byte> bytes, TimePoint at) override;
  void on_closed(const net::StreamEnd& end) override;
  void send(const Exchange& exchange, TimePoint deadline);
  void conclude(Exchange& exchange, runtime::WaitResult result);
  void conclude_failure(Exchange& exchange);
  bool is_complete() const;

  runtime::Loop& loop_;
  std::unique_ptr<net::Stream> stream_;
  std::string key_;
  std::string remote_ip_;
  runtime::Waiter waiter_;
  ResponseParser parser_;
  bool is_busy_ = false;
  bool is_reusable_ = true;
  std::uint64_t exchange_count_ = 0;
  std::uint64_t received_bytes_taken_ = 0;
  std::uint64_t sent_bytes_taken_ = 0;
  std::optional<net::StreamEnd> stream_end_;
  TimePoint first_byte_at_;
  TimePoint ended_at_;
};

}  // namespace proofload::http
