// Stream: a connected byte stream, TCP or TLS, as the protocol codecs see it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/address.h"
#include "net/net_error.h"
#include "runtime/waiter.h"

namespace proofload::net {

// Receives what a stream brings, on the loop's stack in its reap phase (or inside Stream::start):
// parse, store, make fibers ready; do not suspend, and do not destroy the stream (close() is
// fine). It must outlive the stream or its close().
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  // `bytes` are valid during the call only. `at` is when the loop saw them.
  virtual void on_data(std::span<const std::byte> bytes, TimePoint at) = 0;
  // The last call, once: nothing more arrives and nothing more is sent. Not called after close().
  virtual void on_closed(const StreamEnd& end) = 0;
};

// What the TLS handshake agreed on; views of static or stream-owned text.
struct TlsDetails {
  std::string_view version;      // k6's name: "tls1.2", "tls1.3"
  std::string_view cipher;       // "TLS_AES_128_GCM_SHA256"
  std::string_view ocsp_status;  // of a stapled response: "good", "revoked", "unknown", or ""
};

// Belongs to one loop's thread. Destroying it closes it.
class Stream {
 public:
  virtual ~Stream() = default;

  // Begins to deliver, once, before which nothing is read off the socket.
  virtual void start(StreamHandler& handler) = 0;

  // Queues all of `bytes`, which are copied and may be changed afterwards; never blocks. Write one
  // message in one call. After the stream has ended the bytes are dropped (on_closed tells).
  // Allocates only while its buffer grows.
  virtual void write(std::span<const std::byte> bytes) = 0;
  // From a fiber: waits until the kernel has everything written, so that a large body does not
  // pile up: write 256 KiB, flush, and so on. kNotified also when the stream has ended.
  virtual runtime::WaitResult flush(TimePoint deadline) = 0;
  // Ends it, with a TLS close_notify where that applies; received data is dropped. Idempotent.
  virtual void close() = 0;

  virtual bool is_open() const = 0;
  // When the kernel was handed the end of the last write(): when the loop next reaps, so ask when
  // the answer has come.
  virtual TimePoint sent_at() const = 0;

  // Bytes on the wire so far, TLS records and handshake included (k6's data_received, data_sent).
  virtual std::uint64_t received_bytes() const = 0;
  virtual std::uint64_t sent_bytes() const = 0;

  virtual const Endpoint& local() const = 0;
  virtual const Endpoint& peer() const = 0;
  // Null for plain TCP.
  virtual const TlsDetails* tls() const { return nullptr; }

  // The error a request gets when the stream ended under it, in Go's words:
  // "read tcp 10.0.0.1:40000->10.0.0.2:80: read: connection reset by peer", or "EOF".
  virtual NetError to_error(const StreamEnd& end) const;
};

}  // namespace proofload::net
