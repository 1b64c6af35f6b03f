// Any line is read as a request or passed over; the path of one is an endpoint that stands for
// itself.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "observe/access_log.h"
#include "plan/path_template.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace proofload;
  const auto entry = observe::parse_access_line({reinterpret_cast<const char*>(data), size});
  if (!entry) return 0;
  PL_CHECK(entry->status >= 100 && entry->status <= 599 && !entry->method.empty());
  const auto endpoints = plan::as_endpoints({{entry->method, entry->path, 1}});
  PL_CHECK(endpoints.size() == 1 && endpoints[0].path.starts_with('/'));
  PL_CHECK(plan::without_ids(endpoints[0].path) == endpoints[0].path);
  PL_CHECK(plan::is_path_of(endpoints[0].path, endpoints[0].path));
  return 0;
}
