#include "k6/script_call.h"

#include <fmt/format.h>

namespace proofload::k6 {
namespace {

using Kind = CallOutcome::Kind;

CallOutcome stopped(js::StopReason reason) {
  return {.kind = Kind::kStopped, .value = {}, .error = {}, .stop = reason};
}

CallOutcome failed(Vu::State& vu) {
  js::Context& context = *vu.context;
  if (context.is_stopping()) {
    if (context.has_error()) context.clear_error();
    return stopped(context.stop_reason());
  }
  CallOutcome outcome{.kind = Kind::kThrew,
                      .value = {},
                      .error = std::make_unique<js::ScriptError>(context.take_error())};
  if (outcome.error->stop != js::StopReason::kNone) return stopped(outcome.error->stop);
  return outcome;
}

CallOutcome rejected(Vu::State& vu, js::ValueRef reason) {
  return {.kind = Kind::kThrew,
          .value = {},
          .error = std::make_unique<js::ScriptError>(vu.context->describe(reason)),
          .is_rejection = true};
}

// Lets the event loop finish, and looks at what a promise became.
CallOutcome finish(Vu::State& vu, js::Value value) {
  js::Context& context = *vu.context;
  if (value.is_exception()) return failed(vu);
  const bool is_promise = value.is_promise();
  switch (vu.events.run(context)) {
    case EventLoop::End::kThrew:
    case EventLoop::End::kStopped:
      return failed(vu);
    case EventLoop::End::kRejected:
      return rejected(vu, vu.events.take_rejection());
    case EventLoop::End::kIdle:
      break;
  }
  if (!is_promise) return {.kind = Kind::kReturned, .value = std::move(value), .error = {}};
  switch (context.promise_state(value)) {
    case js::PromiseState::kFulfilled:
      return {.kind = Kind::kReturned, .value = context.promise_result(value), .error = {}};
    case js::PromiseState::kRejected:
      context.mark_handled(value);
      return rejected(vu, context.promise_result(value));
    case js::PromiseState::kPending:
      break;
  }
  return {.kind = Kind::kReturned, .value = {}, .error = {}};  // it will never be settled
}

// Ends what the script left behind. Requests still under way are cancelled and waited for.
void clean_up(Vu::State& vu, bool was_stopped) {
  vu.fiber.clear_cancel();
  for (const std::uint32_t id : vu.events.drop_all()) {
    if (was_stopped) {
      log(LogLevel::kWarning,
          fmt::format("setTimeout {} was stopped because the VU iteration was interrupted", id));
    }
  }
  vu.tag_texts.clear();
  if (vu.events.operation_count() == 0 && !was_stopped) return;
  vu.cancel_requests();
  vu.events.wait_for_operations();
  vu.allow_requests();
}

// Stops the VU at a time, wherever it waits.
class Deadline {
 public:
  Deadline(Vu::State& vu, std::optional<TimePoint> at)
      : timer_([&vu] {
          vu.context->request_stop(js::StopReason::kDeadline);
          vu.cancel_requests();
          vu.host.loop().cancel(vu.fiber);
        }) {
    if (at) vu.host.loop().timers().arm(timer_, *at);
  }

 private:
  runtime::Timer timer_;
};

}  // namespace

CallOutcome run_script(Vu::State& vu, std::optional<TimePoint> deadline,
                       FunctionRef<js::Value(js::Context&)> body) {
  CallOutcome outcome;
  {
    std::optional<Deadline> watch;
    if (deadline) watch.emplace(vu, deadline);
    const js::Execution execution(*vu.context, deadline);
    vu.is_running = true;
    outcome = finish(vu, body(*vu.context));
    vu.is_running = false;
  }
  const bool was_stopped = outcome.kind == Kind::kStopped;
  if (was_stopped || vu.events.has_leftovers()) clean_up(vu, was_stopped);
  return outcome;
}

CallOutcome call_export(Vu::State& vu, std::string_view name, std::span<const js::ValueRef> args,
                        std::optional<TimePoint> deadline) {
  return run_script(vu, deadline, [&](js::Context& context) {
    const js::Value exports = context.exports_of(entry_module(vu.test()));
    const js::Value function = context.get(exports, name);
    if (function.is_exception()) return js::Value::exception();
    return context.call(function, js::ValueRef(), args);
  });
}

std::string failure_text(const CallOutcome& outcome) {
  const std::string text = outcome.error->stack_text();
  return outcome.is_rejection ? "Uncaught (in promise) " + text : text;
}

Error script_error(const CallOutcome& outcome) {
  Error error(ErrorKind::kScript, failure_text(outcome));
  if (outcome.is_rejection) return error;
  return std::move(error).with_hint(std::string(kScriptExceptionHint));
}

std::string entry_module(const TestState& test) {
  return "file://" + test.script_path;
}

void record_data(Vu::State& vu) {
  const http::ByteCounts bytes = vu.client().take_byte_counts();
  const TimePoint now = monotonic_now();
  const metrics::TagSet& tags = vu.tag_set();
  vu.recorder().record(vu.builtin().data_sent, tags, static_cast<double>(bytes.sent), now,
                       vu.origin());
  vu.recorder().record(vu.builtin().data_received, tags, static_cast<double>(bytes.received), now,
                       vu.origin());
}

}  // namespace proofload::k6
