// One call from request to outcome: hops, retries, cookies, digest, decompression and reports.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/auth.h"
#include "http/client_state.h"
#include "http/connection.h"
#include "http/exchange.h"
#include "http/prepared_request.h"
#include "http/redirect.h"
#include "net/dialer.h"

namespace proofload::http {

// Lives on the stack of the fiber that makes the call.
class Call {
 public:
  Call(Client::State& client, const Request& request, Response& response);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Blocks until the response says how it ended.
  void run();

 private:
  // What to do after a hop.
  enum class Next : std::uint8_t { kEnd, kHop };

  // One request on the wire and what is known about it afterwards.
  struct HopState {
    Exchange exchange;
    TimePoint started_at;
    TimePoint connected_at;  // when sending could begin; started_at on a reused connection
    Duration blocked{};
    Duration connecting{};
    Duration tls_handshaking{};
    Duration decompressing{};
    bool has_connection = false;
    bool is_tunnelled = false;  // the proxy has connected us: what fails now is the target's
    bool is_reused = false;
    bool is_challenge = false;
  };

  bool prepare_call();
  void prepare_body();
  void warn_about_length(std::string_view given);
  Next run_hop();
  void attempt(HopState& hop);
  std::unique_ptr<Connection> connect(HopState& hop);
  net::NetResult<std::unique_ptr<net::Stream>> dial(net::DialTimings& timings);
  net::NetResult<std::unique_ptr<net::Stream>> dial_through_proxy(HopState& hop,
                                                                  net::DialTimings& timings);
  void write_request(HopState& hop);
  bool may_retry(const HopState& hop) const;
  Next finish_hop(HopState& hop);
  Next follow(HopState& hop);
  // False: this answer asks for nothing that the call could give.
  bool answer_challenge(const HopState& hop);
  bool follow_redirect(HopState& hop);
  std::optional<DigestChallenge> find_challenge() const;
  void authorize(const DigestChallenge& challenge);
  std::optional<Redirect> next_redirect(HopState& hop);
  void apply(Redirect redirect);
  void decode_body(HopState& hop);

  void store_cookies();
  std::string_view cookie_header();
  void fill_response(const HopState& hop, const Timings& timings);
  void note_failure(const HopState& hop);
  void report(const HopState& hop, const Timings& timings);
  Timings timings_of(const HopState& hop) const;
  void dump_exchange(const HopState& hop);
  void end_invalid(std::string message);
  void end_stopped();
  bool is_stopping() const;
  HopObserver* observer() const { return request_.observer; }

  Client::State& client_;
  const ClientOptions& options_;
  const Request& request_;
  Response& response_;
  RunningCall running_;
  std::shared_ptr<const PreparedRequest> prepared_;
  std::string_view body_;
  bool has_body_ = false;
  bool has_own_referer_ = false;
  bool is_authorized_ = false;  // this hop answers a challenge
  bool is_first_on_wire_ = true;
  int redirect_count_ = 0;
  TimePoint deadline_;
  TimePoint now_;  // when the next hop starts
};

}  // namespace proofload::http
