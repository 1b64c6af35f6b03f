// Whatever a server sets, a cookie that is kept must be one that can be sent.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "http/cookies.h"
#include "http/headers.h"

namespace {

using proofload::WallTime;
using proofload::http::append_cookie;
using proofload::http::CookieJar;
using proofload::http::expires_milliseconds;
using proofload::http::is_valid_header_value;
using proofload::http::parse_set_cookie;
using proofload::http::Url;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cookie = parse_set_cookie(text);
  if (!cookie) return 0;
  static_cast<void>(expires_milliseconds(*cookie));
  const Url url = *Url::parse("http://www.shop.test/a/b");
  const WallTime now{std::chrono::seconds(1'700'000'000)};
  CookieJar jar;
  jar.set(url, *cookie, now);
  std::string header;
  for (const auto& pair : jar.cookies_for(url, now)) append_cookie(header, pair.name, pair.value);
  PL_CHECK(is_valid_header_value(header));
  jar.clear(url, now);
  PL_CHECK(jar.cookies_for(url, now).empty());
  return 0;
}
