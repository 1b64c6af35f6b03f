#include "k6/failure_log.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/redact.h"
#include "http/headers.h"

namespace proofload::k6 {
namespace {

constexpr std::array<std::string_view, 4> kTraceHeaders{"X-Trace-Id", "Trace-Id", "X-B3-TraceId",
                                                        "X-Request-Id"};

// The value of a header in the text of a head; empty without it.
std::string_view header_in(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    const std::string_view line = head.substr(0, end);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos &&
        http::equals_ignoring_case(line.substr(0, colon), name)) {
      std::string_view value = line.substr(colon + 1);
      if (value.ends_with('\r')) value.remove_suffix(1);
      return http::trim(value);
    }
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return {};
}

// The second field of https://www.w3.org/TR/trace-context/#traceparent-header.
std::string_view trace_of(std::string_view traceparent) {
  constexpr std::size_t kVersion = 3;  // "00-"
  constexpr std::size_t kId = 32;
  return traceparent.size() > kVersion + kId ? traceparent.substr(kVersion, kId)
                                             : std::string_view();
}

std::string trace_id(const http::Response& response) {
  const auto answered = response.head.find("traceparent");
  std::string_view id = trace_of(answered.value_or(""));
  if (id.empty()) id = trace_of(header_in(response.request_head, "traceparent"));
  for (const std::string_view name : kTraceHeaders) {
    if (id.empty()) id = response.head.find(name).value_or("");
  }
  constexpr std::size_t kIdMax = 64;
  return std::string(id.substr(0, kIdMax));
}

// What the request itself had to keep: "Bearer x" is x, and a cookie its values.
std::vector<std::string> secrets_of(const http::Response& response) {
  std::vector<std::string> secrets;
  for (const char* name : {"Authorization", "Proxy-Authorization", "X-Api-Key"}) {
    const std::string_view value = header_in(response.request_head, name);
    secrets.emplace_back(value.substr(value.rfind(' ') + 1));
  }
  std::string_view cookies = header_in(response.request_head, "Cookie");
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    const std::string_view one = cookies.substr(0, end);
    if (const std::size_t equals = one.find('='); equals != std::string_view::npos) {
      secrets.emplace_back(one.substr(equals + 1));
    }
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
  }
  return secrets;
}

// Without userinfo and query.
std::string plain_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t host = scheme + 3;
  const std::size_t user = url.substr(0, url.find('/', host)).rfind('@');
  std::string plain(url.substr(0, host));
  return plain += url.substr(user == std::string_view::npos ? host : user + 1);
}

}  // namespace

FailureLog::Kind& FailureLog::kind_of(std::uint64_t key) {
  for (std::size_t i = 0; i < kKindsMax; ++i) {
    Kind& kind = kinds_[(key + i) % kKindsMax];
    std::uint64_t owner = kind.key.load(std::memory_order_acquire);
    if (owner == 0 && kind.key.compare_exchange_strong(owner, key)) return kind;
    if (owner == key) return kind;
  }
  return kinds_[key % kKindsMax];
}

void FailureLog::note(std::size_t row, const std::string& method, std::string_view url,
                      const http::Response& response) {
  constexpr std::uint64_t kCodes = 10'000;  // a status or an error's code is below it
  const int code = response.status != 0 ? response.status : response.error_code;
  const std::uint64_t key = (row + 1) * kCodes + static_cast<std::uint64_t>(std::max(code, 0));
  if (kind_of(key).count.fetch_add(1, std::memory_order_relaxed) >= kPerKind) return;
  const std::vector<std::string> secrets = secrets_of(response);
  FailedRequest request{
      .row = row,
      .method = method,
      .url = redact(plain_url(url), secrets),
      .status = response.status,
      .error = response.error,
      .trace_id = trace_id(response),
      .body = redact(std::string_view(response.body).substr(0, kBodyMax), secrets),
      .at = wall_now()};
  const std::lock_guard lock(mutex_);
  kept_.emplace_back(key, std::move(request));
}

std::vector<FailedRequest> FailureLog::take() {
  const std::lock_guard lock(mutex_);
  std::vector<FailedRequest> taken;
  for (auto& [key, request] : kept_) {
    request.kind_count = kind_of(key).count.load(std::memory_order_relaxed);
    taken.push_back(std::move(request));
  }
  kept_.clear();
  return taken;
}

}  // namespace proofload::k6
