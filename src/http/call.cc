#include "http/call.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "http/auth.h"
#include "http/compression.h"
#include "http/quote.h"
#include "http/tunnel.h"

namespace proofload::http {
namespace {

// Up to here a body is sent together with the head, in one system call.
constexpr std::size_t kFirstWriteBytes = 256 << 10;
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kEmptyChunkedBody = "0\r\n\r\n";

std::string host_and_port(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

}  // namespace

Call::Call(Client::State& client, const Request& request, Response& response)
    : client_(client), options_(client.shared.options), request_(request), response_(response) {
  client_.add(running_);
}

Call::~Call() {
  client_.remove(running_);
}

bool Call::is_stopping() const {
  return client_.is_stopping || running_.fiber->is_cancelled();
}

void Call::run() {
  response_.clear();
  if (is_stopping()) return end_stopped();
  if (!prepare_call()) return;
  if (options_.throttle) {
    options_.throttle();
    if (is_stopping()) return end_stopped();
  }
  now_ = monotonic_now();
  // A timeout of years must not wrap around.
  deadline_ =
      request_.timeout < TimePoint::max() - now_ ? now_ + request_.timeout : TimePoint::max();
  while (run_hop() == Next::kHop) {
    if (is_stopping()) return end_stopped();
    now_ = monotonic_now();
  }
}

bool Call::prepare_call() {
  if (request_.auth == Auth::kNtlm) {
    end_invalid("ntlm authentication is not supported yet");
    return false;
  }
  auto prepared = client_.shared.prepared.find_or_prepare(request_);
  if (!prepared) {
    end_invalid(fmt::format("invalid URL: {}", prepared.error().message()));
    response_.error_code = static_cast<int>(ErrorCode::kInvalidUrl);
    return false;
  }
  prepared_ = *std::move(prepared);
  prepare_body();
  return true;
}

void Call::prepare_body() {
  has_body_ = request_.has_body;
  body_ = has_body_ ? request_.body : std::string_view();
  if (has_body_ && !request_.compressions.empty()) {
    response_.request_body = compress(body_, request_.compressions);
    body_ = response_.request_body;
    const std::string* encoding = prepared_->headers.find("Content-Encoding");
    const bool differs =
        encoding != nullptr && *encoding != content_encoding_of(request_.compressions);
    if (differs && observer() != nullptr) {
      observer()->on_warning(
          fmt::format("There's a mismatch between the desired `compression` the manually set "
                      "`Content-Encoding` header in the {} request for '{}', the custom header has "
                      "precedence and won't be overwritten. This may result in invalid data being "
                      "sent to the server.",
                      prepared_->method, prepared_->url_text),
          "");
    }
  }
  has_own_referer_ = prepared_->headers.find("Referer") != nullptr;
  if (const std::string* length = prepared_->headers.find("Content-Length")) {
    warn_about_length(*length);
  }
}

void Call::warn_about_length(std::string_view given) {
  const fmt::format_int actual(body_.size());
  if (given.empty() || given == std::string_view(actual.data(), actual.size())) return;
  if (observer() == nullptr) return;
  observer()->on_warning(
      fmt::format("The specified Content-Length header {} in the {} request for {} doesn't match "
                  "the actual request body length of {}, so it will be ignored!",
                  quote(given), prepared_->method, prepared_->url_text, body_.size()),
      "");
}

Call::Next Call::run_hop() {
  // Redirects and answered challenges come through here again with prepared_ changed.
  while (true) {
    HopState hop;
    hop.started_at = now_;
    hop.connected_at = now_;
    hop.is_challenge = request_.auth == Auth::kDigest && is_first_on_wire_;
    attempt(hop);
    if (hop.exchange.end == Exchange::End::kStopped || is_stopping()) {
      end_stopped();
      return Next::kEnd;
    }
    if (!may_retry(hop)) {
      is_first_on_wire_ = false;
      return finish_hop(hop);
    }
    now_ = monotonic_now();
  }
}

void Call::attempt(HopState& hop) {
  Exchange& exchange = hop.exchange;
  response_.tls_version.clear();
  response_.tls_cipher_suite.clear();
  response_.ocsp_status.clear();
  exchange.head = &response_.head;
  exchange.body = &response_.body;
  if (prepared_->refusal) {
    exchange.end = Exchange::End::kFailed;
    exchange.failure = prepared_->refusal;
    exchange.ended_at = hop.started_at;
    write_request(hop);  // the script may look at what would have been sent
    return;
  }
  std::unique_ptr<Connection> connection = connect(hop);
  if (connection == nullptr) {
    write_request(hop);
    return;
  }
  hop.has_connection = true;
  response_.remote_ip = connection->remote_ip();
  response_.remote_port = connection->stream().peer().port;
  const bool keeps_body =
      request_.response_type != ResponseType::kNone || options_.http_debug == HttpDebug::kFull;
  exchange.expectation = {.is_head = prepared_->method == "HEAD", .keeps_body = keeps_body};
  write_request(hop);
  connection->perform(exchange, deadline_);
  if (const net::TlsDetails* tls = connection->stream().tls(); tls != nullptr) {
    response_.tls_version = tls->version;
    response_.tls_cipher_suite = tls->cipher;
    response_.ocsp_status = tls->ocsp_status;
  }
  client_.give_back(std::move(connection));
}

std::unique_ptr<Connection> Call::connect(HopState& hop) {
  const std::string& key = prepared_->connection_key;
  if (auto connection = client_.take_idle(key)) {
    hop.is_reused = true;
    return connection;
  }
  net::DialTimings timings;
  auto stream = prepared_->proxy == nullptr ? dial(timings) : dial_through_proxy(hop, timings);
  hop.connecting = timings.tcp_done - timings.tcp_start;
  if (!stream) {
    net::NetError error = std::move(stream).error();
    // What failed has no duration; k6 counts completed steps only.
    if (error.op == "dial" || error.op == "lookup") hop.connecting = {};
    hop.exchange.ended_at = monotonic_now();
    if (error.kind == net::NetErrorKind::kCancelled) {
      hop.exchange.end = Exchange::End::kStopped;
    } else if (error.kind == net::NetErrorKind::kDeadline) {
      hop.exchange.end = Exchange::End::kTimedOut;
      hop.exchange.failure = request_timeout();
    } else {
      hop.exchange.end = Exchange::End::kFailed;
      hop.exchange.failure =
          prepared_->proxy == nullptr || hop.is_tunnelled
              ? connection_failure(std::move(error))
              : plain_failure(ErrorCode::kTcp, "proxyconnect tcp: " + error.message);
    }
    return nullptr;
  }
  // From the steps' own times, not from when this fiber got to run again: our queue is not the
  // server's time.
  hop.tls_handshaking = timings.tls_done - timings.tls_start;
  hop.blocked = timings.tls_done - hop.started_at;
  hop.connected_at = monotonic_now();
  return std::make_unique<Connection>(client_.shared.loop, *std::move(stream), key);
}

net::NetResult<std::unique_ptr<net::Stream>> Call::dial(net::DialTimings& timings) {
  return client_.shared.dialer.dial({.host = prepared_->host,
                                     .port = prepared_->port,
                                     .use_tls = prepared_->is_tls,
                                     .deadline = deadline_,
                                     .source = client_.source},
                                    timings);
}

net::NetResult<std::unique_ptr<net::Stream>> Call::dial_through_proxy(HopState& hop,
                                                                      net::DialTimings& timings) {
  const Url& proxy = *prepared_->proxy;
  auto stream = client_.shared.dialer.dial({.host = std::string(proxy.hostname()),
                                            .port = proxy.effective_port(),
                                            .use_tls = proxy.scheme == "https",
                                            .deadline = deadline_,
                                            .source = client_.source},
                                           timings);
  if (!stream || !prepared_->is_tls) return stream;

  auto tunnel = open_tunnel(
      client_.shared.loop, *std::move(stream),
      {.host_and_port = host_and_port(prepared_->host, prepared_->port),
       .proxy_authorization =
           proxy.has_userinfo ? basic_authorization(proxy.username, proxy.password) : "",
       .user_agent = options_.user_agent,
       .deadline = deadline_});
  if (!tunnel) return tunnel;
  hop.is_tunnelled = true;
  timings.tls_start = monotonic_now();
  auto secure = client_.shared.tls.handshake(client_.shared.loop, *std::move(tunnel),
                                             prepared_->host, deadline_);
  timings.tls_done = monotonic_now();
  return secure;
}

void Call::write_request(HopState& hop) {
  std::string& wire = client_.shared.wire;
  wire.clear();
  const BodyFraming framing{has_body_, body_.size()};
  prepared_->head.write(framing, cookie_header(), wire);
  if (!request_.traceparent.empty()) {
    wire.resize(wire.size() - kLineEnd.size());  // the empty line
    wire.append("traceparent: ").append(request_.traceparent).append(kLineEnd).append(kLineEnd);
  }
  if (response_.request_head.empty()) {
    response_.request_head = wire;
    response_.has_own_host = prepared_->has_own_host;
    response_.has_own_authorization = prepared_->has_own_authorization;
  }
  if (is_sent_chunked(prepared_->method, framing)) wire += kEmptyChunkedBody;
  const std::string_view first = body_.substr(0, kFirstWriteBytes);
  wire += first;
  hop.exchange.wire = wire;
  hop.exchange.body_rest = body_.substr(first.size());
}

std::string_view Call::cookie_header() {
  std::string& header = client_.shared.cookie;
  header.clear();
  for (const RequestCookie& cookie : request_.cookies) {
    append_cookie(header, cookie.name, cookie.value);
  }
  if (request_.jar == nullptr || request_.jar->is_empty()) return header;
  for (const CookieJar::Pair& pair : request_.jar->cookies_for(prepared_->url, to_wall(now_))) {
    const bool is_replaced = std::ranges::any_of(request_.cookies, [&](const RequestCookie& own) {
      return own.replaces && own.name == pair.name;
    });
    if (!is_replaced) append_cookie(header, pair.name, pair.value);
  }
  return header;
}

// As Go: a kept connection that the server closed before answering says nothing about the request,
// if repeating it is harmless.
bool Call::may_retry(const HopState& hop) const {
  const bool is_lost =
      hop.is_reused && hop.exchange.end == Exchange::End::kFailed && !hop.exchange.has_bytes;
  if (!is_lost) return false;
  const std::string& method = prepared_->method;
  const bool is_idempotent =
      method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
  return is_idempotent || prepared_->headers.find("Idempotency-Key") != nullptr ||
         prepared_->headers.find("X-Idempotency-Key") != nullptr;
}

void Call::store_cookies() {
  const ResponseHead& head = response_.head;
  if (request_.jar == nullptr || !head.has_set_cookie()) return;
  const WallTime now = wall_now();
  for (std::size_t i = 0; i < head.header_count(); ++i) {
    const Header header = head.header(i);
    if (!equals_ignoring_case(header.name, "Set-Cookie")) continue;
    if (const auto cookie = parse_set_cookie(header.value)) {
      request_.jar->set(prepared_->url, *cookie, now);
    }
  }
}

// Nullopt if this answer asks for nothing that the call could give.
std::optional<DigestChallenge> Call::find_challenge() const {
  const bool is_challenged =
      request_.auth == Auth::kDigest && !is_authorized_ && response_.head.status() == 401;
  if (!is_challenged) return std::nullopt;
  const auto header = response_.head.find("WWW-Authenticate");
  if (!header) return std::nullopt;
  auto challenge = DigestChallenge::parse(*header);
  if (!challenge) return std::nullopt;
  return *std::move(challenge);
}

void Call::authorize(const DigestChallenge& challenge) {
  const auto url = Url::parse(request_.url);  // prepared_->url has lost its credentials
  const std::string nonce = random_client_nonce();
  const std::string target = prepared_->url.request_target();
  prepared_ = prepare(prepared_->method, prepared_->url, prepared_->headers,
                      digest_authorization(challenge, {.username = url->username,
                                                       .password = url->password,
                                                       .method = prepared_->method,
                                                       .target = target,
                                                       .client_nonce = nonce}),
                      options_);
  is_authorized_ = true;
}

// The redirect to follow, if this hop's answer of status 3xx is one and the limit allows.
std::optional<Redirect> Call::next_redirect(HopState& hop) {
  auto found = find_redirect(response_.head, prepared_->method, prepared_->url);
  if (!found) {
    hop.exchange.end = Exchange::End::kFailed;
    hop.exchange.failure = plain_failure(ErrorCode::kGeneric, found.error().message());
    return std::nullopt;
  }
  if (!*found) return std::nullopt;
  ++redirect_count_;
  if (redirect_count_ <= request_.redirects.value_or(options_.max_redirects)) return **found;
  const bool is_default = !request_.redirects && !options_.has_own_max_redirects;
  if (is_default && observer() != nullptr) {
    observer()->on_warning(
        fmt::format("Stopped after {} redirects and returned the redirection; pass "
                    "{{ redirects: n }} in request params or set global maxRedirects to silence "
                    "this",
                    redirect_count_),
        request_.url);
  }
  return std::nullopt;
}

void Call::apply(Redirect redirect) {
  HeaderSet headers = prepared_->headers;
  rewrite_headers(redirect, prepared_->url,
                  {.has_own_referer = has_own_referer_, .has_jar = request_.jar != nullptr},
                  headers);
  if (!redirect.keeps_body) {
    has_body_ = false;
    body_ = {};
  }
  is_authorized_ = false;
  prepared_ = prepare(std::move(redirect.method), std::move(redirect.url), std::move(headers),
                      std::nullopt, options_);
}

void Call::decode_body(HopState& hop) {
  const ResponseHead& head = response_.head;
  const bool is_coded = head.has_content_encoding() && !response_.body.empty() &&
                        request_.response_type != ResponseType::kNone;
  if (!is_coded) return;
  const std::string_view coding = *head.find("Content-Encoding");
  if (!is_decodable(coding)) return;
  const TimePoint begin = monotonic_now();
  auto decoded = decompress(response_.body, coding, options_.body_bytes_max);
  hop.decompressing = monotonic_now() - begin;
  if (decoded) {
    response_.body = *std::move(decoded);
  } else {
    response_.body.clear();
    hop.exchange.end = Exchange::End::kFailed;
    hop.exchange.is_failed_in_body = true;
    hop.exchange.failure = decompression_failed(decoded.error().message());
  }
}

}  // namespace proofload::http
