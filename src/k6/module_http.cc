// k6/http: requests, batches, and what goes with them.
#include <array>
#include <memory>

#include <fmt/format.h>

#include "k6/http_call.h"
#include "k6/modules.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
constexpr std::array<const char*, 7> kMethodNames{"GET",   "HEAD",   "POST",   "PUT",
                                                  "PATCH", "DELETE", "OPTIONS"};

Value refuse_in_init(js::Context& context) {
  return throw_go_error(context, "Making http requests in the init context is not supported");
}

// Makes the call and blocks the VU until it has ended.
Value send(Vu::State& vu, const HttpCall::Arguments& arguments) {
  if (vu.phase == Phase::kInit) return refuse_in_init(*vu.context);
  HttpCall call(vu);
  if (!call.prepare(arguments)) {
    return call.refusal().empty() ? Value::exception() : call.finish_refused();
  }
  vu.client().send(call.request(), call.response());
  return call.finish();
}

// get and head: (url, params).
Value request_without_body(const Call& call) {
  if (call.args.size() > 2) {
    log(LogLevel::kWarning,
        fmt::format("http.{} only accepts a url and a params argument (2 arguments), but {} were "
                    "given",
                    call.magic == static_cast<int>(Method::kGet) ? "get" : "head",
                    call.args.size()));
  }
  Vu::State& vu = vu_of(call);
  return send(vu, {.method = vu.host.classes().http_methods[static_cast<std::size_t>(call.magic)],
                   .url = call.args[0],
                   .body = js::ValueRef(),
                   .params = call.args[1]});
}

// The others: (url, body, params).
Value request_with_body(const Call& call) {
  Vu::State& vu = vu_of(call);
  return send(vu, {.method = vu.host.classes().http_methods[static_cast<std::size_t>(call.magic)],
                   .url = call.args[0],
                   .body = call.args[1],
                   .params = call.args[2]});
}

Value request(const Call& call) {
  return send(
      vu_of(call),
      {.method = call.args[0], .url = call.args[1], .body = call.args[2], .params = call.args[3]});
}

// A call whose answer settles a promise.
struct AsyncCall {
  explicit AsyncCall(Vu::State& vu) : call(vu) {}
  HttpCall call;
  js::Deferred deferred;
};

void settle(js::Context& context, AsyncCall& async, const Value& result) {
  if (!result.is_exception()) {
    context.resolve(async.deferred, result);
    return;
  }
  if (context.is_stopping()) return;
  const js::ScriptError error = context.take_error();
  context.reject(async.deferred, error.thrown);
}

Value async_request(const Call& call) {
  Vu::State& vu = vu_of(call);
  js::Context& context = call.context;
  if (vu.phase == Phase::kInit) return refuse_in_init(context);
  auto async = std::make_shared<AsyncCall>(vu);
  async->deferred = context.new_deferred();
  Value promise = async->deferred.promise;
  const HttpCall::Arguments arguments{
      .method = call.args[0], .url = call.args[1], .body = call.args[2], .params = call.args[3]};
  if (!async->call.prepare(arguments)) {
    settle(context, *async,
           async->call.refusal().empty() ? Value::exception() : async->call.finish_refused());
    return promise;
  }
  vu.events.begin_operation();
  // `async` must die on the VU's fiber: it holds values of the script.
  HttpCall& own_call = async->call;
  vu.client().start(own_call.request(), own_call.response(),
                    [&vu, async = std::move(async)]() mutable {
                      vu.events.complete([async = std::move(async)](js::Context& own) {
                        settle(own, *async, async->call.finish());
                      });
                    });
  return promise;
}

// --- batch --------------------------------------------------------------------------------------

// One entry: "url", [method, url, body, params], {method, url, body, params}.
struct BatchEntry {
  Value method, url, body, params;

