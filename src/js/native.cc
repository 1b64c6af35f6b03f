#include "js/native.h"

#include <utility>

#include "js/impl.h"

namespace proofload::js {

// What QuickJS calls for host functions and classes. A friend of NativeClass.
struct ClassGlue {
  static NativeClass& class_of(JSContext* js, JSValueConst object) {
    NativeClass* const type = impl_of(js).classes_by_id[JS_GetClassID(object)];
    PL_CHECK(type != nullptr);
    return *type;
  }

  static void finalize(JSRuntime* rt, JSValueConst object) {
    Runtime::Impl& d = impl_of(rt);
    JSClassID id = 0;
    void* const opaque = JS_GetAnyOpaque(object, &id);
    const NativeClass* const type = d.classes_by_id[id];
    // Runs on whichever fiber dropped the last reference, or in a collection: only note it.
    if (opaque != nullptr && type->release_ != nullptr) d.dead.push_back({type->release_, opaque});
  }

  // The key as handlers take it; `text` keeps the name alive. False for symbols.
  static bool make_key(JSContext* js, JSAtom name, PropertyKey& key, Utf8& text) {
    if (pl_atom_is_index(js, name, &key.index)) return true;
    key.index = PropertyKey::kNotAnIndex;
    if (!pl_atom_is_string(js, name)) return false;
    text = impl_of(js).acting().atom_utf8(AtomRef(name));
    key.name = text.view();
    return true;
  }

  static int describe(JSPropertyDescriptor* into, Value value, int flags) {
    if (value.is_exception()) return -1;
    *into = {.flags = flags,
             .value = to_js(std::move(value)),
             .getter = JS_UNDEFINED,
             .setter = JS_UNDEFINED};
    return 1;
  }

  static int get_own(JSContext* js, JSPropertyDescriptor* into, JSValueConst object, JSAtom name) {
    const NativeClass& type = class_of(js, object);
    Context& context = impl_of(js).acting();
    if (const auto* own = find_own(type, name)) {
      if (into == nullptr) return 1;
      const Call call{context, borrow(object), Args(nullptr, 0), own->magic, {}};
      return describe(into, own->get(call), JS_PROP_C_W_E);
    }
    return type.exotic_ != nullptr ? get_exotic(js, into, object, name) : 0;
  }

  static int get_exotic(JSContext* js, JSPropertyDescriptor* into, JSValueConst object,
                        JSAtom name) {
    const NativeClass& type = class_of(js, object);
    Context& context = impl_of(js).acting();
    void* const opaque = JS_GetOpaque(object, type.id_);
    PropertyKey key;
    Utf8 text;
    // The prototype of the class is an object without opaque.
    if (opaque == nullptr || !make_key(js, name, key, text)) return 0;
    if (into == nullptr && type.exotic_->has != nullptr) {
      return type.exotic_->has(context, opaque, key) ? 1 : 0;
    }
    Value value = type.exotic_->get(context, opaque, key);
    if (value.is_absent()) return 0;
    if (value.is_exception()) return -1;
    const bool writable = type.exotic_->set != nullptr;
    const int flags = JS_PROP_ENUMERABLE | JS_PROP_CONFIGURABLE | (writable ? JS_PROP_WRITABLE : 0);
    return into == nullptr ? 1 : describe(into, std::move(value), flags);
  }

  static int own_names(JSContext* js, JSPropertyEnum** list, std::uint32_t* count,
                       JSValueConst object) {
    const NativeClass& type = class_of(js, object);
    void* const opaque = JS_GetOpaque(object, type.id_);
    std::vector<Atom> names;
    if (opaque != nullptr) {
      for (const auto& own : type.own_accessors_) names.push_back(own.name);
      KeyList keys(names);
      if (type.exotic_ != nullptr && type.exotic_->keys != nullptr) {
        type.exotic_->keys(impl_of(js).acting(), opaque, keys);
      }
    }
    // A property that was assigned or defined is stored and listed by the engine.
    std::erase_if(names, [&](const Atom& a) { return pl_has_stored_property(object, a.id()); });
    auto* const entries =
        static_cast<JSPropertyEnum*>(js_malloc(js, sizeof(JSPropertyEnum) * (names.size() + 1)));
    if (entries == nullptr) return -1;
    for (std::size_t i = 0; i < names.size(); i++) {
      entries[i] = {.is_enumerable = true, .atom = JS_DupAtom(js, names[i].id())};
    }
    *list = entries;
    *count = static_cast<std::uint32_t>(names.size());
    return 0;
  }

  static const NativeClass::OwnAccessor* find_own(const NativeClass& type, JSAtom name) {
    for (const auto& own : type.own_accessors_) {
      if (own.name.id() == name) return &own;
    }
    return nullptr;
  }

