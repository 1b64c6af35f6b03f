// k6/metrics: Counter, Gauge, Rate and Trend.
#include <cmath>

#include <fmt/format.h>

#include "k6/modules.h"
#include "k6/vu_state.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;
using metrics::Metric;
using metrics::MetricType;

// The opaque of an instance; the registry owns the metric and outlives all scripts.
const Metric* metric_of(const Call& call) {
  for (const js::NativeClass* type : ScriptHost::current().classes().metric) {
    if (void* opaque = type->unwrap(call.self)) return static_cast<const Metric*>(opaque);
  }
  return nullptr;
}

Value new_metric(const Call& call) {
  Vu::State& vu = vu_of(call);
  js::Context& context = call.context;
  if (vu.phase != Phase::kInit) {
    return throw_go_error(context, "metrics must be declared in the init context");
  }
  const auto type = static_cast<MetricType>(call.magic);
  const js::Utf8 name = context.to_utf8(call.args[0]);
  if (!name) return Value::exception();
  const std::string_view name_text = call.args[0].is_undefined() ? std::string_view() : name.view();
  const auto contains =
      call.args[1].truthy() ? metrics::ValueType::kTime : metrics::ValueType::kDefault;
  const auto metric = vu.test().registry.get_or_create(name_text, type, contains);
  if (!metric) return throw_go_error(context, metric.error().message());
  return context.new_object(*vu.host.classes().metric[call.magic], const_cast<Metric*>(*metric));
}

// A number to record: numbers, booleans and numeric strings are taken, as k6 does.
bool to_sample(js::Context& context, js::ValueRef value, double& sample) {
  if (value.is_nullish() || value.is_object() || value.is_symbol()) return false;
  const auto number = context.to_number(value);
  if (!number) {
    context.clear_error();
    return false;
  }
  sample = *number;
  return !std::isnan(sample);
}

Value refuse_value(const Call& call, Vu::State& vu, const Metric& metric) {
  const std::string text =
      call.args.size() == 0
          ? fmt::format(
                "no value was provided for metric '{}', a number or a boolean value is "
                "expected",
                metric.name)
          : fmt::format(
                "'{}' is an invalid value for metric '{}', a number or a boolean value is "
                "expected",
                call.context.to_std_string(call.args[0]), metric.name);
  if (vu.test().options->throw_errors.value_or(false)) return throw_go_error(call.context, text);
  log(LogLevel::kWarning, text);
  return Value::boolean(false);
}

Value add(const Call& call) {
  Vu::State& vu = vu_of(call);
  js::Context& context = call.context;
  const Metric* metric = metric_of(call);
  if (!metric) return context.throw_type_error("not a metric");
  if (vu.phase == Phase::kInit) {
    return throw_go_error(context, "Adding to metrics in the init context is not supported");
  }
  double sample = 0;
  if (!to_sample(context, call.args[0], sample)) return refuse_value(call, vu, *metric);
  if (call.args.size() < 2 || call.args[1].is_nullish()) {
    vu.record(*metric, sample);
    return Value::boolean(true);
  }
  metrics::TagBuilder builder(vu.tag_set());
  const bool has_tags = add_tags(vu, call.args[1], builder, metric->name);
  if (has_tags) {
    vu.recorder().record(*metric, vu.intern(builder), sample, monotonic_now(), vu.origin());
  }
  vu.tag_texts.clear();
  return has_tags ? Value::boolean(true) : Value::exception();
}

Value get_name(const Call& call) {
  const Metric* metric = metric_of(call);
  return metric ? call.context.new_string(metric->name) : Value();
}

constexpr js::FunctionSpec kMethods[] = {{.name = "add", .function = add, .length = 2}};
constexpr js::AccessorSpec kFields[] = {{.name = "name", .get = get_name, .is_own = true}};

}  // namespace

void register_metrics(ModuleSetup& setup) {
  struct Kind {
    const char* name;
    MetricType type;
    js::NativeFunction construct;
  };
  // A constructor has no magic of its own, so each type gets its function.
  static constexpr auto kConstruct = []<MetricType kType>(const Call& call) {
    return new_metric(Call{call.context, call.self, call.args, static_cast<int>(kType), call.data});
  };
  const Kind kinds[] = {
      {"Counter", MetricType::kCounter,
       [](const Call& c) { return kConstruct.operator()<MetricType::kCounter>(c); }},
      {"Gauge", MetricType::kGauge,
       [](const Call& c) { return kConstruct.operator()<MetricType::kGauge>(c); }},
      {"Rate", MetricType::kRate,
       [](const Call& c) { return kConstruct.operator()<MetricType::kRate>(c); }},
      {"Trend", MetricType::kTrend,
       [](const Call& c) { return kConstruct.operator()<MetricType::kTrend>(c); }},
  };
  std::vector<js::NativeExport> exports;
  for (const Kind& kind : kinds) {
    const js::NativeClass& type = setup.js.add_class({.name = kind.name,
                                                      .construct = kind.construct,
                                                      .construct_length = 2,
                                                      .methods = kMethods,
                                                      .accessors = kFields});
    setup.classes.metric[static_cast<int>(kind.type)] = &type;
    exports.push_back({kind.name, Value(type.constructor())});
  }
  setup.add_module_with_default("k6/metrics", std::move(exports));
}

}  // namespace proofload::k6
