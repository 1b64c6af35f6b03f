#include "net/tls.h"

#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/tcp.h"
#include "net/test_certificates.h"
#include "net/test_listener.h"
#include "runtime/loop.h"
#include "runtime/thread.h"

namespace proofload::net {
namespace {

using runtime::Fiber;
using runtime::IoKind;
using runtime::Loop;
using runtime::Thread;
using runtime::Waiter;
using std::chrono::seconds;

struct ServerOptions {
  TestCertificate certificate;
  int version_max = TLS1_3_VERSION;
  std::string client_ca_file;  // not empty: a client certificate is required
};

// Serves one connection on a thread of its own, with blocking calls: echoes until the client ends.
class EchoServer {
 public:
  EchoServer(int listening_fd, ServerOptions options)
      : thread_(Thread::start(
            {.name = "tls-echo"},
            [this, listening_fd, options = std::move(options)] { serve(listening_fd, options); })) {
  }

  // Joins; then what the client sent in its hello and ended with.
  void finish() { thread_.join(); }
  std::string server_name;
  std::string alpn;
  bool got_close_notify = false;

 private:
  void serve(int listening_fd, const ServerOptions& options) {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_max_proto_version(context, options.version_max);
    use_certificate(context, options.certificate);
    SSL_CTX_set_alpn_select_cb(
        context,
        [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned,
           void* self) {
          static_cast<EchoServer*>(self)->alpn.assign(reinterpret_cast<const char*>(in + 1), in[0]);
          *out = in + 1;
          *size = in[0];
          return SSL_TLSEXT_ERR_OK;
        },
        this);
    if (!options.client_ca_file.empty()) {
      SSL_CTX_load_verify_file(context, options.client_ca_file.c_str());
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    const int fd = ::accept(listening_fd, nullptr, nullptr);
    SSL* ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1) echo(ssl);
    SSL_free(ssl);
    ::close(fd);
    SSL_CTX_free(context);
  }

  void echo(SSL* ssl) {
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    server_name = name != nullptr ? name : "";
    std::string buffer(20'000, '\0');
    for (;;) {
      const int count = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()));
      if (count <= 0) {
        got_close_notify = SSL_get_error(ssl, count) == SSL_ERROR_ZERO_RETURN;
        return;
      }
      SSL_write(ssl, buffer.data(), count);
    }
  }

