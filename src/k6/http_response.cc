// The Response class of k6/http: every field is computed when a script asks for it.
#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "http/cookies.h"
#include "http/headers.h"
#include "k6/http_call.h"
#include "k6/json_path.h"
#include "k6/modules.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

enum class Field : std::uint8_t {
  kRemoteIp,
  kRemotePort,
  kUrl,
  kStatus,
  kStatusText,
  kProto,
  kHeaders,
  kCookies,
  kBody,
  kTimings,
  kTlsVersion,
  kTlsCipherSuite,
  kOcsp,
  kError,
  kErrorCode,
  kRequest
};

// Answers that died, ready to be filled again. A thousand cover the VUs of a busy core; what a
// response keeps is bounded by http::Response::clear().
constexpr std::size_t kPooledResponsesMax = 1024;

using ResponsePool = std::vector<std::unique_ptr<ResponseData>>;

ResponsePool& pool() {
  static thread_local ResponsePool responses;
  return responses;
}

void release_response(void* opaque) {
  std::unique_ptr<ResponseData> data(static_cast<ResponseData*>(opaque));
  if (pool().size() < kPooledResponsesMax) {
    data->response.clear();
    pool().push_back(std::move(data));
  }
}

ResponseData* data_of(const Call& call) {
  return ScriptHost::current().classes().response->unwrap_as<ResponseData>(call.self);
}

// --- headers and cookies ------------------------------------------------------------------------

Value headers_object(js::Context& context, const http::ResponseHead& head) {
  std::vector<std::pair<std::string, std::string>> fields;  // in order of first appearance
  for (std::size_t i = 0; i < head.header_count(); i++) {
    const http::Header header = head.header(i);
    std::string name = http::canonical_name(header.name);
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const auto& field) { return field.first == name; });
    if (found == fields.end()) {
      fields.emplace_back(std::move(name), header.value);
    } else {
      found->second += ", " + std::string(header.value);
    }
  }
  std::sort(fields.begin(), fields.end());
  Value object = context.new_object();
  for (const auto& [name, value] : fields) context.set(object, name, context.new_string(value));
  return object;
}

Value cookie_object(js::Context& context, const http::Cookie& cookie) {
  Value object = context.new_object();
  context.set(object, "name", context.new_string(cookie.name));
  context.set(object, "value", context.new_string(cookie.value));
  context.set(object, "domain", context.new_string(cookie.domain));
  context.set(object, "path", context.new_string(cookie.path));
  context.set(object, "http_only", Value::boolean(cookie.http_only));
  context.set(object, "secure", Value::boolean(cookie.secure));
  context.set(object, "max_age", Value::integer(cookie.max_age));
  context.set(object, "expires",
              Value::number(static_cast<double>(http::expires_milliseconds(cookie))));
  return object;
}

Value cookies_object(js::Context& context, const http::ResponseHead& head) {
  std::map<std::string, std::vector<Value>> by_name;
  for (std::size_t i = 0; i < head.header_count(); i++) {
    const http::Header header = head.header(i);
    if (!http::equals_ignoring_case(header.name, "set-cookie")) continue;
    if (const auto cookie = http::parse_set_cookie(header.value)) {
      by_name[cookie->name].push_back(cookie_object(context, *cookie));
    }
  }
  Value object = context.new_object();
  for (auto& [name, cookies] : by_name) context.set(object, name, context.new_array(cookies));
  return object;
}

// --- the other objects --------------------------------------------------------------------------

Value timings_object(js::Context& context, const http::Timings& timings) {
  Value object = context.new_object();
  const auto set = [&](std::string_view name, Duration value) {
    context.set(object, name, Value::number(to_milliseconds(value)));
  };
  set("duration", timings.duration());
  set("blocked", timings.blocked);
  set("looking_up", Duration::zero());
  set("connecting", timings.connecting);
  set("tls_handshaking", timings.tls_handshaking);
  set("sending", timings.sending);
  set("waiting", timings.waiting);
  set("receiving", timings.receiving);
  return object;
}

