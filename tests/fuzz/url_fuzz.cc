// A URL that was read must print as one that reads the same, and resolve against itself.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "http/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using proofload::http::Url;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto url = Url::parse(text);
  if (!url) return 0;
  const std::string printed = url->to_string();
  const auto again = Url::parse(printed);
  // A path that begins with two slashes and has no host reads back as a host; a zone may hold bytes
  // whose escapes it may not hold (as in Go, whose rules these are).
  const bool is_ambiguous =
      (url->host.empty() && !url->has_userinfo) || url->host.find('%') != std::string::npos;
  PL_CHECK(again || is_ambiguous);
  if (again && !is_ambiguous) PL_CHECK(again->to_string() == printed);
  static_cast<void>(url->clean());
  static_cast<void>(url->redacted());
  static_cast<void>(url->request_target());
  static_cast<void>(url->effective_port());
  static_cast<void>(Url::parse("http://base.test/a/b?c")->resolve(text));
  return 0;
}
