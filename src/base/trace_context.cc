#include "base/trace_context.h"

namespace proofload {
namespace {

char* write_hex(std::uint64_t value, char* to) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) *to++ = kDigits[(value >> shift) & 15U];
  return to;
}

}  // namespace

std::string to_string(TraceId id) {
  std::string text(32, '0');
  write_hex(id.low, write_hex(id.high, text.data()));
  return text;
}

void TraceParent::set(TraceId trace, std::uint64_t parent, bool is_sampled) {
  char* at = text_.data();
  *at++ = '0';
  *at++ = '0';
  *at++ = '-';
  at = write_hex(trace.low, write_hex(trace.high, at));
  *at++ = '-';
  at = write_hex(parent, at);
  *at++ = '-';
  *at++ = '0';
  *at = is_sampled ? '1' : '0';
}

}  // namespace proofload
