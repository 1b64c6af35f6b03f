#include "http/client.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "http/batch.h"
#include "http/call.h"
#include "http/client_state.h"

namespace proofload::http {

Transport::Transport(runtime::Loop& loop, net::Dialer& dialer, net::TlsContext& tls,
                     const ClientOptions& options)
    : shared_(std::make_unique<Shared>(loop, dialer, tls, options)) {}

Transport::~Transport() = default;

runtime::Fiber& Transport::Shared::run_on_helper(std::function<void()> entry) {
  if (idle_helpers_.empty()) {
    helpers_.push_back(std::make_unique<runtime::Fiber>());
    idle_helpers_.push_back(helpers_.back().get());
  }
  runtime::Fiber& helper = *idle_helpers_.back();
  idle_helpers_.pop_back();
  loop.spawn(helper, [this, &helper, entry = std::move(entry)] {
    entry();
    // Nothing else runs before this fiber has returned and is idle.
    idle_helpers_.push_back(&helper);
  });
  return helper;
}

std::unique_ptr<Connection> Client::State::take_idle(const std::string& key) {
  for (std::size_t i = idle.size(); i-- > 0;) {
    if (!idle[i]->is_reusable()) {
      idle.erase(idle.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (idle[i]->key() == key) {
      std::unique_ptr<Connection> connection = std::move(idle[i]);
      idle.erase(idle.begin() + static_cast<std::ptrdiff_t>(i));
      return connection;
    }
  }
  return nullptr;
}

void Client::State::drop_closed() {
  std::erase_if(idle, [](const auto& connection) { return !connection->is_reusable(); });
}

void Client::State::give_back(std::unique_ptr<Connection> connection) {
  bytes.sent += connection->take_sent_bytes();
  bytes.received += connection->take_received_bytes();
  const ClientOptions& options = shared.options;
  if (options.no_connection_reuse || is_stopping || !connection->is_reusable()) return;

  const auto limit = [](int option) { return static_cast<std::size_t>(std::max(option, 1)); };
  const bool is_lone = idle.empty();
  if (!is_lone) {
    drop_closed();
    const auto same_host = std::ranges::count_if(
        idle, [&](const auto& other) { return other->key() == connection->key(); });
    if (static_cast<std::size_t>(same_host) >= limit(options.batch_per_host)) return;
  }
  idle.push_back(std::move(connection));
  if (idle.size() > limit(options.batch)) idle.erase(idle.begin());
}

void Client::State::add(RunningCall& call) {
  call.fiber = runtime::Fiber::current();
  PL_CHECK(call.fiber != nullptr);
  call.next = first_call;
  if (first_call != nullptr) first_call->previous = &call;
  first_call = &call;
  ++call_count;
}

void Client::State::remove(RunningCall& call) {
  if (call.previous != nullptr) call.previous->next = call.next;
  if (call.next != nullptr) call.next->previous = call.previous;
  if (first_call == &call) first_call = call.next;
  --call_count;
  // The cancellation was for this call; its fiber's owner may want to go on.
  if (call.is_cancelled_here) call.fiber->clear_cancel();
}

Client::Client(Transport& transport, std::optional<net::IpAddress> source)
    : state_(std::make_unique<State>(transport.shared(), source)) {}

Client::~Client() {
  PL_CHECK(state_->call_count == 0);
}

void Client::send(const Request& request, Response& response) {
  Call(*state_, request, response).run();
}

void Client::batch(std::span<const Request> requests, std::span<Response> responses) {
  PL_CHECK(requests.size() == responses.size());
  run_batch(*this, state_->shared, requests, responses);
}

void Client::start(const Request& request, Response& response, std::function<void()> on_done) {
  ++state_->call_count;
  state_->shared.run_on_helper([this, request, &response, on_done = std::move(on_done)] {
    send(request, response);
    --state_->call_count;
    on_done();
  });
}

void Client::cancel_all() {
  state_->is_stopping = true;
  for (RunningCall* call = state_->first_call; call != nullptr; call = call->next) {
    if (call->fiber->is_cancelled()) continue;
    call->is_cancelled_here = true;
    state_->shared.loop.cancel(*call->fiber);
  }
  state_->close_idle();
}

void Client::resume() {
  state_->is_stopping = false;
}

void Client::end_of_iteration() {
  if (state_->shared.options.no_vu_connection_reuse) state_->close_idle();
}

void Client::close_idle_connections() {
  state_->close_idle();
}

ByteCounts Client::take_byte_counts() {
  return std::exchange(state_->bytes, {});
}

std::size_t Client::idle_connection_count() const {
  return state_->idle.size();
}

std::size_t Client::running_call_count() const {
  return state_->call_count;
}

}  // namespace proofload::http
