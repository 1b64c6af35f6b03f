// The half of Call that says what happened: outcome, timings, reports to the observer.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "http/call.h"
#include "http/debug_dump.h"

namespace proofload::http {

Call::Next Call::finish_hop(HopState& hop) {
  if (options_.http_debug != HttpDebug::kOff && observer() != nullptr) dump_exchange(hop);
  const bool is_answered = hop.exchange.end == Exchange::End::kAnswered;
  if (is_answered && response_.head.status() == 101) {
    response_.outcome = Outcome::kUnsupported;
    response_.error = fmt::format("unsupported response status: {}", response_.head.status_text());
    response_.log_error = response_.error;
    return Next::kEnd;
  }
  return is_answered ? follow(hop) : (fill_response(hop, timings_of(hop)), Next::kEnd);
}

// After an answer: on to the next hop, or the end. Each hop is reported before prepared_ changes.
Call::Next Call::follow(HopState& hop) {
  store_cookies();
  const int status = response_.head.status();
  // Nearly every answer is neither; what they need would be a KB of this frame.
  if (status == 401 && answer_challenge(hop)) return Next::kHop;
  if (is_redirect(status) && follow_redirect(hop)) return Next::kHop;
  if (hop.exchange.end == Exchange::End::kAnswered) decode_body(hop);
  fill_response(hop, timings_of(hop));
  return Next::kEnd;
}

[[gnu::noinline]] bool Call::answer_challenge(const HopState& hop) {
  const auto challenge = find_challenge();
  if (!challenge) return false;
  report(hop, timings_of(hop));
  authorize(*challenge);
  return true;
}

[[gnu::noinline]] bool Call::follow_redirect(HopState& hop) {
  auto redirect = next_redirect(hop);
  if (!redirect) return false;
  report(hop, timings_of(hop));
  apply(*std::move(redirect));
  return true;
}

Timings Call::timings_of(const HopState& hop) const {
  const Exchange& exchange = hop.exchange;
  const auto between = [](TimePoint from, TimePoint to) {
    return std::max(Duration::zero(), Duration(to - from));
  };
  Timings timings;
  timings.connecting = hop.connecting;
  if (!hop.has_connection) return timings;
  timings.blocked = std::max(Duration::zero(), hop.blocked);
  timings.tls_handshaking = hop.tls_handshaking;
  const bool was_sent = exchange.sent_at >= hop.connected_at;
  if (was_sent) timings.sending = exchange.sent_at - hop.connected_at;
  const TimePoint sent_at = was_sent ? exchange.sent_at : hop.connected_at;
  if (exchange.has_bytes) {
    // A server may answer before it has read the whole request: then nothing was waited for.
    timings.waiting = between(sent_at, exchange.first_byte_at);
    timings.receiving = between(exchange.first_byte_at, exchange.ended_at) + hop.decompressing;
  } else {
    timings.waiting = between(sent_at, exchange.ended_at);
  }
  return timings;
}

void Call::fill_response(const HopState& hop, const Timings& timings) {
  response_.url = prepared_->url_text;
  response_.timings = timings;
  response_.received_at = hop.exchange.ended_at;
  if (hop.exchange.end == Exchange::End::kAnswered) {
    response_.outcome = Outcome::kAnswered;
    response_.status = response_.head.status();
    response_.error_code = error_code_of_status(response_.status);
    if (request_.response_type == ResponseType::kNone) response_.body.clear();
  } else {
    note_failure(hop);
  }
  report(hop, timings);
}

void Call::note_failure(const HopState& hop) {
  const Failure& failure = hop.exchange.failure;
  response_.outcome = Outcome::kFailed;
  response_.status = 0;
  response_.error_code = static_cast<int>(failure.code);
  response_.error = failure.message;
  response_.log_error =
      hop.exchange.is_failed_in_body
          ? failure.detail
          : request_failed_text(request_.method, prepared_->url.redacted(), failure.detail);
  response_.head.clear();
  response_.tls_version.clear();
  response_.tls_cipher_suite.clear();
  response_.ocsp_status.clear();
  if (!hop.has_connection) {
    response_.remote_ip.clear();
    response_.remote_port = 0;
  }
  const bool keeps_partial_body =
      hop.exchange.is_failed_in_body && request_.response_type != ResponseType::kNone;
  if (!keeps_partial_body) response_.body.clear();
}

void Call::report(const HopState& hop, const Timings& timings) {
  if (observer() == nullptr) return;
  const bool is_answered = hop.exchange.end == Exchange::End::kAnswered;
  Hop seen;
  seen.method = prepared_->method;
  seen.url = prepared_->clean_url;
  if (is_answered) {
    seen.status = response_.head.status();
    seen.error_code = error_code_of_status(seen.status);
    seen.proto = response_.proto();
    seen.tls_version = response_.tls_version;
    seen.ocsp_status = response_.ocsp_status;
  } else {
    seen.error_code = static_cast<int>(hop.exchange.failure.code);
    seen.error = hop.exchange.failure.message;
  }
  if (hop.has_connection) seen.remote_ip = response_.remote_ip;
  seen.is_reused = hop.is_reused;
  seen.is_challenge = hop.is_challenge;
  seen.timings = timings;
  seen.ended_at = hop.exchange.ended_at + hop.decompressing;
  observer()->on_hop(seen);
}

void Call::dump_exchange(const HopState& hop) {
  const std::string id = random_request_id();
  std::string head;
  prepared_->head.write({has_body_, body_.size()}, cookie_header(), head);
  observer()->on_dump(dump_request(head, body_, options_.http_debug), id);
  if (hop.exchange.end == Exchange::End::kAnswered) {
    observer()->on_dump(dump_response(response_.head, response_.body, options_.http_debug), id);
  }
}

void Call::end_invalid(std::string message) {
  response_.outcome = Outcome::kInvalid;
  response_.url = request_.url;
  response_.error_code = static_cast<int>(ErrorCode::kGeneric);
  response_.log_error = message;
  response_.error = std::move(message);
}

void Call::end_stopped() {
  response_.clear();
  response_.outcome = Outcome::kStopped;
}

}  // namespace proofload::http
