// k6/data: SharedArray, data built once per process and parsed on access.
#include <fmt/format.h>

#include "k6/modules.h"
#include "k6/vu_state.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

const SharedArrayData& data_of(void* opaque) {
  return *static_cast<SharedArrayData*>(opaque);
}

Value get_element(js::Context& context, void* opaque, const js::PropertyKey& key) {
  const SharedArrayData& data = data_of(opaque);
  if (!key.is_index()) {
    return key.name == "length" ? Value::number(static_cast<double>(data.size())) : Value::absent();
  }
  if (key.index >= data.size()) return Value::absent();
  // Parsed anew, so that VUs share no objects, and frozen, so that nobody takes it for shared
  // state.
  Value element = context.parse_json(data[key.index]);
  if (element.is_exception() || !freeze_deep(context, element)) return Value::exception();
  return element;
}

bool has_element(js::Context&, void* opaque, const js::PropertyKey& key) {
  return key.is_index() ? key.index < data_of(opaque).size() : key.name == "length";
}

bool refuse_set(js::Context& context, void*, const js::PropertyKey&, js::ValueRef) {
  context.throw_type_error("SharedArray is immutable");
  return false;
}

bool refuse_remove(js::Context& context, void*, const js::PropertyKey&) {
  context.throw_type_error("SharedArray is immutable");
  return false;
}

void element_keys(js::Context&, void* opaque, js::KeyList& keys) {
  keys.add_indices(static_cast<std::uint32_t>(data_of(opaque).size()));
}

constexpr js::ExoticSpec kSharedArraySpec{.get = get_element,
                                          .has = has_element,
                                          .set = refuse_set,
                                          .remove = refuse_remove,
                                          .keys = element_keys};

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
  return context.new_object(*vu.host.classes().shared_array,
                            const_cast<SharedArrayData*>(data));  // never written through
}

}  // namespace

void register_data(ModuleSetup& setup) {
  setup.classes.shared_array = &setup.js.add_class({.name = "SharedArray",
                                                    .construct = new_shared_array,
                                                    .construct_length = 2,
                                                    .exotic = &kSharedArraySpec,
                                                    .inherits_array = true});
  setup.add_module_with_default(
      "k6/data", {{"SharedArray", Value(setup.classes.shared_array->constructor())}});
}

}  // namespace proofload::k6
