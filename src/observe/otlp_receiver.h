// OtlpReceiver: takes the traces of services, so that no collector and no Jaeger are needed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "observe/span_store.h"

namespace proofload::observe {

// OTLP/HTTP on POST /v1/traces: protobuf and JSON, plain, gzip or deflate. On threads of its own.
// A request is read whole, at most 16 MiB of it; spans that are no spans are counted and told to
// the sender.
class OtlpReceiver {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    int port = 4318;  // OTLP's; 0 takes a free one
    std::size_t spans_max = SpanStore::kSpansMax;
  };
  // An error when the address cannot be listened on.
  static Result<std::unique_ptr<OtlpReceiver>> listen(const Options& options);
  ~OtlpReceiver();

  int port() const;
  // What services are to be told: http://127.0.0.1:4318
  std::string url() const;

  const SpanStore& spans() const { return store_; }

  struct Counts {
    std::uint64_t requests = 0;
    std::uint64_t refused_requests = 0;  // not OTLP, or too large
    std::uint64_t rejected_spans = 0;
  };
  Counts counts() const;  // any thread

 private:
  struct Listener;
  explicit OtlpReceiver(const Options& options);

  SpanStore store_;
  std::atomic<std::uint64_t> request_count_ = 0;
  std::atomic<std::uint64_t> refused_count_ = 0;
  std::atomic<std::uint64_t> rejected_count_ = 0;
  std::unique_ptr<Listener> listener_;
};

}  // namespace proofload::observe
