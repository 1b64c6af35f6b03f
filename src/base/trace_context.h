// W3C Trace Context: the header that tells a service to which trace a request belongs, and whether
// it is to be kept: https://www.w3.org/TR/trace-context/
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace proofload {

// 128 bits, not all of them 0. Samplers decide by the second half, which therefore is random.
struct TraceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

// 32 lower-case hexadecimal digits.
std::string to_string(TraceId id);

// The value of one `traceparent` header. Allocates nothing.
class TraceParent {
 public:
  // `parent` is the span that we pretend to be; not 0.
  void set(TraceId trace, std::uint64_t parent, bool is_sampled);
  // As long as this lives and is not set again.
  std::string_view view() const { return {text_.data(), text_.size()}; }

 private:
  static constexpr std::size_t kSize = 55;  // 00-TRACE-PARENT-FLAGS

  std::array<char, kSize> text_{};
};

}  // namespace proofload
