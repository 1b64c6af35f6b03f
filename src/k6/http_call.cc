#include "k6/http_call.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/duration.h"
#include "http/form.h"
#include "k6/bytes.h"

namespace proofload::k6 {
namespace {

constexpr std::string_view kNullInForm = "<nil>";

std::string_view status_text(int status, std::array<char, 12>& buffer) {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), status);
  return {buffer.data(), end};
}

}  // namespace

bool HttpCall::refuse(std::string reason) {
  refusal_ = std::move(reason);
  return false;
}

std::string_view HttpCall::keep(js::ValueRef value, bool& ok) {
  js::Utf8 text = vu_.context->to_utf8(value);
  ok = static_cast<bool>(text);
  if (!ok) return {};
  texts().push_back(std::move(text));
  return texts().back().view();
}

bool HttpCall::prepare(const Arguments& arguments) {
  const options::Options& options = *vu_.test().options;
  data_ = take_response_data();
  base_tags_ = &vu_.tag_set();
  // One of the run, the scenario or the VU goes before that of http.url; the request's own replaces
  // it.
  if (const std::string* name = vu_.tags.find("name")) {
    name_ = *name;
    has_name_ = true;
  }
  origin_ = vu_.origin();
  throws_ = options.throw_errors.value_or(false);
  expected_ = vu_.expected_statuses ? &*vu_.expected_statuses : nullptr;
  request_.observer = this;
  request_.jar = &vu_.jar;
  if (options.discard_response_bodies.value_or(false)) {
    request_.response_type = http::ResponseType::kNone;
  }
  bool ok = true;
  request_.method = keep(arguments.method, ok);
  // The params come before the body: they decide what a mistake in it means (`throw`), and a
  // Content-Type of the script's wins over the form's.
  if (!ok || !read_params(arguments.params) || !read_url(arguments.url) ||
      !read_body(arguments.body)) {
    return false;
  }
  if (!content_type_.empty() && !http::find_header(headers_, "Content-Type")) {
    headers_.push_back({"Content-Type", content_type_});
  }
  if (vu_.test().traces != nullptr && vu_.phase == Phase::kIteration) ask_for_trace();
  request_.headers = headers_;
  request_.cookies = cookies_;
  request_.compressions = compressions_;
  data_->method = request_.method;
  data_->url = request_.url;
  data_->request_body = request_.body;
  data_->type = request_.response_type;
  return true;
}

// A script that sets the header itself knows why.
void HttpCall::ask_for_trace() {
  if (http::find_header(headers_, "traceparent")) return;
  const RequestTraces& traces = *vu_.test().traces;
  if (vu_.trace_seed == 0) vu_.trace_seed = traces.seed_of(vu_.ids.in_test);
  traced_.id = traces.next(vu_.trace_seed, traceparent_);
  if (traced_.id != 0) request_.traceparent = traceparent_.view();
}

bool HttpCall::read_url(js::ValueRef url) {
  if (const NamedUrl* named = named_url_of(url)) {
    request_.url = named->url;
    if (!has_name_) {
      name_ = named->name;
      has_name_ = true;
    }
    return true;
  }
  if (url.is_nullish()) return refuse("invalid URL: '#<nil>'");
  bool ok = true;
  request_.url = keep(url, ok);
  return ok;
}

// --- body ---------------------------------------------------------------------------------------

