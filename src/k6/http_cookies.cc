// http.CookieJar and http.cookieJar().
#include <memory>

#include <fmt/format.h>

#include "http/cookies.h"
#include "http/url.h"
#include "k6/http_call.h"
#include "k6/modules.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

// The opaque of an instance: the VU's own jar, or one the script made.
struct JarHandle {
  http::CookieJar* jar;  // first: HttpCall reads it through the class
  std::unique_ptr<http::CookieJar> own;
};

http::CookieJar* jar_of(const Call& call) {
  auto* handle = ScriptHost::current().classes().cookie_jar->unwrap_as<JarHandle>(call.self);
  return handle ? handle->jar : nullptr;
}

Value new_jar(const Call& call) {
  auto handle = std::make_unique<JarHandle>();
  handle->own = std::make_unique<http::CookieJar>();
  handle->jar = handle->own.get();
  return call.context.new_object(*ScriptHost::current().classes().cookie_jar, handle.release());
}

Value vu_jar(const Call& call) {
  Vu::State& vu = vu_of(call);
  if (vu.phase == Phase::kInit) {
    return throw_go_error(call.context, "Making cookie jars in the init context is not supported");
  }
  auto handle = std::make_unique<JarHandle>();
  handle->jar = &vu.jar;
  return call.context.new_object(*ScriptHost::current().classes().cookie_jar, handle.release());
}

// The jar and the URL that every method starts with. False: an exception is pending.
bool read_target(const Call& call, http::CookieJar*& jar, http::Url& url) {
  jar = jar_of(call);
  if (!jar) {
    call.context.throw_type_error("not a CookieJar");
    return false;
  }
  auto parsed = http::Url::parse(call.context.to_std_string(call.args[0]));
  if (!parsed) {
    throw_go_error(call.context, parsed.error().message());
    return false;
  }
  url = *std::move(parsed);
  return true;
}

Value cookies_for_url(const Call& call) {
  http::CookieJar* jar = nullptr;
  http::Url url;
  if (!read_target(call, jar, url)) return Value::exception();
  js::Context& context = call.context;
  Value object = context.new_object();
  for (const auto& [name, value] : jar->cookies_for(url, wall_now())) {
    Value list = context.get(object, name);
    if (list.is_undefined()) {
      list = context.new_array();
      context.set(object, name, list);
    }
    const auto length = static_cast<std::uint32_t>(context.length(list).value_or(0));
    context.set(list, length, context.new_string(value));
  }
  return object;
}

bool read_options(const Call& call, js::ValueRef options, http::Cookie& cookie) {
  js::Context& context = call.context;
  if (!options.is_object()) return true;
  for (js::OwnKeys keys(context, options); keys.next();) {
    const Value value = keys.value();
    if (value.is_exception()) return false;
    const js::Utf8 name = keys.key_utf8();
    if (name.view() == "path") cookie.path = context.to_std_string(value);
    if (name.view() == "domain") cookie.domain = context.to_std_string(value);
    if (name.view() == "secure") cookie.secure = value.truthy();
    if (name.view() == "http_only") cookie.http_only = value.truthy();
    if (name.view() == "max_age") {
      cookie.max_age = static_cast<int>(context.to_integer(value).value_or(0));
    }
    if (name.view() == "expires") {
      const std::string text = context.to_std_string(value);
      cookie.expires = http::parse_rfc1123(text);
      if (!cookie.expires && !text.empty()) {
        throw_go_error(context,
                       fmt::format("unable to parse \"expires\" date string \"{}\"", text));
        return false;
      }
    }
  }
  return true;
}

Value set_cookie(const Call& call) {
  http::CookieJar* jar = nullptr;
  http::Url url;
  if (!read_target(call, jar, url)) return Value::exception();
  http::Cookie cookie;
  cookie.name = call.context.to_std_string(call.args[1]);
  cookie.value = call.context.to_std_string(call.args[2]);
  if (!read_options(call, call.args[3], cookie)) return Value::exception();
  jar->set(url, cookie, wall_now());
  return Value::boolean(true);
}

Value clear_cookies(const Call& call) {
  http::CookieJar* jar = nullptr;
  http::Url url;
  if (!read_target(call, jar, url)) return Value::exception();
  jar->clear(url, wall_now());
  return Value();
}

Value delete_cookie(const Call& call) {
  http::CookieJar* jar = nullptr;
  http::Url url;
  if (!read_target(call, jar, url)) return Value::exception();
  const std::string name = call.context.to_std_string(call.args[1]);
  jar->remove(url, name, wall_now());
  return Value();
}

constexpr js::FunctionSpec kMethods[] = {
    {.name = "cookiesForURL", .function = cookies_for_url, .length = 1},
    {.name = "set", .function = set_cookie, .length = 4},
    {.name = "clear", .function = clear_cookies, .length = 1},
    {.name = "delete", .function = delete_cookie, .length = 2},
};

}  // namespace

void register_http_cookies(ModuleSetup& setup, std::vector<js::NativeExport>& exports) {
  setup.classes.cookie_jar =
      &setup.js.add_class({.name = "CookieJar",
                           .construct = new_jar,
                           .release = [](void* opaque) { delete static_cast<JarHandle*>(opaque); },
                           .methods = kMethods});
  exports.push_back({"CookieJar", Value(setup.classes.cookie_jar->constructor())});
  exports.push_back(
      {"cookieJar", setup.js.add_function({.name = "cookieJar", .function = vu_jar})});
}

}  // namespace proofload::k6
