// One request as a handler sees it, and its answer.
#pragma once

#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "service/deadline.h"
#include "telemetry/trace.h"

namespace proofload::shop {

using Json = nlohmann::ordered_json;

struct Reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

Reply json_reply(int status, const Json& body);
// RFC 9457: `code` is for programs, `detail` for people.
Reply problem(int status, std::string_view code, std::string_view detail);

// A member of a JSON object that came from outside; nothing when it is missing or of another type.
std::optional<std::int64_t> number_in(const Json& object, const std::string& name);
std::optional<std::string> text_in(const Json& object, const std::string& name);

// Lives as long as its handler runs; one thread.
struct Call {
  std::string method;
  std::map<std::string, std::string> path;  // values of the route's :names
  std::multimap<std::string, std::string> query;
  std::string body;
  std::int64_t user = 0;      // X-User-Id, set by the gateway; 0 for nobody
  std::string authorization;  // the header as it came
  Deadline deadline;
  Span& span;

  // The whole number in a path or query value.
  std::optional<std::int64_t> path_number(const std::string& name) const;
  std::optional<std::int64_t> query_number(const std::string& name) const;
  std::string query_text(const std::string& name) const;
  // The body, when it is a JSON object.
  std::optional<Json> json() const;
};

}  // namespace proofload::shop
