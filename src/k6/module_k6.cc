// k6: check, fail, group, randomSeed, sleep.
#include <cmath>

#include <fmt/format.h>

#include "k6/modules.h"
#include "k6/vu_state.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

constexpr std::string_view kSeparator = "::";

bool has_separator(std::string_view name) {
  return name.find(kSeparator) != std::string_view::npos;
}

Value refuse_separator(js::Context& context) {
  return throw_go_error(context, "group and check names may not contain '::'");
}

Value no_async_group(js::Context& context) {
  return throw_go_error(
      context,
      "group() does not support async functions as arguments, please see "
      "https://grafana.com/docs/k6/latest/javascript-api/k6/group/ for more info");
}

Value no_async_check(js::Context& context) {
  return throw_go_error(
      context,
      "the built-in check() does not support async functions as arguments. Use the "
      "JavaScript utils library as a replacement. Refer to "
      "https://grafana.com/docs/k6/latest/javascript-api/jslib/utils/check/ for more info");
}

// One entry of check()'s sets. Returns false when it threw (the exception is pending): k6 counts
// it as failed then, but not what is refused for being asynchronous.
bool run_check(const Call& call, js::ValueRef condition, bool& holds, bool& is_counted) {
  js::Context& context = call.context;
  holds = false;
  if (!condition.is_function()) {
    holds = condition.truthy();
    return true;
  }
  const Value result = context.call(condition, js::ValueRef(), {call.args[0]});
  if (result.is_exception()) return false;
  if (result.is_promise()) {
    context.mark_handled(result);
    is_counted = false;
    no_async_check(context);
    return false;
  }
  holds = result.truthy();
  return true;
}

void record_check(Vu::State& vu, const metrics::TagSet& base, std::string_view name, bool holds) {
  metrics::TagBuilder& builder = vu.host.tag_builder(base);
  if (vu.test().system_tags.has(metrics::SystemTag::kCheck)) {
    builder.set(metrics::SystemTag::kCheck, name);
  }
  vu.recorder().record(vu.builtin().checks, vu.intern(builder), holds ? 1 : 0, monotonic_now(),
                       vu.origin());
}

// The loop over the sets; false: an exception is pending.
bool run_checks(const Call& call, Vu::State& vu, const metrics::TagSet& base, bool& all_hold) {
  js::Context& context = call.context;
  for (js::OwnKeys keys(context, call.args[1]); keys.next();) {
    const Value condition = keys.value();
    if (condition.is_exception()) return false;
    bool holds = false;
    bool is_counted = true;
    const bool returned = run_check(call, condition, holds, is_counted);
    if (context.is_stopping()) return false;
    const js::Utf8 name = keys.key_utf8();
    if (has_separator(name.view())) {
      if (!returned) context.clear_error();
      refuse_separator(context);
      return false;
    }
    if (is_counted) record_check(vu, base, name.view(), holds);
    if (!returned) return false;
    all_hold = all_hold && holds;
  }
  return true;
}

// The VU's tags and the script's `tags`; null: an exception is pending. Interned before the
// conditions run, which may do anything; apart from check(), whose frame lasts while they do.
[[gnu::noinline]] const metrics::TagSet* with_tags(Vu::State& vu, js::ValueRef tags) {
  metrics::TagBuilder builder(vu.tag_set());
  const metrics::TagSet* set = add_tags(vu, tags, builder) ? &vu.intern(builder) : nullptr;
  vu.tag_texts.clear();
  return set;
}

Value check(const Call& call) {
  Vu::State& vu = vu_of(call);
  js::Context& context = call.context;
  if (vu.phase == Phase::kInit) {
    return throw_go_error(context, "Using check() in the init context is not supported");
  }
  if (call.args.size() < 2 || call.args[1].is_nullish()) {
    return throw_go_error(context, "no checks provided to `check`");
  }
  const bool has_tags = call.args.size() > 2 && !call.args[2].is_nullish();
  const metrics::TagSet* base = has_tags ? with_tags(vu, call.args[2]) : &vu.tag_set();
  if (base == nullptr) return Value::exception();
  bool all_hold = true;
  return run_checks(call, vu, *base, all_hold) ? Value::boolean(all_hold) : Value::exception();
}

