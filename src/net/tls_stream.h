// A TLS client over another stream: OpenSSL fed from the span just received, without a socket.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "net/stream.h"
#include "runtime/loop.h"

namespace proofload::net {

// Does nothing but move bytes between `transport`, OpenSSL and the handler; all of it happens in
// the reap phase or in write(), and none of OpenSSL's callbacks suspends.
class TlsStream final : public Stream, private StreamHandler {
 public:
  // `ssl` is a fresh client object.
  TlsStream(runtime::Loop& loop, std::unique_ptr<Stream> transport, SSL* ssl, std::string host);
  ~TlsStream() override;

  // From a fiber, once.
  NetResult<void> handshake(TimePoint deadline);
  // OpenSSL's certificate callback.
  bool verify(X509_STORE_CTX* store);

  void start(StreamHandler& handler) override;
  void write(std::span<const std::byte> bytes) override;
  runtime::WaitResult flush(TimePoint deadline) override { return transport_->flush(deadline); }
  void close() override;
  bool is_open() const override { return is_open_; }
  TimePoint sent_at() const override { return transport_->sent_at(); }
  std::uint64_t received_bytes() const override { return transport_->received_bytes(); }
  std::uint64_t sent_bytes() const override { return transport_->sent_bytes(); }
  const Endpoint& local() const override { return transport_->local(); }
  const Endpoint& peer() const override { return transport_->peer(); }
  const TlsDetails* tls() const override { return &details_; }
  NetError to_error(const StreamEnd& end) const override;

 private:
  friend struct SpanBio;
  enum class Phase : std::uint8_t { kHandshake, kEstablished };

  void on_data(std::span<const std::byte> bytes, TimePoint at) override;
  void on_closed(const StreamEnd& end) override;
  void process(TimePoint at);
  void continue_handshake();
  void read_plain(TimePoint at);
  void write_unsent();
  void fail_handshake(NetError error);
  void end(const StreamEnd& end);
  NetError openssl_error();
  void learn_details();

  runtime::Loop& loop_;
  std::unique_ptr<Stream> transport_;
  SSL* ssl_;
  std::string host_;
  StreamHandler* handler_ = nullptr;
  runtime::Waiter waiter_;
  std::span<const std::byte> input_;        // received and not yet read by OpenSSL
  std::vector<std::byte> kept_input_;       // what `input_` shows when nobody could read it at once
  std::vector<std::byte> unsent_;           // plain text held back by a renegotiation
  std::vector<std::byte> first_bytes_;      // of the peer, to recognise what is no TLS
  std::unique_ptr<NetError> error_;         // of the handshake or the session
  std::unique_ptr<StreamEnd> pending_end_;  // came before start()
  TlsDetails details_;
  Phase phase_ = Phase::kHandshake;
  bool is_open_ = true;
};

// Teaches OpenSSL to read and write through a TlsStream; one for the process.
BIO_METHOD* span_bio_method();

}  // namespace proofload::net
