// TraceLayer: where the plan says that the service's traces are, from before the preflight to the
// end of the run.
#pragma once

#include <memory>
#include <optional>

#include "base/error.h"
#include "observe/otlp_receiver.h"
#include "observe/trace_source.h"
#include "plan/plan.h"

namespace proofload::certify {

// Without traces in the plan everything is null.
struct TraceLayer {
  std::unique_ptr<observe::OtlpReceiver> receiver;  // ours; null when others keep the traces
  std::unique_ptr<observe::TraceSource> source;     // null with a problem, too
  std::optional<Error> problem;                     // our receiver cannot listen
};

// Begins to listen where the plan says so; asks nobody yet.
TraceLayer open_trace_layer(const plan::Observe& observe);

}  // namespace proofload::certify
