// k6/data: SharedArray, data built once per process and parsed on access.
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "k6/modules.h"
#include "k6/vu_state.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

// A SharedArray is a Proxy, because only a Proxy of an array counts as an array everywhere
// (Array.isArray, concat, JSON.stringify). These are its traps; the handler object holds the data.

const SharedArrayData& data_of(const Call& call) {
  return *ScriptHost::current().classes().shared_array_traps->unwrap_as<SharedArrayData>(call.self);
}

// The element's number, or nullopt for any other key.
std::optional<std::uint32_t> index_of(js::Context& context, js::ValueRef key) {
  if (!key.is_string()) return std::nullopt;
  const js::Utf8 utf8 = context.to_utf8(key);
  const std::string_view text = utf8.view();
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  const bool is_canonical = text.size() == 1 || !text.starts_with('0');
  if (error != std::errc() || end != text.data() + text.size() || !is_canonical)
    return std::nullopt;
  return index;
}

// Parsed anew, so that VUs share no objects, and frozen, so that nobody takes it for shared state.
Value element(js::Context& context, const SharedArrayData& data, std::uint32_t index) {
  if (index >= data.size()) return Value();
  Value value = context.parse_json(data[index]);
  if (value.is_exception() || !freeze_deep(context, value)) return Value::exception();
  return value;
}

bool is_length(js::Context& context, js::ValueRef key) {
  return key.is_string() && context.to_utf8(key).view() == "length";
}

Value size_of(const SharedArrayData& data) {
  return Value::number(static_cast<double>(data.size()));
}

// (target, key, receiver)
Value get_trap(const Call& call) {
  const SharedArrayData& data = data_of(call);
  if (const auto index = index_of(call.context, call.args[1])) {
    return element(call.context, data, *index);
  }
  if (is_length(call.context, call.args[1])) return size_of(data);
  const auto name = call.context.to_atom(call.args[1]);
  return name ? call.context.get(call.args[0], *name) : Value::exception();
}

// (target, key)
Value has_trap(const Call& call) {
  if (const auto index = index_of(call.context, call.args[1])) {
    return Value::boolean(*index < data_of(call).size());
  }
  const auto name = call.context.to_atom(call.args[1]);
  return name ? Value::boolean(call.context.has(call.args[0], *name)) : Value::exception();
}

Value refuse_trap(const Call& call) {
  return call.context.throw_type_error("SharedArray is immutable");
}

Value keys_trap(const Call& call) {
  std::vector<Value> keys;
  for (std::size_t i = 0; i < data_of(call).size(); i++) {
    keys.push_back(call.context.new_string(std::to_string(i)));
  }
  keys.push_back(call.context.new_string("length"));
  return call.context.new_array(keys);
}

// (target, key). A Proxy may not hide that the target's length can be written.
Value descriptor_trap(const Call& call) {
  js::Context& context = call.context;
  const SharedArrayData& data = data_of(call);
  const auto index = index_of(context, call.args[1]);
  const bool has_it = index ? *index < data.size() : is_length(context, call.args[1]);
  if (!has_it) return Value();
  Value value = index ? element(context, data, *index) : size_of(data);
  if (value.is_exception()) return value;
  Value descriptor = context.new_object();
  context.set(descriptor, "value", std::move(value));
  context.set(descriptor, "writable", Value::boolean(!index));
  context.set(descriptor, "enumerable", Value::boolean(index.has_value()));
  context.set(descriptor, "configurable", Value::boolean(index.has_value()));
  return descriptor;
}

constexpr js::FunctionSpec kTraps[] = {
    {.name = "get", .function = get_trap, .length = 3},
    {.name = "has", .function = has_trap, .length = 2},
    {.name = "set", .function = refuse_trap},
    {.name = "deleteProperty", .function = refuse_trap},
    {.name = "defineProperty", .function = refuse_trap},
    {.name = "ownKeys", .function = keys_trap, .length = 1},
    {.name = "getOwnPropertyDescriptor", .function = descriptor_trap, .length = 2},
};

// Runs the script's function and turns its result into one JSON text per element. False: an
// exception is pending.
bool build(js::Context& context, js::ValueRef function, SharedArrayData& data) {
  const Value array = context.call(function, js::ValueRef());
  if (array.is_exception()) return false;
  if (!array.is_array()) {
    throw_go_error(context, "only arrays can be made into SharedArray");
    return false;
  }
  const std::int64_t length = context.length(array).value_or(0);
  data.reserve(static_cast<std::size_t>(length));
  for (std::int64_t i = 0; i < length; i++) {
    const Value element = context.get(array, static_cast<std::uint32_t>(i));
    if (element.is_exception()) return false;
    const Value text = context.to_json(element);
    if (text.is_exception()) return false;
    data.push_back(text.is_string() ? context.to_std_string(text) : "null");
  }
  return true;
}

Value new_shared_array(const Call& call) {
  Vu::State& vu = vu_of(call);
  js::Context& context = call.context;
  if (vu.phase != Phase::kInit) {
    return throw_go_error(context, "new SharedArray must be called in the init context");
  }
  const std::string name = call.args.size() > 0 ? context.to_std_string(call.args[0]) : "";
  if (name.empty()) {
    return throw_go_error(context, "empty name provided to SharedArray's constructor");
  }
  if (call.args[1].is_async_function()) {
    return throw_go_error(context,
                          "SharedArray constructor does not support async functions as "
                          "second argument");
  }
  if (!call.args[1].is_function()) {
    return throw_go_error(context,
                          "a function is expected as the second argument of "
                          "SharedArray's constructor");
  }
  SharedArrays& arrays = vu.test().shared_arrays;
  const SharedArrayData* data = arrays.find(name);
  if (!data) {
    SharedArrayData built;
    if (!build(context, call.args[1], built)) return Value::exception();
    data = arrays.store(name, std::move(built));
  }
  const Value traps = context.new_object(*vu.host.classes().shared_array_traps,
                                         const_cast<SharedArrayData*>(data));  // only read
  return context.new_proxy(context.new_array(), traps);
}

}  // namespace

void register_data(ModuleSetup& setup) {
  setup.classes.shared_array_traps =
      &setup.js.add_class({.name = "SharedArrayTraps", .methods = kTraps});
  const js::NativeClass& shared_array = setup.js.add_class(
      {.name = "SharedArray", .construct = new_shared_array, .construct_length = 2});
  setup.add_module_with_default("k6/data", {{"SharedArray", Value(shared_array.constructor())}});
}

}  // namespace proofload::k6
