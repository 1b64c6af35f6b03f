#include "observe/otlp_receiver.h"

#include <string_view>
#include <sys/socket.h>
#include <utility>

#include <fmt/format.h>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <protozero/pbf_writer.hpp>

#include "observe/otlp.h"
#include "runtime/thread.h"

namespace proofload::observe {
namespace {

constexpr std::size_t kBodyMax = std::size_t{16} << 20;  // after decompression
constexpr std::size_t kThreads = 4;
constexpr int kTimeoutSeconds = 5;

constexpr std::string_view kRejected = "spans without valid ids or times were left out";

// ExportTraceServiceResponse; without a partial success an empty one.
std::string protobuf_answer(std::size_t rejected) {
  std::string body;
  if (rejected == 0) return body;
  protozero::pbf_writer response(body);
  protozero::pbf_writer partial(response, 1);
  partial.add_int64(1, static_cast<std::int64_t>(rejected));
  partial.add_string(2, kRejected.data(), kRejected.size());
  return body;
}

std::string json_answer(std::size_t rejected) {
  Json answer = Json::object();
  if (rejected > 0) {
    answer["partialSuccess"] = {{"rejectedSpans", std::to_string(rejected)},
                                {"errorMessage", kRejected}};
  }
  return answer.dump();
}

}  // namespace

struct OtlpReceiver::Listener {
  httplib::Server server;
  std::string address;
  int port = 0;
  runtime::Thread thread;

  // False when the body is too large or breaks off.
  static bool read(const httplib::ContentReader& reader, std::string& body) {
    return reader([&](const char* bytes, std::size_t count) {
      if (count > kBodyMax - body.size()) return false;  // a small gzip can be a large body
      body.append(bytes, count);
      return true;
    });
  }

  static void take(OtlpReceiver& receiver, const httplib::Request& request,
                   httplib::Response& response, const httplib::ContentReader& reader) {
    ++receiver.request_count_;
    const std::string type = request.get_header_value("Content-Type");
    const bool is_json = type.starts_with("application/json");
    std::string body;
    response.status = 200;
    if (!is_json && !type.starts_with("application/x-protobuf")) {
      response.status = 415;
    } else if (!read(reader, body)) {
      response.status = 413;
    }
    auto traces = is_json ? decode_otlp_json(body) : decode_otlp_protobuf(body);
    if (response.status == 200 && !traces) response.status = 400;
    if (response.status != 200) {
      ++receiver.refused_count_;
      return;
    }
    receiver.rejected_count_ += traces->rejected_count;
    receiver.store_.add(std::move(traces->spans));
    response.set_content(
        is_json ? json_answer(traces->rejected_count) : protobuf_answer(traces->rejected_count),
        is_json ? "application/json" : "application/x-protobuf");
  }

  void set_up(OtlpReceiver& receiver) {
    server.Post("/v1/traces",
                [&receiver](const httplib::Request& request, httplib::Response& response,
                            const httplib::ContentReader& reader) {
                  take(receiver, request, response, reader);
                });
    server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    // A thread belongs to a connection while that lives: idle exporters must not take them all.
    server.set_keep_alive_max_count(1);
    server.set_read_timeout(kTimeoutSeconds);
    server.set_payload_max_length(kBodyMax);
    // Without httplib's SO_REUSEPORT, by which two receivers would share the spans.
    server.set_socket_options([](int socket) {
      const int on = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
  }
};

OtlpReceiver::OtlpReceiver(const Options& options)
    : store_(options.spans_max), listener_(std::make_unique<Listener>()) {
  listener_->address = options.address;
  listener_->set_up(*this);
}

Result<std::unique_ptr<OtlpReceiver>> OtlpReceiver::listen(const Options& options) {
  std::unique_ptr<OtlpReceiver> receiver(new OtlpReceiver(options));
  Listener& listener = *receiver->listener_;
  if (options.port == 0) {
    listener.port = listener.server.bind_to_any_port(options.address);
  } else if (listener.server.bind_to_port(options.address, options.port)) {
    listener.port = options.port;
  }
  if (listener.port <= 0) {
    return Error(ErrorKind::kNetwork,
                 fmt::format("cannot receive traces on {}:{}", options.address, options.port))
        .with_hint("another collector may listen there: stop it, or choose another port");
  }
  listener.thread = runtime::Thread::start({.name = "otlp"},
                                           [&listener] { listener.server.listen_after_bind(); });
  // stop() does nothing to a server that does not run yet.
  while (!listener.server.is_running()) poll(nullptr, 0, 1);
  return receiver;
}

OtlpReceiver::~OtlpReceiver() {
  listener_->server.stop();
}

int OtlpReceiver::port() const {
  return listener_->port;
}

std::string OtlpReceiver::url() const {
  return fmt::format("http://{}:{}", listener_->address, listener_->port);
}

OtlpReceiver::Counts OtlpReceiver::counts() const {
  return {request_count_, refused_count_, rejected_count_};
}

}  // namespace proofload::observe
