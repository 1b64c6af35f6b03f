// OTLP from anybody, in both encodings: never a crash, and what is taken is a span.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "observe/otlp.h"

namespace {

void check(const proofload::Result<proofload::observe::OtlpTraces>& traces) {
  if (!traces) return;
  for (const auto& span : traces->spans) {
    constexpr std::size_t kTextMax = 512;
    PL_CHECK(span.trace_id.size() == 32 && span.span_id.size() == 16);
    PL_CHECK(span.parent_id.empty() || span.parent_id.size() == 16);
    PL_CHECK(span.took >= proofload::Duration(0));
    PL_CHECK(span.name.size() <= kTextMax && span.attributes.size() <= 32);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  check(proofload::observe::decode_otlp_protobuf(body));
  check(proofload::observe::decode_otlp_json(body));
  return 0;
}
