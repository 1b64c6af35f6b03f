#include "certify/trace_layer.h"

#include <charconv>
#include <string>
#include <utility>

namespace proofload::certify {
namespace {

// It is read each second; 50 MB at most.
constexpr std::size_t kReceivedMax = 50'000;

observe::OtlpReceiver::Options options_of(const std::string& host_and_port) {
  const std::size_t colon = host_and_port.rfind(':');
  observe::OtlpReceiver::Options options{.address = host_and_port.substr(0, colon),
                                         .spans_max = kReceivedMax};
  const char* end = host_and_port.data() + host_and_port.size();
  std::from_chars(host_and_port.data() + colon + 1, end, options.port);  // the plan was checked
  return options;
}

}  // namespace

TraceLayer open_trace_layer(const plan::Observe& observe) {
  TraceLayer layer;
  if (!observe.jaeger.empty()) {
    layer.source = observe::jaeger_traces(observe.jaeger);
  } else if (!observe.tempo.empty()) {
    layer.source = observe::tempo_traces(observe.tempo);
  } else if (!observe.otlp_receiver.empty()) {
    auto listening = observe::OtlpReceiver::listen(options_of(observe.otlp_receiver));
    if (!listening) {
      layer.problem = listening.error();
      return layer;
    }
    layer.receiver = *std::move(listening);
    layer.source = observe::received_traces(*layer.receiver);
  }
  return layer;
}

}  // namespace proofload::certify
