// TraceSource: where the traces of a service are, to be asked for by their ids.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "evidence/span.h"
#include "observe/otlp_receiver.h"

namespace proofload::observe {

// Any thread, one at a time; every call blocks for its timeout at most. Errors are those of
// HttpClient and of check_status(): nothing answers, a login page, an expired token.
class TraceSource {
 public:
  virtual ~TraceSource() = default;

  // Finds out who is there, and which API they have. To be called first.
  virtual Result<void> probe(Duration timeout) = 0;
  // "Jaeger (API v3) at http://jaeger:16686", without credentials.
  virtual std::string name() const = 0;
  // The spans of each trace, in the order of `ids` (32 hexadecimal digits); none where there is no
  // such trace, or not yet.
  virtual Result<std::vector<std::vector<evidence::Span>>> traces(std::span<const std::string> ids,
                                                                  Duration timeout) = 0;
};

// Of Jaeger's query service: /api/v3/traces/ID, and /api/traces/ID where there is no v3.
std::unique_ptr<TraceSource> jaeger_traces(std::string url);
// /api/traces/ID of any version.
std::unique_ptr<TraceSource> tempo_traces(std::string url);
// Those that were sent to us; the receiver outlives it.
std::unique_ptr<TraceSource> received_traces(const OtlpReceiver& receiver);

}  // namespace proofload::observe
