#include "service/call.h"

namespace proofload::shop {
namespace {

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace

Reply json_reply(int status, const Json& body) {
  return {.status = status, .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Reply problem(int status, std::string_view code, std::string_view detail) {
  Reply reply = json_reply(
      status, {{"type", "about:blank"}, {"status", status}, {"code", code}, {"detail", detail}});
  reply.content_type = "application/problem+json";
  return reply;
}

std::optional<std::int64_t> number_in(const Json& object, const std::string& name) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_number_integer()) return std::nullopt;
  return member->get<std::int64_t>();
}

std::optional<std::string> text_in(const Json& object, const std::string& name) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<std::int64_t> Call::path_number(const std::string& name) const {
  const auto value = path.find(name);
  return value == path.end() ? std::nullopt : number(value->second);
}

std::optional<std::int64_t> Call::query_number(const std::string& name) const {
  const auto value = query.find(name);
  return value == query.end() ? std::nullopt : number(value->second);
}

std::string Call::query_text(const std::string& name) const {
  const auto value = query.find(name);
  return value == query.end() ? std::string() : value->second;
}

std::optional<Json> Call::json() const {
  Json parsed = Json::parse(body, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed;
}

}  // namespace proofload::shop
