// setup(), teardown() and handleSummary(): what runs once, on VU 0.
#include <fmt/format.h>

#include "k6/script_call.h"
#include "k6/setup_json.h"
#include "k6/vu.h"
#include "k6/vu_state.h"

namespace proofload::k6 {
namespace {

using Kind = CallOutcome::Kind;

void enter_phase(Vu::State& vu, Phase phase, std::string_view group) {
  vu.phase = phase;
  vu.abort.reset();
  vu.tags.reset({vu.test().run_tags.begin(), vu.test().run_tags.end()});
  vu.enter_group(std::string(group));
  vu.jar.reset();
}

struct Timeouts {
  std::string_view function;
  std::string_view option;
  ErrorKind kind;
};

Error not_returned(const Vu::State& vu, const CallOutcome& outcome, const Timeouts& timeouts,
                   Duration timeout) {
  if (outcome.kind == Kind::kThrew) return script_error(outcome);
  if (vu.abort) {
    return Error(ErrorKind::kScriptAborted, vu.abort->where.empty()
                                                ? vu.abort->reason
                                                : vu.abort->reason + " at " + vu.abort->where);
  }
  if (outcome.stop == js::StopReason::kDeadline) {
    return Error(timeouts.kind, fmt::format("{} execution timed out after {:g} seconds",
                                            timeouts.function, to_seconds(timeout)))
        .with_hint(
            fmt::format("You can increase the time limit via the {} option", timeouts.option));
  }
  return Error(ErrorKind::kExternalAbort, fmt::format("{} was interrupted", timeouts.function));
}

bool is_binary(js::Context& context, js::ValueRef value) {
  return context.bytes_of(value).has_value();
}

}  // namespace

Result<std::string> Vu::run_setup(Duration timeout) {
  State& vu = *state_;
  enter_phase(vu, Phase::kSetup, "::setup");
  const CallOutcome outcome = call_export(vu, "setup", {}, monotonic_now() + timeout);
  record_data(vu);
  if (outcome.kind != Kind::kReturned) {
    return not_returned(vu, outcome, {"setup()", "setupTimeout", ErrorKind::kSetupTimeout},
                        timeout);
  }
  Result<std::string> text = std::string();
  const CallOutcome written = run_script(vu, std::nullopt, [&](js::Context& context) {
    text = setup_json(context, outcome.value);
    return context.has_error() ? js::Value::exception() : js::Value();
  });
  if (written.kind != Kind::kReturned) return script_error(written);
  return text;
}

Result<void> Vu::run_teardown(Duration timeout) {
  State& vu = *state_;
  enter_phase(vu, Phase::kTeardown, "::teardown");
  js::Value data;
  const CallOutcome parsed = run_script(vu, std::nullopt, [&](js::Context& context) {
    if (!vu.test().setup_data.empty()) data = context.parse_json(vu.test().setup_data);
    return data;
  });
  if (parsed.kind != Kind::kReturned) return script_error(parsed);
  const js::ValueRef args[] = {data};
  const CallOutcome outcome = call_export(vu, "teardown", args, monotonic_now() + timeout);
  record_data(vu);
  if (outcome.kind != Kind::kReturned) {
    return not_returned(vu, outcome, {"teardown()", "teardownTimeout", ErrorKind::kTeardownTimeout},
                        timeout);
  }
  return {};
}

Result<std::optional<SummaryFiles>> Vu::run_handle_summary(const std::string& data,
                                                           Duration timeout) {
  State& vu = *state_;
  enter_phase(vu, Phase::kSummary, "");
  js::Value parsed;
  run_script(vu, std::nullopt, [&](js::Context& context) {
    parsed = context.parse_json(data);
    return js::Value();
  });
  const js::ValueRef args[] = {parsed};
  const CallOutcome outcome = call_export(vu, "handleSummary", args, monotonic_now() + timeout);
  if (outcome.kind != Kind::kReturned) {
    return not_returned(vu, outcome,
                        {"handleSummary()", "handleSummaryTimeout", ErrorKind::kTimeout}, timeout);
  }
  if (!outcome.value.is_object()) return std::optional<SummaryFiles>();
  SummaryFiles files;
  const CallOutcome read = run_script(vu, std::nullopt, [&](js::Context& context) {
    for (js::OwnKeys keys(context, outcome.value); keys.next();) {
      const std::string name(keys.key_utf8().view());
      const js::Value value = keys.value();
      if (is_binary(context, value)) {
        const auto bytes = *context.bytes_of(value);
        files.emplace_back(name,
                           std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
      } else if (value.is_object()) {
        return throw_go_error(
            context, fmt::format("handleSummary() returned an object for '{}'; only strings and "
                                 "ArrayBuffers can be written",
                                 name));
      } else {
        files.emplace_back(name, context.to_std_string(value));
      }
    }
    return js::Value();
  });
  if (read.kind != Kind::kReturned) return script_error(read);
  return std::optional(std::move(files));
}

}  // namespace proofload::k6
