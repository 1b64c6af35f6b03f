#include "telemetry/log.h"

#include <string>

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/clock.h"

namespace proofload::shop {
namespace {

using Json = nlohmann::ordered_json;

struct Identity {
  std::string service;
  std::string instance;
};

Identity& identity() {
  static Identity value;
  return value;
}

std::string timestamp() {
  using std::chrono::floor;
  using std::chrono::milliseconds;
  const auto now = floor<milliseconds>(wall_now().time_since_epoch()).count();
  constexpr std::int64_t kPerSecond = 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(now / kPerSecond)), now % kPerSecond);
}

}  // namespace

void set_log_identity(std::string_view service, std::string_view instance) {
  identity() = {std::string(service), std::string(instance)};
}

void log_line(std::string_view level, std::string_view message,
              std::initializer_list<LogValue> fields, const Span* span) {
  Json line = {{"time", timestamp()},
               {"level", level},
               {"service", identity().service},
               {"instance", identity().instance},
               {"message", message}};
  if (span != nullptr) {
    line["trace_id"] = span->context().trace_id;
    line["span_id"] = span->context().span_id;
  }
  for (const auto& [key, value] : fields) {
    std::visit([&, name = std::string(key)](const auto& held) { line[name] = held; }, value);
  }
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  // One call a line, so that lines of several processes in one file do not mix.
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) return;
}

}  // namespace proofload::shop
