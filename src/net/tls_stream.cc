#include "net/tls_stream.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>

#include "net/tls_verify.h"

namespace proofload::net {
namespace {

using runtime::WaitResult;

// One TLS record; used in turn by all streams of a thread, since handlers copy what they keep.
constexpr std::size_t kRecordBytesMax = std::size_t{16} * 1024;
thread_local std::byte plain_buffer[kRecordBytesMax];

std::string_view version_name(int version) {
  switch (version) {
    case TLS1_3_VERSION:
      return "tls1.3";
    case TLS1_2_VERSION:
      return "tls1.2";
    case TLS1_1_VERSION:
      return "tls1.1";
    default:
      return "tls1.0";
  }
}

// The status in a stapled OCSP response, or "" without one.
std::string_view stapled_status(SSL* ssl) {
  const unsigned char* bytes = nullptr;
  const long length = SSL_get_tlsext_status_ocsp_resp(ssl, &bytes);
  if (length <= 0 || bytes == nullptr) return "";
  const std::unique_ptr<OCSP_RESPONSE, decltype(&OCSP_RESPONSE_free)> response(
      d2i_OCSP_RESPONSE(nullptr, &bytes, length), &OCSP_RESPONSE_free);
  if (response == nullptr) return "";
  if (OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return "server_failed";
  }
  const std::unique_ptr<OCSP_BASICRESP, decltype(&OCSP_BASICRESP_free)> basic(
      OCSP_response_get1_basic(response.get()), &OCSP_BASICRESP_free);
  if (basic == nullptr || OCSP_resp_count(basic.get()) == 0) return "";
  OCSP_SINGLERESP* single = OCSP_resp_get0(basic.get(), 0);
  switch (OCSP_single_get0_status(single, nullptr, nullptr, nullptr, nullptr)) {
    case V_OCSP_CERTSTATUS_GOOD:
      return "good";
    case V_OCSP_CERTSTATUS_REVOKED:
      return "revoked";
    default:
      return "unknown";
  }
}

}  // namespace

// OpenSSL's view of the stream: reads take from the received span, writes go to the transport.
struct SpanBio {
  static TlsStream& stream(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* out, int size) noexcept {
    auto& input = stream(bio).input_;
    BIO_clear_retry_flags(bio);
    if (input.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t count = std::min(input.size(), static_cast<std::size_t>(size));
    std::memcpy(out, input.data(), count);
    input = input.subspan(count);
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* bytes, int size) noexcept {
    stream(bio).transport_->write(
        {reinterpret_cast<const std::byte*>(bytes), static_cast<std::size_t>(size)});
    return size;
  }

  static long control(BIO*, int command, long, void*) noexcept {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }
};

BIO_METHOD* span_bio_method() {
  static BIO_METHOD* const kMethod = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream");
    BIO_meth_set_read(made, &SpanBio::read);
    BIO_meth_set_write(made, &SpanBio::write);
    BIO_meth_set_ctrl(made, &SpanBio::control);
    return made;
  }();
  return kMethod;
}

TlsStream::TlsStream(runtime::Loop& loop, std::unique_ptr<Stream> transport, SSL* ssl,
                     std::string host)
    : loop_(loop),
      transport_(std::move(transport)),
      ssl_(ssl),
      host_(std::move(host)),
      waiter_(loop) {
  BIO* bio = BIO_new(span_bio_method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_app_data(ssl_, this);
  SSL_set_connect_state(ssl_);
}

TlsStream::~TlsStream() {
  TlsStream::close();
  SSL_free(ssl_);
}

NetResult<void> TlsStream::handshake(TimePoint deadline) {
  transport_->start(*this);
  continue_handshake();
  while (phase_ == Phase::kHandshake && error_ == nullptr) {
    const WaitResult result = waiter_.wait(deadline);
    if (result == WaitResult::kNotified) continue;
    const bool is_late = result == WaitResult::kTimeout;
    error_ = std::make_unique<NetError>(
        NetError{.kind = is_late ? NetErrorKind::kDeadline : NetErrorKind::kCancelled,
                 .op = "tls",
                 .errno_value = 0,
                 .message = is_late ? "net/http: TLS handshake timeout" : "context canceled"});
  }
  if (phase_ == Phase::kEstablished) return {};
  return tl::unexpected(*error_);
}

bool TlsStream::verify(X509_STORE_CTX* store) {
  auto verified = verify_certificate(store, host_);
  if (verified) return true;
  error_ = std::make_unique<NetError>(std::move(verified).error());
  return false;
}

void TlsStream::start(StreamHandler& handler) {
  handler_ = &handler;
  process(loop_.now());
  if (pending_end_ != nullptr && handler_ != nullptr) {
    const StreamEnd end_seen = *std::exchange(pending_end_, nullptr);
    end(end_seen);
  }
}

void TlsStream::on_data(std::span<const std::byte> bytes, TimePoint at) {
  if (kept_input_.empty()) {
    input_ = bytes;
  } else {
    kept_input_.insert(kept_input_.end(), bytes.begin(), bytes.end());
    input_ = kept_input_;
  }
  process(at);
}

void TlsStream::process(TimePoint at) {
  if (phase_ == Phase::kHandshake && error_ == nullptr) continue_handshake();
  if (phase_ == Phase::kEstablished && handler_ != nullptr && is_open_) read_plain(at);
  if (input_.empty() || !is_open_) {
    kept_input_.clear();
  } else {
    // Application data before start(): OpenSSL takes it when there is somebody to give it to.
    kept_input_ = std::vector<std::byte>(input_.begin(), input_.end());
  }
  input_ = kept_input_;
}

void TlsStream::continue_handshake() {
  if (first_bytes_.size() < 5 && !input_.empty()) {
    const auto some = input_.first(std::min<std::size_t>(input_.size(), 5));
    first_bytes_.insert(first_bytes_.end(), some.begin(), some.end());
  }
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) {
    phase_ = Phase::kEstablished;
    learn_details();
    if (waiter_.is_waiting()) waiter_.notify();
  } else if (SSL_get_error(ssl_, result) != SSL_ERROR_WANT_READ) {
    fail_handshake(openssl_error());
  }
}

void TlsStream::fail_handshake(NetError error) {
  // A certificate's problem, found in verify(), explains more than OpenSSL's own error.
  if (error_ == nullptr) error_ = std::make_unique<NetError>(std::move(error));
  if (waiter_.is_waiting()) waiter_.notify();
}

void TlsStream::learn_details() {
  details_.version = version_name(SSL_version(ssl_));
  const char* cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl_));
  details_.cipher = cipher != nullptr ? cipher : "";
  details_.ocsp_status = stapled_status(ssl_);
}