// Only the status of a stapled answer is known; without one k6's fields are zero too.
Value ocsp_object(js::Context& context, const http::Response& response) {
  Value object = context.new_object();
  for (const char* time : {"produced_at", "this_update", "next_update", "revoked_at"}) {
    context.set(object, time, Value::integer(0));
  }
  context.set(object, "revocation_reason", context.new_string(""));
  context.set(object, "status", context.new_string(response.ocsp_status));
  return object;
}

// Whether Go keeps that field of the request in its header map.
bool is_shown(const http::Response& response, std::string_view name) {
  if (name == "Host") return response.has_own_host;
  if (name == "Authorization") return response.has_own_authorization;
  return name != "Content-Length";
}

// Adds "name: value" lines of the request's head to `headers` (name → list) and cookies.
void read_request_head(js::Context& context, const http::Response& response, js::ValueRef headers,
                       js::ValueRef cookies) {
  const std::string_view head = response.request_head;
  std::size_t position = head.find("\r\n");
  while (position != std::string_view::npos && position + 2 < head.size()) {
    const std::size_t begin = position + 2;
    position = head.find("\r\n", begin);
    const std::string_view line = head.substr(begin, position - begin);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = http::trim(line.substr(colon + 1));
    if (!is_shown(response, name)) continue;
    Value list = context.new_array();
    context.set(list, 0U, context.new_string(value));
    context.set(headers, name, std::move(list));
    if (name != "Cookie") continue;
    for (std::string_view rest = value; !rest.empty();) {
      const std::size_t end = std::min(rest.find("; "), rest.size());
      const std::string_view pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 2, rest.size()));
      const std::size_t equals = std::min(pair.find('='), pair.size());
      Value cookie = context.new_object();
      context.set(cookie, "name", context.new_string(pair.substr(0, equals)));
      context.set(cookie, "value",
                  context.new_string(pair.substr(std::min(equals + 1, pair.size()))));
      context.set(cookie, "replace", Value::boolean(false));
      Value same_name = context.new_array();
      context.set(same_name, 0U, std::move(cookie));
      context.set(cookies, pair.substr(0, equals), std::move(same_name));
    }
  }
}

Value request_object(js::Context& context, const ResponseData& data) {
  Value object = context.new_object();
  Value headers = context.new_object();
  Value cookies = context.new_object();
  read_request_head(context, data.response, headers, cookies);
  context.set(object, "method", context.new_string(data.method));
  context.set(object, "url", context.new_string(data.url));
  context.set(object, "headers", std::move(headers));
  context.set(object, "body", context.new_string(data.request_body));
  context.set(object, "cookies", std::move(cookies));
  return object;
}

Value body_value(js::Context& context, const ResponseData& data) {
  const http::Response& response = data.response;
  if (data.type == http::ResponseType::kNone) return Value::null();
  if (response.outcome != http::Outcome::kAnswered && response.body.empty()) return Value::null();
  if (data.type == http::ResponseType::kBinary) {
    return context.new_array_buffer(std::as_bytes(std::span(response.body)));
  }
  return context.new_string(response.body);
}

Value get_field(const Call& call) {
  const ResponseData* data = data_of(call);
  if (!data) return Value();
  js::Context& context = call.context;
  const http::Response& response = data->response;
  const bool is_answered = response.outcome == http::Outcome::kAnswered;
  switch (static_cast<Field>(call.magic)) {
    case Field::kStatus:
      return Value::integer(response.status);
    case Field::kBody:
      return body_value(context, *data);
    case Field::kRemoteIp:
      return context.new_string(response.remote_ip);
    case Field::kRemotePort:
      return Value::integer(response.remote_port);
    case Field::kUrl:
      return context.new_string(response.url);
    case Field::kStatusText:
      return context.new_string(is_answered ? response.head.status_text() : "");
    case Field::kProto:
      return context.new_string(is_answered ? response.proto() : "");
    case Field::kHeaders:
      return headers_object(context, response.head);
    case Field::kCookies:
      return cookies_object(context, response.head);
    case Field::kTimings:
      return timings_object(context, response.timings);
    case Field::kTlsVersion:
      return context.new_string(response.tls_version);
    case Field::kTlsCipherSuite:
      return context.new_string(response.tls_cipher_suite);
    case Field::kOcsp:
      return ocsp_object(context, response);
    case Field::kError:
      return context.new_string(response.error);
    case Field::kErrorCode:
      return Value::integer(response.error_code);
    case Field::kRequest:
      return request_object(context, *data);
  }
  return Value();
}