  // Assigning to or redefining an own accessor stores a property in its place. What the caller
  // leaves open (a value, a flag) stays as the accessor had it.
  // The parameters are QuickJS's. NOLINTNEXTLINE(readability-function-size)
  static int define(JSContext* js, JSValueConst object, JSAtom name, JSValueConst value,
                    JSValueConst getter, JSValueConst setter, int flags) {
    const NativeClass::OwnAccessor* own = find_own(class_of(js, object), name);
    Value kept;
    if (own != nullptr) {
      constexpr int kAnyContent = JS_PROP_HAS_VALUE | JS_PROP_HAS_GET | JS_PROP_HAS_SET;
      if ((flags & kAnyContent) == 0) {
        kept = own->get({impl_of(js).acting(), borrow(object), Args(nullptr, 0), own->magic, {}});
        if (kept.is_exception()) return -1;
        value = to_js(kept);
        flags |= JS_PROP_HAS_VALUE;
      }
      // The three flags and their HAS_ bits are JS_PROP_HAS_SHIFT apart.
      flags |= ~(flags >> JS_PROP_HAS_SHIFT) & JS_PROP_C_W_E;
      flags |= JS_PROP_C_W_E << JS_PROP_HAS_SHIFT;
    }
    return JS_DefineProperty(js, object, name, value, getter, setter, flags | JS_PROP_NO_EXOTIC);
  }

  static int refuse(Context& context, const NativeClass& type) {
    context.throw_type_error(type.name_ + " is read-only");
    return -1;
  }

  // The parameters are QuickJS's. NOLINTNEXTLINE(readability-function-size)
  static int set(JSContext* js, JSValueConst object, JSAtom name, JSValueConst value,
                 JSValueConst receiver, int) {
    const NativeClass& type = class_of(js, object);
    Context& context = impl_of(js).acting();
    void* const opaque = JS_GetOpaque(object, type.id_);
    PropertyKey key;
    Utf8 text;
    const bool is_instance = opaque != nullptr && borrow(receiver).is_same(borrow(object));
    if (!is_instance || !make_key(js, name, key, text)) {
      // A symbol, or an object that inherits from an instance: an ordinary property.
      return JS_DefinePropertyValue(js, receiver, name, JS_DupValue(js, value), JS_PROP_C_W_E);
    }
    if (type.exotic_->set == nullptr) return refuse(context, type);
    return type.exotic_->set(context, opaque, key, borrow(value)) ? 1 : -1;
  }

