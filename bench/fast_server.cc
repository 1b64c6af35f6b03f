// The target of the benchmarks: answers every request at once, for less CPU than any client spends
// on asking. GET / gives a short text, any other path a JSON document; a POST body is read and
// answered with JSON. Usage: fast_server [--port N] [--tls CERT KEY]. One thread; prints `port N`
// when it listens.
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <vector>

#include <openssl/ssl.h>
#include <unistd.h>

namespace {

constexpr std::string_view kText =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";
constexpr std::string_view kJson =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 119\r\n\r\n"
    R"({"id":4711,"status":"ok","items":[{"sku":"a-1","quantity":1},{"sku":"b-2","quantity":3}],"total":42.5,"currency":"EUR"})";
constexpr std::string_view kJsonBody = kJson.substr(kJson.find("\r\n\r\n") + 4);
constexpr std::size_t kRequestBytesMax = 65536;

struct Connection {
  SSL* ssl = nullptr;
  std::string input;  // the part of a request that has arrived; empty between requests
  std::string output;
};

// Length of the first whole request in `input`, 0 when it is not all there yet.
std::size_t request_length(std::string_view input) {
  const std::size_t head_end = input.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return 0;
  std::size_t length = head_end + 4;
  if (input.starts_with("POST") || input.starts_with("PUT")) {
    const std::string_view head = input.substr(0, length);
    std::size_t field = head.find("\r\nContent-Length: ");
    if (field == std::string_view::npos) field = head.find("\r\ncontent-length: ");
    if (field != std::string_view::npos)
      length += std::strtoul(head.data() + field + 18, nullptr, 10);
  }
  return length <= input.size() ? length : 0;
}

// Appends the answers to all whole requests in `input` to `output`; returns the number of bytes
// used up.
std::size_t answer(std::string_view input, std::string& output) {
  std::size_t used = 0;
  while (const std::size_t length = request_length(input.substr(used))) {
    output += input.substr(used).starts_with("GET / ") ? kText : kJson;
    used += length;
  }
  return used;
}

class Server {
 public:
  Server(int listener, SSL_CTX* tls)
      : listener_(listener), tls_(tls), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    watch(listener_);
  }

  [[noreturn]] void serve() {
    std::array<epoll_event, 512> events;
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == listener_)
          accept_all();
        else if (!handle(fd))
          close_connection(fd);
      }
    }
  }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void accept_all() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (connections_.size() <= static_cast<std::size_t>(fd))
        connections_.resize(static_cast<std::size_t>(fd) + 1);
      Connection& connection = connections_[static_cast<std::size_t>(fd)];
      connection = {};
      if (tls_ != nullptr) {
        connection.ssl = SSL_new(tls_);
        SSL_set_fd(connection.ssl, fd);
        SSL_set_accept_state(connection.ssl);
      }
      watch(fd);
    }
  }

  void close_connection(int fd) {
    SSL_free(connections_[static_cast<std::size_t>(fd)].ssl);
    connections_[static_cast<std::size_t>(fd)] = {};
    close(fd);
  }

  // Bytes read; 0 when there are none now; -1 when the peer has gone.
  static ssize_t read_some(const Connection& connection, int fd, char* to, std::size_t size) {
    if (connection.ssl != nullptr) {
      const int got = SSL_read(connection.ssl, to, static_cast<int>(size));
      if (got > 0) return got;
      const int error = SSL_get_error(connection.ssl, got);
      return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
    const ssize_t got = recv(fd, to, size, 0);
    if (got > 0) return got;
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
  }

  // Answers are short and each client waits for its own, so a full socket buffer is a client gone
  // wrong.
  static bool write_all(const Connection& connection, int fd, std::string_view bytes) {
    if (connection.ssl != nullptr)
      return SSL_write(connection.ssl, bytes.data(), static_cast<int>(bytes.size())) > 0;
    return send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }

  bool handle(int fd) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    std::array<char, 16384> buffer;
    const ssize_t got = read_some(connection, fd, buffer.data(), buffer.size());
    if (got <= 0) return got == 0;
    std::string_view input(buffer.data(), static_cast<std::size_t>(got));
    if (!connection.input.empty()) input = connection.input.append(input);
    connection.output.clear();
    const std::size_t used = answer(input, connection.output);
    if (used < input.size())
      connection.input = std::string(input.substr(used));
    else
      connection.input.clear();
    if (connection.input.size() > kRequestBytesMax) return false;
    return connection.output.empty() || write_all(connection, fd, connection.output);
  }

  int listener_;
  SSL_CTX* tls_;
  int epoll_;
  std::vector<Connection> connections_;  // by descriptor
};

int listen_on(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd, 4096) != 0) {
    std::perror("fast_server: cannot listen");
    std::exit(1);
  }
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("port %d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

SSL_CTX* tls_context(const char* certificate, const char* key) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
    std::fprintf(stderr, "fast_server: cannot use %s and %s\n", certificate, key);
    std::exit(1);
  }
  return context;
}

}  // namespace

int main(int argc, char** argv) {
  static_assert(kJsonBody.size() == 119);
  signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  int port = 0;
  SSL_CTX* tls = nullptr;
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--port" && i + 1 < arguments.size()) port = std::atoi(argv[i + 2]);
    if (arguments[i] == "--tls" && i + 2 < arguments.size()) {
      tls = tls_context(argv[i + 2], argv[i + 3]);
      i += 2;
    }
  }
  Server(listen_on(port), tls).serve();
}
