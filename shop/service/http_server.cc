#include "service/http_server.h"

#include <optional>
#include <string>
#include <type_traits>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace proofload::shop {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr std::chrono::seconds kIdleMax(75);
constexpr std::chrono::milliseconds kNoDescriptorsPause(100);
// For what the client still sends after our last answer.
constexpr std::chrono::seconds kLingerMax(2);
constexpr std::size_t kBodyMax = std::size_t{1} << 20;

WireRequest wire_request(Request& request) {
  WireRequest wire{.method = std::string(request.method_string()),
                   .target = std::string(request.target())};
  for (const auto& field : request) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    wire.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  wire.body = std::move(request.body());
  return wire;
}

// One connection; keeps itself alive by what it waits for. `Stream` is beast's tcp_stream, or an
// ssl_stream over one.
template <class Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Stream stream, const HttpServer::OnRequest& on_request)
      : stream_(std::move(stream)), on_request_(on_request) {}

  void start() {
    if constexpr (std::is_same_v<Stream, beast::tcp_stream>) {
      read();
    } else {
      beast::get_lowest_layer(stream_).expires_after(kIdleMax);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](beast::error_code error) {
                                if (!error) self->read();
                              });
    }
  }

 private:
  void read() {
    parser_.emplace();
    parser_->body_limit(kBodyMax);
    beast::get_lowest_layer(stream_).expires_after(kIdleMax);
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                       self->on_read(error);
                     });
  }

  void on_read(beast::error_code error) {
    if (error == http::error::body_limit) {
      is_keep_alive_ = false;
      return write(problem(413, "too_large", "a body may have 1 MiB at most"));
    }
    if (error) return close();
    Request request = parser_->release();
    is_keep_alive_ = request.keep_alive();
    // The answer may take as long as it takes: its owner has a deadline of its own.
    beast::get_lowest_layer(stream_).expires_never();
    on_request_(wire_request(request), [self = this->shared_from_this()](Reply reply) {
      asio::post(self->stream_.get_executor(),
                 [self, reply = std::move(reply)]() mutable { self->write(std::move(reply)); });
    });
  }

  void write(Reply reply) {
    constexpr unsigned kHttp11 = 11;
    response_ = Response(static_cast<http::status>(reply.status), kHttp11);
    response_.set(http::field::content_type, reply.content_type);
    for (const auto& [name, value] : reply.headers) response_.set(name, value);
    response_.keep_alive(is_keep_alive_);
    response_.body() = std::move(reply.body);
    response_.prepare_payload();
    beast::get_lowest_layer(stream_).expires_after(kIdleMax);
    http::async_write(stream_, response_,
                      [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                        if (!error && self->is_keep_alive_) return self->read();
                        self->close();
                      });
  }

  void close() {
    beast::error_code ignored;
    beast::get_lowest_layer(stream_).socket().shutdown(tcp::socket::shutdown_send, ignored);
    beast::get_lowest_layer(stream_).expires_after(kLingerMax);
    drain();
  }

  // Closing with unread bytes would reset the connection and take our answer with it.
  void drain() {
    constexpr std::size_t kPiece = 16384;
    beast::get_lowest_layer(stream_).async_read_some(
        buffer_.prepare(kPiece),
        [self = this->shared_from_this()](beast::error_code error, std::size_t) {
          if (!error) self->drain();
        });
  }

  Stream stream_;
  const HttpServer::OnRequest& on_request_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Response response_;
  bool is_keep_alive_ = true;
};

}  // namespace

std::string WireRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

struct HttpServer::Listener {
  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  asio::steady_timer pause{context};  // of accepting, while there are no descriptors
  std::optional<asio::ssl::context> tls;
  OnRequest on_request;

  Result<void> open(const std::string& address, std::uint16_t port, const TlsFiles& files);
  void accept();
};

Result<void> HttpServer::Listener::open(const std::string& address, std::uint16_t port,
                                        const TlsFiles& files) {
  beast::error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Error(ErrorKind::kNetwork, "cannot listen on " + address + ":" + std::to_string(port) +
                                          ": " + error.message())
        .with_hint("another program may have that port; choose another");
  }
  if (files.certificate.empty()) return {};
  tls.emplace(asio::ssl::context::tls_server);
  tls->use_certificate_chain_file(files.certificate, error);
  if (!error) tls->use_private_key_file(files.key, asio::ssl::context::pem, error);
  if (error) {
    return Error(ErrorKind::kInvalidConfig, "cannot use " + files.certificate + " and " +
                                                files.key + " for TLS: " + error.message());
  }
  return {};
}

void HttpServer::Listener::accept() {
  acceptor.async_accept([this](beast::error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error == asio::error::no_descriptors) {
      pause.expires_after(kNoDescriptorsPause);
      return pause.async_wait([this](beast::error_code) { accept(); });
    }
    if (!error) {
      beast::error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      beast::tcp_stream stream(std::move(socket));
      if (tls) {
        using TlsStream = beast::ssl_stream<beast::tcp_stream>;
        std::make_shared<Session<TlsStream>>(TlsStream(std::move(stream), *tls), on_request)
            ->start();
      } else {
        std::make_shared<Session<beast::tcp_stream>>(std::move(stream), on_request)->start();
      }
    }
    accept();
  });
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const std::string& address,
                                                       std::uint16_t port, const TlsFiles& tls,
                                                       OnRequest on_request) {
  auto listener = std::make_unique<Listener>();
  listener->on_request = std::move(on_request);
  PL_TRY(listener->open(address, port, tls));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(listener)));
}

HttpServer::HttpServer(std::unique_ptr<Listener> listener) : listener_(std::move(listener)) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
  return listener_->acceptor.local_endpoint().port();
}

void HttpServer::run() {
  listener_->accept();
  listener_->context.run();
}

void HttpServer::stop() {
  listener_->context.stop();
}

}  // namespace proofload::shop