// --- methods ------------------------------------------------------------------------------------

Value null_body(js::Context& context, std::string_view wanted) {
  return throw_go_error(
      context, fmt::format("the body is null so we can't transform it to {} - this likely was "
                           "because of a request error getting the response",
                           wanted));
}

// Go's wording for where the text stops being JSON.
Value invalid_json(js::Context& context, const std::string& text) {
  const JsonError error = find_json_error(text);
  return throw_go_error(context,
                        fmt::format("cannot parse json due to an error at line {}, character {} , "
                                    "error: {}",
                                    error.line, error.character, error.reason));
}

Value json(const Call& call) {
  const ResponseData* data = data_of(call);
  js::Context& context = call.context;
  if (!data) return context.throw_type_error("not a Response");
  const http::Response& response = data->response;
  if (data->type == http::ResponseType::kNone ||
      (response.outcome != http::Outcome::kAnswered && response.body.empty())) {
    return null_body(context, "JSON");
  }
  if (call.args.size() > 0 && !call.args[0].is_undefined()) {
    const js::Utf8 path = context.to_utf8(call.args[0]);
    if (!path) return Value::exception();
    const auto found = select_json(response.body, path.view());
    return found ? context.parse_json(*found) : Value();
  }
  Value parsed = context.get(call.self, ScriptHost::current().classes().parsed_body);
  if (!parsed.is_undefined()) return parsed;
  parsed = context.parse_json(response.body);
  if (parsed.is_exception()) {
    context.clear_error();
    return invalid_json(context, response.body);
  }
  context.define_hidden(call.self, ScriptHost::current().classes().parsed_body, parsed);
  return parsed;
}

Value not_yet(const Call& call) {
  constexpr std::string_view kNames[] = {"html", "submitForm", "clickLink"};
  return throw_go_error(call.context,
                        fmt::format("not supported yet: Response.{}()", kNames[call.magic]));
}

template <class E>
constexpr int magic(E value) {
  return static_cast<int>(value);
}

constexpr js::AccessorSpec field(const char* name, Field which) {
  return {.name = name, .get = get_field, .magic = magic(which), .is_own = true};
}

constexpr js::AccessorSpec kFields[] = {
    field("remote_ip", Field::kRemoteIp),
    field("remote_port", Field::kRemotePort),
    field("url", Field::kUrl),
    field("status", Field::kStatus),
    field("status_text", Field::kStatusText),
    field("proto", Field::kProto),
    field("headers", Field::kHeaders),
    field("cookies", Field::kCookies),
    field("body", Field::kBody),
    field("timings", Field::kTimings),
    field("tls_version", Field::kTlsVersion),
    field("tls_cipher_suite", Field::kTlsCipherSuite),
    field("ocsp", Field::kOcsp),
    field("error", Field::kError),
    field("error_code", Field::kErrorCode),
    field("request", Field::kRequest),
};
constexpr js::FunctionSpec kMethods[] = {
    {.name = "json", .function = json, .length = 1},
    {.name = "html", .function = not_yet, .magic = 0},
    {.name = "submitForm", .function = not_yet, .magic = 1},
    {.name = "clickLink", .function = not_yet, .magic = 2},
};

}  // namespace

std::unique_ptr<ResponseData> take_response_data() {
  if (pool().empty()) return std::make_unique<ResponseData>();
  std::unique_ptr<ResponseData> data = std::move(pool().back());
  pool().pop_back();
  return data;
}

void register_http_response(ModuleSetup& setup) {
  setup.classes.parsed_body = js::Atom::hidden("parsed body");
  setup.classes.response = &setup.js.add_class(
      {.name = "Response", .release = release_response, .methods = kMethods, .accessors = kFields});
}

}  // namespace proofload::k6