bool HttpCall::read_body(js::ValueRef body) {
  if (body.is_nullish()) return true;
  if (body.is_string()) {
    bool ok = true;
    request_.body = keep(body, ok);
    request_.has_body = true;
    return ok;
  }
  if (const auto bytes = vu_.context->bytes_of(body)) {
    body_.assign(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  } else if (body.is_object() && !body.is_function()) {
    if (!read_form(body)) return false;
  } else {
    return refuse(fmt::format("unknown request body type {}", vu_.context->to_std_string(body)));
  }
  request_.body = body_;
  request_.has_body = true;
  return true;
}

bool HttpCall::read_form(js::ValueRef form) {
  js::Context& context = *vu_.context;
  std::vector<std::pair<std::string, std::string>> fields;
  const auto add = [&](std::string_view key, js::ValueRef value) {
    if (value.is_nullish()) {
      fields.emplace_back(key, kNullInForm);
      return true;
    }
    const js::Utf8 text = context.to_utf8(value);
    if (text) fields.emplace_back(key, text.view());
    return static_cast<bool>(text);
  };
  for (js::OwnKeys keys(context, form); keys.next();) {
    const js::Value value = keys.value();
    if (value.is_exception()) return false;
    if (file_data_of(value)) return read_multipart(form);
    const js::Utf8 key = keys.key_utf8();
    if (!value.is_array()) {
      if (!add(key.view(), value)) return false;
      continue;
    }
    const std::int64_t length = context.length(value).value_or(0);
    for (std::int64_t i = 0; i < length; i++) {
      const js::Value item = context.get(value, static_cast<std::uint32_t>(i));
      if (item.is_exception() || !add(key.view(), item)) return false;
    }
  }
  body_ = http::encode_form(std::move(fields));
  content_type_ = "application/x-www-form-urlencoded";
  return true;
}

bool HttpCall::read_multipart(js::ValueRef form) {
  js::Context& context = *vu_.context;
  http::MultipartWriter writer(http::random_boundary());
  for (js::OwnKeys keys(context, form); keys.next();) {
    const js::Value value = keys.value();
    if (value.is_exception()) return false;
    const js::Utf8 key = keys.key_utf8();
    if (const FileData* file = file_data_of(value)) {
      writer.add_file(key.view(), file->filename, file->content_type, file->data);
      continue;
    }
    const js::Utf8 text = context.to_utf8(value);
    if (!text) return false;
    writer.add_field(key.view(), value.is_nullish() ? kNullInForm : text.view());
  }
  content_type_ = writer.content_type();
  body_ = writer.finish();
  return true;
}

// --- params -------------------------------------------------------------------------------------

bool HttpCall::read_params(js::ValueRef params) {
  if (!params.is_object()) return true;
  for (js::OwnKeys keys(*vu_.context, params); keys.next();) {
    const js::Value value = keys.value();
    if (value.is_exception()) return false;
    const js::Utf8 name = keys.key_utf8();
    if (!read_param(name.view(), value)) return false;
  }
  return !vu_.context->has_error();
}

bool HttpCall::read_param(std::string_view name, js::ValueRef value) {
  if (name == "responseCallback") return read_callback(value);
  if (value.is_nullish()) return true;
  if (name == "headers") return read_headers(value);
  if (name == "tags") return read_tags(value);
  if (name == "cookies") return read_cookies(value);
  if (name == "jar") return read_jar(value);
  if (name == "timeout") return read_timeout(value);
  if (name == "responseType") return read_response_type(value);
  if (name == "compression") return read_compression(value);
  if (name == "auth") return read_auth(value);
  if (name == "throw") {
    throws_ = value.truthy();
  } else if (name == "redirects") {
    const auto number = vu_.context->to_integer(value);
    if (!number) return false;
    request_.redirects = static_cast<int>(std::clamp<std::int64_t>(*number, 0, 1'000'000));
  }
  return true;
}

bool HttpCall::read_headers(js::ValueRef headers) {
  if (!headers.is_object()) return true;
  for (js::OwnKeys keys(*vu_.context, headers); keys.next();) {
    const js::Value value = keys.value();
    if (value.is_exception()) return false;
    texts().push_back(keys.key_utf8());
    const std::string_view name = texts().back().view();
    bool ok = true;
    const std::string_view text = keep(value, ok);
    if (!ok) return false;
    headers_.push_back({name, text});
  }
  return true;
}

bool HttpCall::read_cookies(js::ValueRef cookies) {
  js::Context& context = *vu_.context;
  if (!cookies.is_object()) return true;
  for (js::OwnKeys keys(context, cookies); keys.next();) {
    const js::Value value = keys.value();
    if (value.is_exception()) return false;
    texts().push_back(keys.key_utf8());
    http::RequestCookie cookie{.name = texts().back().view()};
    bool ok = true;
    if (value.is_object()) {
      const js::Value text = context.get(value, "value");
      if (text.is_exception()) return false;
      cookie.value = keep(text, ok);
      cookie.replaces = context.get(value, "replace").truthy();
    } else {
      cookie.value = keep(value, ok);
    }
    if (!ok) return false;
    cookies_.push_back(cookie);
  }
  return true;
}

bool HttpCall::read_tags(js::ValueRef tags) {
  js::Context& context = *vu_.context;
  if (!tags.is_object()) return true;
  for (js::OwnKeys keys(context, tags); keys.next();) {
    const js::Value value = keys.value();
    if (value.is_exception()) return false;
    const js::Utf8 key = keys.key_utf8();
    if (value.is_nullish() || value.is_object()) {
      return refuse(
          fmt::format("invalid HTTP request metric tags: invalid value for metric tag '{}': only "
                      "String, Boolean and Number types are accepted as a metric tag values",
                      key.view()));
    }
    const js::Utf8 text = context.to_utf8(value);
    if (!text) return false;
    if (key.view() == "name") {
      name_ = text.view();
      has_name_ = true;
    } else {
      tags_.emplace_back(key.view(), text.view());
    }
  }
  return true;
}

bool HttpCall::read_timeout(js::ValueRef value) {
  if (value.is_number()) {
    const double milliseconds = std::clamp(value.as_number(), 0.0, 1e12);
    request_.timeout = Duration(static_cast<std::int64_t>(milliseconds * 1e6));
    return true;
  }
  const auto timeout = parse_duration(vu_.context->to_std_string(value));
  if (!timeout) return refuse("invalid timeout value: " + timeout.error().message());
  request_.timeout = *timeout;
  return true;
}

bool HttpCall::read_response_type(js::ValueRef value) {
  const std::string name = vu_.context->to_std_string(value);
  if (name == "text") {
    request_.response_type = http::ResponseType::kText;
  } else if (name == "binary") {
    request_.response_type = http::ResponseType::kBinary;
  } else if (name == "none") {
    request_.response_type = http::ResponseType::kNone;
  } else {
    return refuse(fmt::format("unknown ResponseType \"{}\"", name));
  }
  return true;
}

bool HttpCall::read_compression(js::ValueRef value) {
  const std::string list = vu_.context->to_std_string(value);
  if (list.empty()) return true;
  auto compressions = http::parse_compressions(list);
  if (!compressions) return refuse(compressions.error().message());
  compressions_ = *std::move(compressions);
  return true;
}

bool HttpCall::read_auth(js::ValueRef value) {
  const std::string name = vu_.context->to_std_string(value);
  if (name == "digest") request_.auth = http::Auth::kDigest;
  if (name == "ntlm") request_.auth = http::Auth::kNtlm;
  return true;
}

bool HttpCall::read_callback(js::ValueRef value) {
  if (value.is_undefined()) return true;
  if (value.is_null()) {
    expected_ = nullptr;
    return true;
  }
  const auto* statuses =
      vu_.host.classes().expected_statuses->unwrap_as<http::ExpectedStatuses>(value);
  if (!statuses) return refuse("unsupported responseCallback");
  expected_ = statuses;
  callback_ = js::Value(value);
  return true;
}

bool HttpCall::read_jar(js::ValueRef value) {
  auto* jar = vu_.host.classes().cookie_jar->unwrap_as<http::CookieJar*>(value);
  if (jar) request_.jar = *jar;
  return true;
}

// --- what comes of it ---------------------------------------------------------------------------

js::Value HttpCall::new_response() {
  texts().clear();  // they belong to this VU's script, and the memory to whoever has it next
  return vu_.context->new_object(*vu_.host.classes().response, data_.release());
}

js::Value HttpCall::finish() {
  note_answer();
  note_trace();
  js::Context& context = *vu_.context;
  const http::Response& response = data_->response;
  switch (response.outcome) {
    case http::Outcome::kStopped:
      return context.throw_stop(js::StopReason::kStopped);
    case http::Outcome::kUnsupported:
      return throw_go_error(context, response.log_error);
    case http::Outcome::kAnswered:
      break;
    case http::Outcome::kFailed:
    case http::Outcome::kInvalid:
      if (throws_) return throw_go_error(context, response.log_error);
      log(LogLevel::kWarning, "Request Failed", {{"error", response.log_error}});
  }
  if (!response.request_body.empty()) data_->request_body = response.request_body;
  return new_response();
}

js::Value HttpCall::finish_refused() {
  js::Context& context = *vu_.context;
  if (throws_) return throw_go_error(context, refusal_);
  log(LogLevel::kWarning, "Request Failed", {{"error", refusal_}});
  http::Response& response = data_->response;
  response.clear();
  response.outcome = http::Outcome::kInvalid;
  response.error = refusal_;
  const bool is_url = refusal_.starts_with("invalid URL");
  response.error_code = is_url ? static_cast<int>(http::ErrorCode::kInvalidUrl) : 0;
  return new_response();
}

void HttpCall::set_hop_tags(const http::Hop& hop, bool is_expected,
                            metrics::TagBuilder& builder) const {
  using metrics::SystemTag;
  const metrics::SystemTagSet system = vu_.test().system_tags;
  const auto set = [&](SystemTag tag, std::string_view value) {
    if (system.has(tag)) builder.set(tag, value);
  };
  for (const auto& [key, value] : tags_) builder.set(key, value);
  set(SystemTag::kMethod, hop.method);
  set(SystemTag::kUrl, has_name_ ? std::string_view(name_) : hop.url);
  set(SystemTag::kName, has_name_ ? std::string_view(name_) : hop.url);
  if (!hop.proto.empty()) set(SystemTag::kProto, hop.proto);
  if (!hop.tls_version.empty()) set(SystemTag::kTlsVersion, hop.tls_version);
  if (!hop.ocsp_status.empty()) set(SystemTag::kOcspStatus, hop.ocsp_status);
  if (!hop.remote_ip.empty()) set(SystemTag::kIp, hop.remote_ip);
  if (!hop.error.empty()) set(SystemTag::kError, hop.error);
  if (expected_) set(SystemTag::kExpectedResponse, is_expected ? "true" : "false");
}

void HttpCall::on_hop(const http::Hop& hop) {
  using metrics::SystemTag;
  if (!hop.tls_version.empty() && !vu_.test().has_said_http_1.load(std::memory_order_relaxed) &&
      !vu_.test().has_said_http_1.exchange(true)) {
    log(LogLevel::kInfo, "https requests of this run use HTTP/1.1: HTTP/2 is not supported yet");
  }
  const bool is_expected = expected_ && (hop.is_challenge || expected_->contains(hop.status));
  metrics::TagBuilder& builder = vu_.host.tag_builder(*base_tags_);
  set_hop_tags(hop, is_expected, builder);
  std::array<char, 12> status{};
  std::array<char, 12> code{};
  const metrics::SystemTagSet system = vu_.test().system_tags;
  if (system.has(SystemTag::kStatus)) {
    builder.set(SystemTag::kStatus, status_text(hop.status, status));
  }
  if (hop.error_code != 0 && system.has(SystemTag::kErrorCode)) {
    builder.set(SystemTag::kErrorCode, status_text(hop.error_code, code));
  }
  const http::Timings& timings = hop.timings;
  vu_.recorder().record_http(vu_.intern(builder),
                             {.at = hop.ended_at,
                              .duration = to_milliseconds(timings.duration()),
                              .blocked = to_milliseconds(timings.blocked),
                              .connecting = to_milliseconds(timings.connecting),
                              .tls_handshaking = to_milliseconds(timings.tls_handshaking),
                              .sending = to_milliseconds(timings.sending),
                              .waiting = to_milliseconds(timings.waiting),
                              .receiving = to_milliseconds(timings.receiving),
                              .is_failed = expected_ ? std::optional(!is_expected) : std::nullopt},
                             origin_);
  count_for_service(hop);
  record_endpoint(hop, is_expected);
}

void HttpCall::count_for_service(const http::Hop& hop) {
  const EndpointTable* endpoints = vu_.test().endpoints;
  if (endpoints == nullptr || endpoints->answered() == nullptr) return;
  const bool is_answered = hop.status != 0;
  if (!is_answered && hop.timings.sending == Duration::zero()) return;  // it never left
  if (!endpoints->is_of_service(hop.url)) return;
  vu_.recorder().record_own(is_answered ? *endpoints->answered() : *endpoints->unanswered(), 1,
                            hop.ended_at);
}

// setup() and teardown() are not the load.
void HttpCall::record_endpoint(const http::Hop& hop, bool is_expected) {
  const EndpointTable* endpoints = vu_.test().endpoints;
  if (endpoints == nullptr || vu_.phase != Phase::kIteration) return;
  const EndpointTable::Row& row = endpoints->find(hop.method, hop.url);
  if (CircuitBreaker* breaker = vu_.test().breaker) {
    breaker->note_use(endpoints->number_of(row), vu_.scenario->index);
  }
  const Duration lag = std::exchange(vu_.start_lag, Duration::zero());
  const bool is_answered = expected_ ? is_expected : hop.error_code == 0;
  const double latency = to_milliseconds(lag + hop.timings.blocked + hop.timings.duration());
  // Without a connection nothing went out, and nobody could trace it.
  if (!hop.remote_ip.empty()) {
    traced_.row = static_cast<std::uint32_t>(endpoints->number_of(row));
  }
  traced_.latency_ms += latency;
  traced_.is_failed = !is_answered;
  if (is_answered) {
    vu_.recorder().record_own(*row.latency, latency, hop.ended_at);
  } else {
    vu_.recorder().record_own(*row.failures, 1, hop.ended_at);
  }
}

// Of a request that went out.
void HttpCall::note_trace() {
  const bool was_sent = traced_.id != 0 && traced_.row != TracedRequest::kNoRow;
  if (was_sent) vu_.test().traces->add(traced_);
}

// What a plan wants to know of an answer beside its time.
void HttpCall::note_answer() {
  TestState& test = vu_.test();
  const http::Response& response = data_->response;
  if (test.endpoints == nullptr || response.outcome == http::Outcome::kStopped) return;
  const bool is_answered = response.outcome == http::Outcome::kAnswered;
  if (is_answered) note_version();
  if (vu_.phase != Phase::kIteration) return;
  const bool is_expected = is_answered && (!expected_ || expected_->contains(response.status));
  if (is_expected && test.breaker == nullptr) return;
  const std::string& url = response.url.empty() ? data_->url : response.url;
  const std::size_t row = test.endpoints->number_of(test.endpoints->find(data_->method, url));
  if (!is_expected) test.failures.note(row, data_->method, url, response);
  if (is_answered && test.breaker != nullptr) {
    test.breaker->note_answer(row, response.head, monotonic_now());
  }
}

void HttpCall::note_version() {
  const std::string& name = vu_.test().version_header;
  if (name.empty()) return;
  const auto version = data_->response.head.find(name);
  if (!version || *version == vu_.seen_version) return;
  vu_.seen_version = *version;
  vu_.test().versions.add(*version);
}

void HttpCall::on_warning(std::string_view message, std::string_view url) {
  if (url.empty()) {
    log(LogLevel::kWarning, message);
  } else {
    log(LogLevel::kWarning, message, {{"url", url}});
  }
}

void HttpCall::on_dump(std::string_view text, std::string_view request_id) {
  log(LogLevel::kInfo, text,
      {{"group", vu_.group},
       {"iter", std::to_string(origin_.iteration)},
       {"request_id", request_id},
       {"scenario", vu_.scenario ? vu_.scenario->name : ""},
       {"source", "http-debug"},
       {"vu", std::to_string(origin_.vu)}});
}

}  // namespace proofload::k6