void TlsStream::read_plain(TimePoint at) {
  for (;;) {
    std::size_t count = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_, plain_buffer, sizeof plain_buffer, &count);
    if (result == 1) {
      handler_->on_data({plain_buffer, count}, at);
      if (!is_open_) return;
      continue;
    }
    switch (SSL_get_error(ssl_, result)) {
      case SSL_ERROR_WANT_READ:
        write_unsent();
        return;
      case SSL_ERROR_ZERO_RETURN:
        end(StreamEnd{});
        return;
      default:
        error_ = std::make_unique<NetError>(openssl_error());
        end(StreamEnd{error_->kind, "read", 0});
        return;
    }
  }
}

void TlsStream::write(std::span<const std::byte> bytes) {
  if (!is_open_) return;
  if (unsent_.empty()) {
    std::size_t count = 0;
    ERR_clear_error();
    while (!bytes.empty() && SSL_write_ex(ssl_, bytes.data(), bytes.size(), &count) == 1) {
      bytes = bytes.subspan(count);
    }
  }
  // The transport takes everything, so only a renegotiation under way stops a write.
  unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
}

void TlsStream::write_unsent() {
  if (unsent_.empty()) return;
  const std::vector<std::byte> bytes = std::exchange(unsent_, {});
  write(bytes);
}

void TlsStream::on_closed(const StreamEnd& transport_end) {
  if (phase_ == Phase::kHandshake) {
    fail_handshake(transport_->to_error(transport_end));
  } else if (handler_ == nullptr) {
    pending_end_ = std::make_unique<StreamEnd>(transport_end);
  } else {
    end(transport_end);
  }
}

void TlsStream::end(const StreamEnd& end_seen) {
  if (!is_open_) return;
  close();
  handler_->on_closed(end_seen);
}

void TlsStream::close() {
  if (!std::exchange(is_open_, false)) return;
  if (phase_ == Phase::kEstablished && error_ == nullptr) {
    ERR_clear_error();
    SSL_shutdown(ssl_);  // only sends close_notify; the peer's is not waited for
  }
  transport_->close();
}

NetError TlsStream::to_error(const StreamEnd& end_seen) const {
  return error_ != nullptr ? *error_ : transport_->to_error(end_seen);
}

NetError TlsStream::openssl_error() {
  const unsigned long code = ERR_peek_error();
  const int reason = ERR_GET_REASON(code);
  NetError error{.kind = NetErrorKind::kTls, .op = "tls", .errno_value = 0, .message = {}};
  const std::string_view first(reinterpret_cast<const char*>(first_bytes_.data()),
                               first_bytes_.size());
  // 20 to 24 are the record types of TLS.
  const bool is_tls = !first.empty() && first[0] >= 20 && first[0] <= 24;
  if (phase_ == Phase::kHandshake && first.starts_with("HTTP/")) {
    error.kind = NetErrorKind::kHttpOnTls;
    error.message = "http: server gave HTTP response to HTTPS client";
  } else if (phase_ == Phase::kHandshake && !first.empty() && !is_tls) {
    error.kind = NetErrorKind::kTlsRecordHeader;
    error.message = "tls: first record does not look like a TLS handshake";
  } else if (reason > SSL_AD_REASON_OFFSET) {
    error.kind = NetErrorKind::kTlsAlert;
    error.message = go_alert_text(reason - SSL_AD_REASON_OFFSET);
  } else {
    const char* text = ERR_reason_error_string(code);
    error.message = fmt::format("tls: {}", text != nullptr ? text : "unexpected failure");
  }
  return error;
}

}  // namespace proofload::net