  static void use_certificate(SSL_CTX* context, const TestCertificate& pem) {
    BIO* bio = BIO_new_mem_buf(pem.certificate_pem.data(), -1);
    X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    bio = BIO_new_mem_buf(pem.key_pem.data(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  Thread thread_;
};

class Collector final : public StreamHandler {
 public:
  explicit Collector(Loop& loop) : waiter_(loop) {}
  void on_data(std::span<const std::byte> bytes, TimePoint) override {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (waiter_.is_waiting()) waiter_.notify();
  }
  void on_closed(const StreamEnd& end_seen) override {
    end = end_seen;
    if (waiter_.is_waiting()) waiter_.notify();
  }
  void wait_for(std::size_t size) {
    while (text.size() < size && !end) waiter_.wait(runtime::Timer::kNever);
  }
  std::string text;
  std::optional<StreamEnd> end;

 private:
  Waiter waiter_;
};

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

class TlsTest : public testing::TestWithParam<IoKind> {
 protected:
  void SetUp() override {
    auto created = Loop::create(GetParam());
    if (!created) GTEST_SKIP() << created.error().message();
    loop_ = std::move(*created);
    listener_.emplace(*loop_);
  }

  void run(std::function<void()> body) {
    Fiber fiber;
    loop_->spawn(fiber, [&] {
      body();
      loop_->stop();
    });
    loop_->run();
  }

  // Trusts our authority unless told otherwise.
  std::unique_ptr<TlsContext> client(TlsOptions options = {}) {
    if (options.ca_file.empty()) options.ca_file = authority_file_.path();
    auto context = TlsContext::create(options);
    EXPECT_TRUE(context) << context.error().message();
    return std::move(*context);
  }

  NetResult<std::unique_ptr<Stream>> shake_hands(TlsContext& context, const std::string& host) {
    const TimePoint deadline = monotonic_now() + seconds(20);
    auto transport = connect_tcp(*loop_, listener_->endpoint(), deadline);
    EXPECT_TRUE(transport);
    return context.handshake(*loop_, std::move(*transport), host, deadline);
  }

  // The error of a handshake with a server that shows `subject`'s certificate.
  NetError failure(TlsContext& context, const TestSubject& subject, const std::string& host) {
    EchoServer server(listener_->descriptor(), {authority_.issue(subject)});
    NetError error;
    run([&] {
      auto stream = shake_hands(context, host);
      EXPECT_FALSE(stream);
      if (!stream) error = stream.error();
    });
    server.finish();
    return error;
  }

  TestAuthority authority_;
  TestFile authority_file_{authority_.certificate_pem()};
  std::unique_ptr<Loop> loop_;
  std::optional<TestListener> listener_;
};

constexpr std::string_view kVerifyFailed = "tls: failed to verify certificate: x509: ";

TEST_P(TlsTest, EchoesOverTls13WithServerNameAndHttp11) {
  EchoServer server(listener_->descriptor(), {authority_.issue({"DNS:shop.test"})});
  const auto context = client();
  run([&] {
    const auto stream = shake_hands(*context, "shop.test");
    ASSERT_TRUE(stream) << stream.error().message;
    Collector echo(*loop_);
    (*stream)->start(echo);
    (*stream)->write(bytes_of("hello"));
    echo.wait_for(5);

    EXPECT_EQ(echo.text, "hello");
    ASSERT_NE((*stream)->tls(), nullptr);
    EXPECT_EQ((*stream)->tls()->version, "tls1.3");
    EXPECT_EQ((*stream)->tls()->cipher, "TLS_AES_256_GCM_SHA384");
    EXPECT_EQ((*stream)->tls()->ocsp_status, "");
    EXPECT_GT((*stream)->received_bytes(), 500U);  // the handshake counts
  });
  server.finish();

  EXPECT_EQ(server.server_name, "shop.test");
  EXPECT_EQ(server.alpn, "http/1.1");
  EXPECT_TRUE(server.got_close_notify);
}

TEST_P(TlsTest, CarriesMegabytesBothWays) {
  EchoServer server(listener_->descriptor(), {authority_.issue({"DNS:shop.test"})});
  std::string sent(3'000'000, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 + i / 997);
  const auto context = client();
  run([&] {
    const auto stream = shake_hands(*context, "shop.test");
    ASSERT_TRUE(stream) << stream.error().message;
    Collector echo(*loop_);
    (*stream)->start(echo);
    (*stream)->write(bytes_of(sent));
    EXPECT_EQ((*stream)->flush(monotonic_now() + seconds(60)), runtime::WaitResult::kNotified);
    echo.wait_for(sent.size());

    EXPECT_EQ(echo.text.size(), sent.size());
    EXPECT_TRUE(echo.text == sent);
  });
  server.finish();
}

TEST_P(TlsTest, SpeaksTls12WithTheCipherSuiteAskedForByItsGoName) {
  EchoServer server(listener_->descriptor(), {authority_.issue({"IP:127.0.0.1"}), TLS1_2_VERSION});
  const auto context = client(
      {.cipher_suites = {"TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}});
  run([&] {
    const auto stream = shake_hands(*context, "127.0.0.1");
    ASSERT_TRUE(stream) << stream.error().message;
    Collector echo(*loop_);
    (*stream)->start(echo);
    (*stream)->write(bytes_of("old"));
    echo.wait_for(3);

    EXPECT_EQ(echo.text, "old");
    EXPECT_EQ((*stream)->tls()->version, "tls1.2");
    EXPECT_EQ((*stream)->tls()->cipher, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  });
  server.finish();

  EXPECT_EQ(server.server_name, "");  // none for an address
}

TEST_P(TlsTest, AnUnknownAuthorityIsNamed) {
  const TestAuthority stranger;
  const TestFile stranger_file(stranger.certificate_pem());
  const auto context = client({.ca_file = stranger_file.path()});

  const NetError error = failure(*context, {"DNS:shop.test"}, "shop.test");

  EXPECT_EQ(error.kind, NetErrorKind::kTlsUnknownAuthority);
  EXPECT_EQ(error.message, std::string(kVerifyFailed) + "certificate signed by unknown authority");
}

TEST_P(TlsTest, ACertificateForOtherNamesIsAHostnameMismatch) {
  const auto context = client();

  const NetError error = failure(*context, {"DNS:a.test,DNS:*.b.test"}, "shop.test");

  EXPECT_EQ(error.kind, NetErrorKind::kTlsHostname);
  EXPECT_EQ(error.message, std::string(kVerifyFailed) +
                               "certificate is valid for a.test, *.b.test, not shop.test");
}

TEST_P(TlsTest, ACertificateWithoutAddressesDoesNotCoverAnAddress) {
  const auto context = client();

  const NetError error = failure(*context, {"DNS:shop.test"}, "127.0.0.1");

  EXPECT_EQ(error.kind, NetErrorKind::kTlsHostname);
  EXPECT_EQ(error.message, std::string(kVerifyFailed) +
                               "cannot validate certificate for 127.0.0.1 because it doesn't "
                               "contain any IP SANs");
}

TEST_P(TlsTest, AnExpiredCertificateSaysSince) {
  const auto context = client();

  const NetError error = failure(
      *context, {.alternative_names = "DNS:shop.test", .valid_from = -7200, .valid_until = -3600},
      "shop.test");

  EXPECT_EQ(error.kind, NetErrorKind::kTlsExpired);
  EXPECT_THAT(error.message,
              testing::StartsWith(std::string(kVerifyFailed) +
                                  "certificate has expired or is not yet valid: current time "));
  EXPECT_THAT(error.message, testing::HasSubstr("Z is after "));
}

TEST_P(TlsTest, VerificationCanBeSwitchedOff) {
  EchoServer server(listener_->descriptor(), {authority_.issue({"DNS:other.test"})});
  const auto context = client({.verify_peer = false});
  run([&] {
    const auto stream = shake_hands(*context, "shop.test");
    EXPECT_TRUE(stream) << stream.error().message;
  });
  server.finish();
}

TEST_P(TlsTest, AVersionTheServerDoesNotSpeakFailsWithItsAlert) {
  const auto context = client({.version_min = TlsVersion::kV13});
  EchoServer server(listener_->descriptor(), {authority_.issue({"DNS:shop.test"}), TLS1_2_VERSION});
  run([&] {
    const auto stream = shake_hands(*context, "shop.test");
    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error().kind, NetErrorKind::kTlsAlert);
    EXPECT_EQ(stream.error().message, "remote error: tls: protocol version not supported");
  });
  server.finish();
}

TEST_P(TlsTest, AClientCertificateIsShownToTheDomainsItIsFor) {
  const TestCertificate own = authority_.issue({"DNS:client.test"});
  const auto context =
      client({.client_certificates = {{own.certificate_pem, own.key_pem, "", {"*.shop.test"}}}});
  EchoServer server(listener_->descriptor(),
                    {.certificate = authority_.issue({"DNS:api.shop.test"}),
                     .client_ca_file = authority_file_.path()});
  run([&] {
    const auto stream = shake_hands(*context, "api.shop.test");
    ASSERT_TRUE(stream) << stream.error().message;
    Collector echo(*loop_);
    (*stream)->start(echo);
    (*stream)->write(bytes_of("known"));
    echo.wait_for(5);
    EXPECT_EQ(echo.text, "known");
  });
  server.finish();
}

TEST_P(TlsTest, AMissingClientCertificateEndsTheStreamWithTheAlert) {
  const auto context = client();
  EchoServer server(listener_->descriptor(), {.certificate = authority_.issue({"DNS:shop.test"}),
                                              .client_ca_file = authority_file_.path()});
  run([&] {
    const auto stream = shake_hands(*context, "shop.test");  // TLS 1.3: the alert comes later
    ASSERT_TRUE(stream) << stream.error().message;
    Collector echo(*loop_);
    (*stream)->start(echo);
    echo.wait_for(1);
    ASSERT_TRUE(echo.end);
    EXPECT_EQ((*stream)->to_error(*echo.end).message, "remote error: tls: certificate required");
  });
  server.finish();
}

// What a peer that writes `greeting` instead of a handshake is reported as.
NetError greeted_with(Loop& loop, TestListener& listener, TlsContext& context,
                      std::string_view greeting) {
  NetError error;
  Fiber server;
  Fiber client;
  loop.spawn(server, [&] {
    const int fd = listener.accept();
    EXPECT_EQ(::send(fd, greeting.data(), greeting.size(), 0),
              static_cast<ssize_t>(greeting.size()));
    ::shutdown(fd, SHUT_WR);
    while (!client.is_idle()) loop.sleep_for(std::chrono::microseconds(100));
    ::close(fd);
    loop.stop();
  });
  loop.spawn(client, [&] {
    const TimePoint deadline = monotonic_now() + seconds(20);
    auto transport = connect_tcp(loop, listener.endpoint(), deadline);
    const auto stream = context.handshake(loop, std::move(*transport), "shop.test", deadline);
    if (!stream) error = stream.error();
  });
  loop.run();
  return error;
}

TEST_P(TlsTest, PlainHttpOnTheTlsPortIsRecognised) {
  const auto context = client();

  const NetError error =
      greeted_with(*loop_, *listener_, *context, "HTTP/1.1 400 Bad Request\r\n\r\n");

  EXPECT_EQ(error.kind, NetErrorKind::kHttpOnTls);
  EXPECT_EQ(error.message, "http: server gave HTTP response to HTTPS client");
}

TEST_P(TlsTest, ASpeakerOfAnotherProtocolIsRecognised) {
  const auto context = client();

  const NetError error = greeted_with(*loop_, *listener_, *context, "220 mail.test ESMTP\r\n");

  EXPECT_EQ(error.kind, NetErrorKind::kTlsRecordHeader);
  EXPECT_EQ(error.message, "tls: first record does not look like a TLS handshake");
}

TEST_P(TlsTest, APeerThatHangsUpDuringTheHandshakeIsEof) {
  const auto context = client();

  const NetError error = greeted_with(*loop_, *listener_, *context, "");

  EXPECT_EQ(error.kind, NetErrorKind::kEof);
  EXPECT_EQ(error.message, "EOF");
}

TEST_P(TlsTest, ASilentPeerEndsTheHandshakeAtItsDeadline) {
  const auto context = client();
  run([&] {
    const TimePoint deadline = monotonic_now() + std::chrono::milliseconds(10);
    auto transport = connect_tcp(*loop_, listener_->endpoint(), deadline);
    ASSERT_TRUE(transport);
    const auto stream = context->handshake(*loop_, std::move(*transport), "shop.test", deadline);
    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error().kind, NetErrorKind::kDeadline);
  });
}

TEST_P(TlsTest, WritesTheKeyLogThatWiresharkReads) {
  const TestFile log("");
  EchoServer server(listener_->descriptor(), {authority_.issue({"DNS:shop.test"})});
  const auto context = client({.key_log_file = log.path()});
  run([&] { EXPECT_TRUE(shake_hands(*context, "shop.test")); });
  server.finish();

  std::ifstream file(log.path());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, testing::HasSubstr("CLIENT_TRAFFIC_SECRET_0 "));
}

INSTANTIATE_TEST_SUITE_P(Backends, TlsTest, testing::Values(IoKind::kEpoll, IoKind::kUring),
                         [](const auto& param) {
                           return param.param == IoKind::kEpoll ? "Epoll" : "Uring";
                         });

TEST(TlsContext, NamesTheOptionItCannotUse) {
  const TestAuthority authority;
  const TestCertificate one = authority.issue({});
  const TestCertificate other = authority.issue({});

  EXPECT_THAT(
      TlsContext::create({.client_certificates = {{"nonsense", "", "", {}}}}).error().message(),
      testing::StartsWith("tlsAuth: cannot read the certificate"));
  EXPECT_THAT(
      TlsContext::create({.client_certificates = {{one.certificate_pem, other.key_pem, "", {}}}})
          .error()
          .message(),
      testing::StartsWith("tlsAuth: the key does not belong to the certificate"));
  EXPECT_THAT(TlsContext::create({.cipher_suites = {"TLS_FANTASY"}}).error().message(),
              testing::StartsWith("tlsCipherSuites: none of the cipher suites"));
  EXPECT_THAT(TlsContext::create({.ca_file = "no/such/file"}).error().message(),
              testing::StartsWith("no/such/file: "));
}

}  // namespace
}  // namespace proofload::net