  bool read(js::Context& context, js::ValueRef entry, const HostClasses& classes) {
    method = Value(classes.http_methods[0]);
    if (entry.is_array()) {
      Value own_method = context.get(entry, 0U);
      if (!own_method.is_nullish()) method = std::move(own_method);
      url = context.get(entry, 1U);
      body = context.get(entry, 2U);
      params = context.get(entry, 3U);
    } else if (entry.is_object() && !named_url_of(entry)) {
      Value own_method = context.get(entry, "method");
      if (!own_method.is_nullish()) method = std::move(own_method);
      url = context.get(entry, "url");
      params = context.get(entry, "params");
      const std::string name = context.to_std_string(method);
      if (name != "GET" && name != "HEAD") body = context.get(entry, "body");
    } else {
      url = Value(entry);
    }
    return !context.has_error();
  }
};

// The calls of one batch, in order.
struct Batch {
  std::vector<std::unique_ptr<HttpCall>> calls;
  std::vector<std::size_t> sent;  // indices of those that were not refused

  // False: an exception is pending.
  bool add(Vu::State& vu, js::ValueRef entry) {
    BatchEntry parts;
    if (!parts.read(*vu.context, entry, vu.host.classes())) return false;
    auto call = std::make_unique<HttpCall>(vu);
    const bool is_ready = call->prepare(
        {.method = parts.method, .url = parts.url, .body = parts.body, .params = parts.params});
    if (!is_ready && call->refusal().empty()) return false;
    if (is_ready) sent.push_back(calls.size());
    calls.push_back(std::move(call));
    return true;
  }

  void send(Vu::State& vu) {
    std::vector<http::Request> requests;
    std::vector<http::Response> responses(sent.size());
    for (const std::size_t index : sent) requests.push_back(calls[index]->request());
    vu.client().batch(requests, responses);
    for (std::size_t i = 0; i < sent.size(); i++) {
      std::swap(calls[sent[i]]->response(), responses[i]);
    }
  }
};

Value batch(const Call& call) {
  Vu::State& vu = vu_of(call);
  js::Context& context = call.context;
  if (vu.phase == Phase::kInit) {
    return throw_go_error(context, "Using batch in the init context is not supported");
  }
  if (!call.args[0].is_object()) {
    return throw_go_error(context,
                          "invalid http.batch argument type: it must be an array or an "
                          "object");
  }
  Batch all;
  std::vector<js::Utf8> names;
  for (js::OwnKeys keys(context, call.args[0]); keys.next();) {
    const Value entry = keys.value();
    if (entry.is_exception() || !all.add(vu, entry)) return Value::exception();
    names.push_back(keys.key_utf8());
  }
  all.send(vu);
  const bool is_array = call.args[0].is_array();
  Value results = is_array ? context.new_array() : context.new_object();
  for (std::size_t i = 0; i < all.calls.size(); i++) {
    HttpCall& one = *all.calls[i];
    Value response = one.refusal().empty() ? one.finish() : one.finish_refused();
    if (response.is_exception()) return response;
    if (is_array) {
      context.set(results, static_cast<std::uint32_t>(i), std::move(response));
    } else {
      context.set(results, names[i].view(), std::move(response));
    }
  }
  return results;
}

// --- helpers of scripts -------------------------------------------------------------------------

