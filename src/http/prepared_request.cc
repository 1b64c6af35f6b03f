#include "http/prepared_request.h"

#include <functional>
#include <utility>

#include <fmt/format.h>

#include "http/auth.h"
#include "http/quote.h"

namespace proofload::http {
namespace {

// What Go's transport refuses before it connects.
Failure refusal_of(std::string_view method, const Url& url) {
  if (!is_token(method)) {
    return plain_failure(ErrorCode::kGeneric,
                         fmt::format("net/http: invalid method {}", quote(method)));
  }
  if (url.scheme != "http" && url.scheme != "https") {
    return plain_failure(ErrorCode::kGeneric,
                         fmt::format("unsupported protocol scheme {}", quote(url.scheme)));
  }
  if (url.host.empty() || url.hostname().empty()) {
    return plain_failure(ErrorCode::kGeneric, "http: no Host in request URL");
  }
  if (url.effective_port() == 0) {
    return plain_failure(ErrorCode::kDial,
                         fmt::format("dial tcp: address {}: invalid port", url.port()));
  }
  return {};
}

std::string target_of(const Url& url, bool is_through_plain_proxy) {
  if (!is_through_plain_proxy) return url.request_target();
  return fmt::format("{}://{}{}", url.scheme, url.host, url.request_target());
}

std::string credentials_of(const Url& url) {
  return url.has_userinfo ? basic_authorization(url.username, url.password) : std::string();
}

// A length before each part keeps different requests from having one key.
void append_part(std::string& key, std::string_view part) {
  const std::size_t size = part.size();
  key.append(reinterpret_cast<const char*>(&size), sizeof size).append(part);
}

void write_key(const Request& request, std::string& key) {
  key.clear();
  key += request.auth == Auth::kDigest ? 'd' : 'n';
  append_part(key, request.url);
  append_part(key, request.method);
  for (const Header& header : request.headers) {
    append_part(key, header.name);
    append_part(key, header.value);
  }
  if (request.has_body) {
    for (const Compression compression : request.compressions) key += to_string(compression);
  }
}

// The script's fields over the option's User-Agent. What is wrong with one is a refusal.
Failure collect_headers(const Request& request, const ClientOptions& options, HeaderSet& headers) {
  Failure refusal;
  const auto set = [&](std::string_view name, std::string_view value) {
    if (auto done = headers.set(name, value); !done && !refusal) {
      refusal = plain_failure(ErrorCode::kGeneric, done.error().message());
    }
  };
  if (!options.user_agent.empty()) set("User-Agent", options.user_agent);
  for (const Header& header : request.headers) set(header.name, header.value);
  const bool is_compressed = request.has_body && !request.compressions.empty();
  const std::string* encoding = headers.find("Content-Encoding");
  if (is_compressed && (encoding == nullptr || encoding->empty())) {
    set("Content-Encoding", content_encoding_of(request.compressions));
  }
  return refusal;
}

void set_route(PreparedRequest& prepared, const ClientOptions& options) {
  const Url& url = prepared.url;
  prepared.host = url.hostname();
  prepared.port = url.effective_port();
  prepared.is_tls = url.scheme == "https";
  prepared.proxy = options.proxy.is_empty() ? nullptr : options.proxy.proxy_for(url);
  // Without TLS one connection to a proxy serves every host.
  const std::string proxy = prepared.proxy != nullptr ? prepared.proxy->to_string() : "";
  prepared.connection_key =
      !proxy.empty() && !prepared.is_tls
          ? fmt::format("http||{}", proxy)
          : fmt::format("{}|{}:{}|{}", url.scheme, prepared.host, prepared.port, proxy);
}

}  // namespace

std::shared_ptr<const PreparedRequest> prepare(std::string method, Url url, HeaderSet headers,
                                               std::optional<std::string> authorization,
                                               const ClientOptions& options) {
  auto prepared = std::make_shared<PreparedRequest>();
  prepared->method = method.empty() ? "GET" : std::move(method);
  prepared->url = std::move(url);
  prepared->headers = std::move(headers);
  prepared->has_own_host = !prepared->headers.host().empty();
  prepared->has_own_authorization = prepared->headers.find("Authorization") != nullptr;
  prepared->url_text = prepared->url.to_string();
  prepared->clean_url = prepared->url.clean();
  prepared->refusal = refusal_of(prepared->method, prepared->url);

  set_route(*prepared, options);
  const bool is_through_plain_proxy = prepared->proxy != nullptr && !prepared->is_tls;
  const std::string target = target_of(prepared->url, is_through_plain_proxy);
  const std::string credentials =
      authorization ? *std::move(authorization) : credentials_of(prepared->url);
  const std::string proxy_credentials =
      is_through_plain_proxy ? credentials_of(*prepared->proxy) : std::string();
  prepared->head = HeadTemplate({.method = prepared->method,
                                 .target = target,
                                 .host = prepared->url.host,
                                 .headers = &prepared->headers,
                                 .authorization = credentials,
                                 .proxy_authorization = proxy_credentials,
                                 .closes = options.no_connection_reuse});
  return prepared;
}

// Apart from find_or_prepare(), which nearly always finds: a KB of stack that a VU need not touch.
[[gnu::noinline]] static Result<std::shared_ptr<const PreparedRequest>> prepare_anew(
    const Request& request, const ClientOptions& options) {
  Url url = PL_TRY(Url::parse(request.url));
  HeaderSet headers;
  Failure refusal = collect_headers(request, options, headers);
  // A digest call's credentials are for the digest only.
  const bool is_digest = request.auth == Auth::kDigest;
  if (is_digest) url.has_userinfo = url.has_password = false;
  auto prepared = prepare(std::string(request.method), std::move(url), std::move(headers),
                          is_digest ? std::optional<std::string>("") : std::nullopt, options);
  if (refusal && !prepared->refusal) {
    auto refused = std::make_shared<PreparedRequest>(*prepared);
    refused->refusal = std::move(refusal);
    prepared = std::move(refused);
  }
  return prepared;
}

Result<std::shared_ptr<const PreparedRequest>> PreparedRequests::find_or_prepare(
    const Request& request) {
  write_key(request, key_);
  const std::uint64_t hash = std::hash<std::string_view>()(key_);
  Slot& slot = slots_[hash % kSlotCount];
  if (slot.hash == hash && slot.prepared != nullptr && slot.key == key_) return slot.prepared;

  slot.prepared = PL_TRY(prepare_anew(request, options_));
  slot.hash = hash;
  slot.key = key_;
  return slot.prepared;
}

}  // namespace proofload::http