Value fail(const Call& call) {
  const bool has_message = call.args.size() > 0 && !call.args[0].is_undefined();
  return throw_go_error(call.context, has_message ? call.context.to_std_string(call.args[0]) : "");
}

Value group(const Call& call) {
  Vu::State& vu = vu_of(call);
  js::Context& context = call.context;
  if (vu.phase == Phase::kInit) {
    return throw_go_error(context, "Using group() in the init context is not supported");
  }
  if (!call.args[1].is_function()) {
    return throw_go_error(context, "group() requires a callback as a second argument");
  }
  if (call.args[1].is_async_function()) return no_async_group(context);
  const js::Utf8 name = context.to_utf8(call.args[0]);
  if (!name) return Value::exception();
  if (has_separator(name.view())) return refuse_separator(context);

  const std::string outer = vu.group;
  // Without a name it is the group around it.
  if (!name.view().empty()) {
    vu.enter_group(outer + std::string(kSeparator) + std::string(name.view()));
  }
  const TimePoint start = monotonic_now();
  Value result = context.call(call.args[1], js::ValueRef());
  // An aborting script's last iteration counts in full.
  if (!context.is_stopping() || vu.abort) {
    vu.record(vu.builtin().group_duration, to_milliseconds(monotonic_now() - start));
  }
  vu.enter_group(outer);
  return result;
}

Value random_seed(const Call& call) {
  const auto seed = call.context.to_integer(call.args[0]);
  if (!seed) return Value::exception();
  call.context.seed_random(static_cast<std::uint64_t>(*seed));
  return Value();
}

Value sleep(const Call& call) {
  Vu::State& vu = vu_of(call);
  const auto seconds = call.context.to_number(call.args[0]);
  if (!seconds) return Value::exception();
  // A thousand years is for ever, and fits the clock's 64 bits of nanoseconds with room to spare.
  constexpr double kSecondsMax = 1e9;
  const double bounded = std::isnan(*seconds) ? 0 : std::min(*seconds, kSecondsMax);
  if (!vu.sleep(Duration(static_cast<std::int64_t>(bounded * 1e9)))) {
    return call.context.throw_stop(js::StopReason::kStopped);
  }
  return Value();
}

constexpr js::FunctionSpec kFunctions[] = {
    {.name = "check", .function = check, .length = 3},
    {.name = "fail", .function = fail, .length = 1},
    {.name = "group", .function = group, .length = 2},
    {.name = "randomSeed", .function = random_seed, .length = 1},
    {.name = "sleep", .function = sleep, .length = 1},
};

}  // namespace

bool add_tags(Vu::State& vu, js::ValueRef tags, metrics::TagBuilder& builder,
              std::string_view metric) {
  if (tags.is_nullish()) return true;
  js::Context& context = *vu.context;
  for (js::OwnKeys keys(context, tags); keys.next();) {
    const Value value = keys.value();
    if (value.is_exception()) return false;
    js::Utf8 name = keys.key_utf8();
    if (value.is_nullish() || value.is_object()) {
      throw_go_error(
          context,
          fmt::format("{}invalid value for metric tag '{}': only String, Boolean and Number types "
                      "are accepted as a metric tag values",
                      metric.empty()
                          ? ""
                          : fmt::format("cannot add tags for the '{}' custom metric: ", metric),
                      name.view()));
      return false;
    }
    js::Utf8 text = context.to_utf8(value);
    if (!text) return false;
    builder.set(name.view(), text.view());
    vu.tag_texts.push_back(std::move(name));
    vu.tag_texts.push_back(std::move(text));
  }
  return true;
}

void register_k6(ModuleSetup& setup) {
  setup.classes.iter_atom = js::Atom("__ITER");
  setup.add_module_with_default("k6", setup.functions(kFunctions));
}

}  // namespace proofload::k6