  static int remove(JSContext* js, JSValueConst object, JSAtom name) {
    const NativeClass& type = class_of(js, object);
    Context& context = impl_of(js).acting();
    void* const opaque = JS_GetOpaque(object, type.id_);
    PropertyKey key;
    Utf8 text;
    if (opaque == nullptr || !make_key(js, name, key, text)) return 1;
    if (type.exotic_->remove == nullptr) return refuse(context, type);
    return type.exotic_->remove(context, opaque, key) ? 1 : -1;
  }
};

namespace {

// For classes whose own accessors are all that is special; assigning stores a property.
JSClassExoticMethods own_accessor_methods = {.get_own_property = ClassGlue::get_own,
                                             .get_own_property_names = ClassGlue::own_names,
                                             .define_own_property = ClassGlue::define};
JSClassExoticMethods exotic_methods = {.get_own_property = ClassGlue::get_own,
                                       .get_own_property_names = ClassGlue::own_names,
                                       .delete_property = ClassGlue::remove,
                                       .define_own_property = ClassGlue::define,
                                       .set_property = ClassGlue::set};

// `class Child extends Native`: instances get the child's prototype.
bool adjust_prototype(Context& context, const NativeEntry& entry, ValueRef new_target,
                      ValueRef made) {
  // Without `new` there is no target.
  if (new_target.is_undefined() || new_target.is_same(entry.constructs->constructor()) ||
      !made.is_object()) {
    return true;
  }
  const Value prototype = context.get(new_target, "prototype");
  if (prototype.is_exception()) return false;
  if (!prototype.is_object()) return true;
  return JS_SetPrototype(context.impl().js, to_js(made), to_js(prototype)) >= 0;
}

JSValue call_entry(Runtime::Impl& rt, const Call& call, int index) {
  Context& context = call.context;
  if (context.is_stopping()) return to_js(context.throw_stop(context.stop_reason()));
  const NativeEntry entry = rt.functions[static_cast<std::size_t>(index)];
  Value result = entry.function(Call{context, call.self, call.args, entry.magic, call.data});
  // Stopped meanwhile: nothing of the script may run on, whatever the function made of it.
  if (context.is_stopping()) return to_js(context.throw_stop(context.stop_reason()));
  PL_CHECK(result.is_exception() == context.has_error());
  if (entry.constructs != nullptr && !result.is_exception() &&
      !adjust_prototype(context, entry, call.self, result)) {
    return JS_EXCEPTION;
  }
  return to_js(std::move(result));
}

Args args_of(int argc, JSValueConst* argv) {
  return {reinterpret_cast<const RawValue*>(argv), argc};
}

// The parameters are QuickJS's. NOLINTNEXTLINE(readability-function-size)
JSValue call_closure(JSContext* js, JSValueConst self, int argc, JSValueConst* argv, int magic,
                     JSValueConst* data) {
  Runtime::Impl& rt = impl_of(js);
  return call_entry(rt, Call{rt.acting(), borrow(self), args_of(argc, argv), 0, borrow(*data)},
                    magic);
}

JSValue make_function(Runtime::Impl& rt, const FunctionSpec& spec, const NativeClass* constructs) {
  const int index = rt.add_entry({spec.function, spec.magic, constructs});
  return JS_NewCFunctionMagic(
      rt.template_js, call_native, spec.name, spec.length,
      constructs != nullptr ? JS_CFUNC_constructor_or_func_magic : JS_CFUNC_generic_magic, index);
}

void define_accessor(Runtime::Impl& rt, ValueRef on, const AccessorSpec& spec) {
  JSContext* const js = rt.template_js;
  const auto make = [&](NativeFunction f, int length) {
    if (f == nullptr) return JS_UNDEFINED;
    return make_function(rt, {spec.name, f, length, spec.magic}, nullptr);
  };
  JS_DefinePropertyGetSet(js, to_js(on), Atom(spec.name).id(), make(spec.get, 0), make(spec.set, 1),
                          JS_PROP_CONFIGURABLE | JS_PROP_ENUMERABLE);
}

}  // namespace

JSValue call_native(JSContext* js, JSValueConst self, int argc, JSValueConst* argv, int magic) {
  Runtime::Impl& rt = impl_of(js);
  return call_entry(rt, Call{rt.acting(), borrow(self), args_of(argc, argv), 0, {}}, magic);
}

int Runtime::Impl::add_entry(NativeEntry entry) {
  PL_CHECK(functions.size() < std::numeric_limits<std::int16_t>::max());  // QuickJS's magic
  functions.push_back(entry);
  return static_cast<int>(functions.size()) - 1;
}

void KeyList::add_indices(std::uint32_t count) {
  JSContext* const js = Runtime::current()->impl().template_js;
  for (std::uint32_t i = 0; i < count; i++) keys_.push_back(Atom::adopt(JS_NewAtomUInt32(js, i)));
}

void* NativeClass::unwrap(ValueRef value) const {
  return JS_GetOpaque(to_js(value), id_);
}

Value Runtime::add_function(const FunctionSpec& spec) {
  return adopt(make_function(*impl_, spec, nullptr));
}

const NativeClass& Runtime::add_class(const ClassSpec& spec) {
  Impl& d = *impl_;
  JSContext* const js = d.template_js;
  NativeClass& type = d.classes.emplace_back();
  JS_NewClassID(d.rt, &type.id_);
  type.name_ = spec.name;
  type.release_ = spec.release;
  type.exotic_ = spec.exotic;
  if (d.classes_by_id.size() <= type.id_) d.classes_by_id.resize(type.id_ + 1);
  d.classes_by_id[type.id_] = &type;

  type.prototype_ = adopt(JS_NewObject(js));
  for (const AccessorSpec& accessor : spec.accessors) {
    if (accessor.is_own) {
      type.own_accessors_.push_back({Atom(accessor.name), accessor.get, accessor.magic});
    } else {
      define_accessor(d, type.prototype_, accessor);
    }
  }
  JSClassDef definition = {.class_name = spec.name, .finalizer = ClassGlue::finalize};
  if (spec.exotic != nullptr) {
    definition.exotic = &exotic_methods;
  } else if (!type.own_accessors_.empty()) {
    definition.exotic = &own_accessor_methods;
  }
  PL_CHECK(JS_NewClass(d.rt, type.id_, &definition) == 0);

  const auto define = [&](ValueRef on, const FunctionSpec& method) {
    template_->define_hidden(on, Atom(method.name), add_function(method));
  };
  for (const FunctionSpec& method : spec.methods) define(type.prototype_, method);
  JS_SetClassProto(js, type.id_, to_js(Value(type.prototype_)));
  if (spec.construct != nullptr) {
    type.constructor_ =
        adopt(make_function(d, {spec.name, spec.construct, spec.construct_length, 0}, &type));
    JS_SetConstructor(js, to_js(type.constructor_), to_js(type.prototype_));
    for (const FunctionSpec& method : spec.statics) define(type.constructor_, method);
  }
  return type;
}

Value Context::new_object(const NativeClass& type, void* opaque_of_object) {
  Value object = adopt(JS_NewObjectClass(impl_->js, static_cast<JSClassID>(type.id_)));
  if (object.is_exception()) {
    if (type.release_ != nullptr) type.release_(opaque_of_object);
    return object;
  }
  JS_SetOpaque(to_js(object), opaque_of_object);
  return object;
}

Value Context::new_function(const FunctionSpec& spec, ValueRef data) {
  Runtime::Impl& rt = runtime_.impl();
  const auto [entry, is_new] = rt.closure_entries.try_emplace({spec.function, spec.magic}, 0);
  if (is_new) entry->second = rt.add_entry({spec.function, spec.magic, nullptr});
  JSValue captured = to_js(data);
  return adopt(JS_NewCFunctionData2(impl_->js, call_closure, spec.name, spec.length, entry->second,
                                    1, &captured));
}

}  // namespace proofload::js
