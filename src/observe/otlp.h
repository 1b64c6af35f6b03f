// OTLP traces, protobuf and JSON: https://opentelemetry.io/docs/specs/otlp/
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "evidence/span.h"

namespace proofload::observe {

struct OtlpTraces {
  std::vector<evidence::Span> spans;
  std::size_t rejected_count = 0;  // without valid ids or times
};

// An ExportTraceServiceRequest. Of a span's attributes those are kept that say what was done
// (http, url, db, rpc, messaging, peer, server, error, exception, code, thread), up to 32 simple
// values; texts are cut at 512 bytes. Unknown fields are skipped. Errors: not protobuf, not JSON.
Result<OtlpTraces> decode_otlp_protobuf(std::string_view body);
Result<OtlpTraces> decode_otlp_json(std::string_view body);
// The object with `resourceSpans`, as query APIs give it too; Tempo's first one calls them
// `batches` and writes ids in base64.
OtlpTraces read_otlp_json(const Json& traces);

}  // namespace proofload::observe