Value file(const Call& call) {
  js::Context& context = call.context;
  auto data = std::make_unique<FileData>();
  if (const auto bytes = context.bytes_of(call.args[0])) {
    data->data.assign(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  } else if (call.args[0].is_string()) {
    data->data = context.to_std_string(call.args[0]);
    data->is_text = true;
  } else {
    return throw_go_error(context, fmt::format("invalid type {}, expected string or ArrayBuffer",
                                               context.to_std_string(call.args[0])));
  }
  data->filename =
      call.args[1].is_nullish()
          ? std::to_string(
                std::chrono::duration_cast<Duration>(wall_now().time_since_epoch()).count())
          : context.to_std_string(call.args[1]);
  data->content_type =
      call.args[2].is_nullish() ? "application/octet-stream" : context.to_std_string(call.args[2]);
  return context.new_object(*ScriptHost::current().classes().file_data, data.release());
}

enum class FileField : std::uint8_t { kData, kFilename, kContentType };

Value get_file_field(const Call& call) {
  const FileData* data = file_data_of(call.self);
  if (!data) return Value();
  js::Context& context = call.context;
  switch (static_cast<FileField>(call.magic)) {
    case FileField::kData:
      return data->is_text ? context.new_string(data->data)
                           : context.new_array_buffer(std::as_bytes(std::span(data->data)));
    case FileField::kFilename:
      return context.new_string(data->filename);
    case FileField::kContentType:
      return context.new_string(data->content_type);
  }
  return Value();
}

// http.url`a${x}b`: the URL, and its name with ${} for every value.
Value url_template(const Call& call) {
  js::Context& context = call.context;
  auto named = std::make_unique<NamedUrl>();
  const std::int64_t parts = context.length(call.args[0]).value_or(0);
  for (std::int64_t i = 0; i < parts; i++) {
    const std::string text =
        context.to_std_string(context.get(call.args[0], static_cast<std::uint32_t>(i)));
    named->url += text;
    named->name += text;
    const int argument = static_cast<int>(i) + 1;
    if (argument >= call.args.size()) continue;
    const js::Utf8 value = context.to_utf8(call.args[argument]);
    if (!value) return Value::exception();
    named->url += value.view();
    named->name += "${}";
  }
  return context.new_object(*ScriptHost::current().classes().named_url, named.release());
}

Value get_url_field(const Call& call) {
  const NamedUrl* named = named_url_of(call.self);
  if (!named) return Value();
  return call.context.new_string(call.magic == 0 ? named->name : named->url);
}

Value expected_statuses(const Call& call) {
  js::Context& context = call.context;
  if (call.args.size() == 0) return throw_go_error(context, "no arguments");
  auto statuses = std::make_unique<http::ExpectedStatuses>();
  for (int i = 0; i < call.args.size(); i++) {
    const js::ValueRef argument = call.args[i];
    if (argument.is_number()) {
      statuses->add(static_cast<int>(argument.as_number()));
      continue;
    }
    const Value min = argument.is_object() ? context.get(argument, "min") : Value();
    const Value max = argument.is_object() ? context.get(argument, "max") : Value();
    if (!min.is_number() || !max.is_number()) {
      return throw_go_error(context,
                            fmt::format("argument number {} to expectedStatuses was neither an "
                                        "integer nor an object like {{min:100, max:329}}",
                                        i + 1));
    }
    statuses->add_range(static_cast<int>(min.as_number()), static_cast<int>(max.as_number()));
  }
  return context.new_object(*ScriptHost::current().classes().expected_statuses, statuses.release());
}

Value set_response_callback(const Call& call) {
  Vu::State& vu = vu_of(call);
  if (call.args[0].is_nullish()) {
    vu.expected_statuses.reset();
    return Value();
  }
  const auto* statuses =
      vu.host.classes().expected_statuses->unwrap_as<http::ExpectedStatuses>(call.args[0]);
  if (!statuses) return throw_go_error(call.context, "unsupported responseCallback");
  vu.expected_statuses = *statuses;
  return Value();
}

// --- registration -------------------------------------------------------------------------------

constexpr int index(Method method) {
  return static_cast<int>(method);
}

constexpr js::FunctionSpec kFunctions[] = {
    {.name = "get", .function = request_without_body, .length = 2, .magic = index(Method::kGet)},
    {.name = "head", .function = request_without_body, .length = 2, .magic = index(Method::kHead)},
    {.name = "post", .function = request_with_body, .length = 3, .magic = index(Method::kPost)},
    {.name = "put", .function = request_with_body, .length = 3, .magic = index(Method::kPut)},
    {.name = "patch", .function = request_with_body, .length = 3, .magic = index(Method::kPatch)},
    {.name = "del", .function = request_with_body, .length = 3, .magic = index(Method::kDelete)},
    {.name = "options",
     .function = request_with_body,
     .length = 3,
     .magic = index(Method::kOptions)},
    {.name = "request", .function = request, .length = 4},
    {.name = "asyncRequest", .function = async_request, .length = 4},
    {.name = "batch", .function = batch, .length = 1},
    {.name = "file", .function = file, .length = 3},
    {.name = "url", .function = url_template, .length = 1},
    {.name = "expectedStatuses", .function = expected_statuses},
    {.name = "setResponseCallback", .function = set_response_callback, .length = 1},
};

struct Constant {
  const char* name;
  const char* value;
};
constexpr Constant kConstants[] = {
    {"TLS_1_0", "tls1.0"},
    {"TLS_1_1", "tls1.1"},
    {"TLS_1_2", "tls1.2"},
    {"TLS_1_3", "tls1.3"},
    {"OCSP_STATUS_GOOD", "good"},
    {"OCSP_STATUS_REVOKED", "revoked"},
    {"OCSP_STATUS_SERVER_FAILED", "server_failed"},
    {"OCSP_STATUS_UNKNOWN", "unknown"},
    {"OCSP_REASON_UNSPECIFIED", "unspecified"},
    {"OCSP_REASON_KEY_COMPROMISE", "key_compromise"},
    {"OCSP_REASON_CA_COMPROMISE", "ca_compromise"},
    {"OCSP_REASON_AFFILIATION_CHANGED", "affiliation_changed"},
    {"OCSP_REASON_SUPERSEDED", "superseded"},
    {"OCSP_REASON_CESSATION_OF_OPERATION", "cessation_of_operation"},
    {"OCSP_REASON_CERTIFICATE_HOLD", "certificate_hold"},
    {"OCSP_REASON_REMOVE_FROM_CRL", "remove_from_crl"},
    {"OCSP_REASON_PRIVILEGE_WITHDRAWN", "privilege_withdrawn"},
    {"OCSP_REASON_AA_COMPROMISE", "aa_compromise"},
};

constexpr js::AccessorSpec kFileFields[] = {
    {.name = "data",
     .get = get_file_field,
     .magic = static_cast<int>(FileField::kData),
     .is_own = true},
    {.name = "filename",
     .get = get_file_field,
     .magic = static_cast<int>(FileField::kFilename),
     .is_own = true},
    {.name = "content_type",
     .get = get_file_field,
     .magic = static_cast<int>(FileField::kContentType),
     .is_own = true},
};
constexpr js::AccessorSpec kUrlFields[] = {
    {.name = "name", .get = get_url_field, .magic = 0, .is_own = true},
    {.name = "url", .get = get_url_field, .magic = 1, .is_own = true},
    {.name = "clean_url", .get = get_url_field, .magic = 2, .is_own = true},
};

template <class T>
void release(void* opaque) {
  delete static_cast<T*>(opaque);
}

}  // namespace

const FileData* file_data_of(js::ValueRef value) {
  return ScriptHost::current().classes().file_data->unwrap_as<FileData>(value);
}

const NamedUrl* named_url_of(js::ValueRef value) {
  return ScriptHost::current().classes().named_url->unwrap_as<NamedUrl>(value);
}

void register_http(ModuleSetup& setup) {
  js::Context& context = setup.js.template_context();
  for (const char* name : kMethodNames) {
    setup.classes.http_methods.push_back(context.new_string(name));
  }
  setup.classes.file_data = &setup.js.add_class(
      {.name = "FileData", .release = release<FileData>, .accessors = kFileFields});
  setup.classes.named_url =
      &setup.js.add_class({.name = "URL", .release = release<NamedUrl>, .accessors = kUrlFields});
  setup.classes.expected_statuses =
      &setup.js.add_class({.name = "ExpectedStatuses", .release = release<http::ExpectedStatuses>});
  register_http_response(setup);
  std::vector<js::NativeExport> exports = setup.functions(kFunctions);
  for (const Constant& constant : kConstants) {
    exports.push_back({constant.name, context.new_string(constant.value)});
  }
  register_http_cookies(setup, exports);
  setup.add_module_with_default("k6/http", std::move(exports));
}

}  // namespace proofload::k6
