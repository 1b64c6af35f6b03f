#include "js/value.h"

#include <cstring>

#include "js/impl.h"

namespace proofload::js {

struct TagCheck {
  static_assert(sizeof(JSValue) == sizeof(RawValue) && alignof(JSValue) == alignof(RawValue));
  static_assert(offsetof(JSValue, tag) == offsetof(RawValue, tag));
  static_assert(ValueRef::kBigInt == JS_TAG_BIG_INT && ValueRef::kSymbol == JS_TAG_SYMBOL);
  static_assert(ValueRef::kString == JS_TAG_STRING && ValueRef::kRope == JS_TAG_STRING_ROPE);
  static_assert(ValueRef::kObject == JS_TAG_OBJECT && ValueRef::kInt == JS_TAG_INT);
  static_assert(ValueRef::kBool == JS_TAG_BOOL && ValueRef::kNull == JS_TAG_NULL);
  static_assert(ValueRef::kUndefined == JS_TAG_UNDEFINED);
  static_assert(RawValue{}.tag == JS_TAG_UNDEFINED);
  static_assert(ValueRef::kAbsent == JS_TAG_UNINITIALIZED);
  static_assert(ValueRef::kException == JS_TAG_EXCEPTION);
  static_assert(ValueRef::kShortBigInt == JS_TAG_SHORT_BIG_INT);
  static_assert(ValueRef::kFloat == JS_TAG_FLOAT64);
};

ValueRef ValueRef::number(double d) {
  return borrow(JS_NewNumber(nullptr, d));
}

bool ValueRef::is_function() const {
  return is_object() && JS_IsFunction(Runtime::current()->impl().template_js, to_js(*this));
}
bool ValueRef::is_async_function() const {
  return JS_IsAsyncFunction(to_js(*this));
}
bool ValueRef::is_constructor() const {
  return is_object() && JS_IsConstructor(nullptr, to_js(*this));
}
bool ValueRef::is_promise() const {
  return JS_IsPromise(to_js(*this));
}
bool ValueRef::is_array() const {
  return JS_IsArray(to_js(*this));
}
bool ValueRef::is_array_buffer() const {
  return JS_IsArrayBuffer(to_js(*this));
}
bool ValueRef::is_typed_array() const {
  return pl_is_typed_array(to_js(*this));
}
bool ValueRef::is_data_view() const {
  return JS_IsDataView(to_js(*this));
}
bool ValueRef::is_error() const {
  return JS_IsError(to_js(*this));
}
bool ValueRef::is_date() const {
  return JS_IsDate(to_js(*this));
}
bool ValueRef::is_regexp() const {
  return JS_IsRegExp(to_js(*this));
}
bool ValueRef::is_map() const {
  return JS_IsMap(to_js(*this));
}
bool ValueRef::is_set() const {
  return JS_IsSet(to_js(*this));
}
bool ValueRef::is_proxy() const {
  return JS_IsProxy(to_js(*this));
}

double ValueRef::as_number() const {
  PL_CHECK(is_number());
  const JSValue v = to_js(*this);
  return is_integer() ? JS_VALUE_GET_INT(v) : JS_VALUE_GET_FLOAT64(v);
}

bool ValueRef::truthy() const {
  // Needs no context: only an exception value could make it fail.
  return JS_ToBool(Runtime::current()->impl().template_js, to_js(*this)) > 0;
}

bool ValueRef::equals(ValueRef other) const {
  return JS_IsStrictEqual(Runtime::current()->impl().template_js, to_js(*this), to_js(other));
}

void Value::retain() {
  if (raw_.tag < 0) JS_DupValueRT(thread_engine(), to_js(*this));
}

void Value::drop() {
  JS_FreeValueRT(thread_engine(), to_js(*this));
}

Utf8::~Utf8() {
  if (text_ != nullptr) JS_FreeCStringRT(thread_engine(), text_);
}

Atom::Atom(std::string_view name)
    : id_(JS_NewAtomLen(Runtime::current()->impl().template_js, name.data(), name.size())) {}

Atom Atom::hidden(const char* description) {
  JSContext* js = Runtime::current()->impl().template_js;
  const Value symbol = js::adopt(JS_NewPrivateSymbol(js, description));
  return adopt(JS_ValueToAtom(js, to_js(symbol)));
}

Atom::Atom(const Atom& other)
    : id_(other.id_ == 0 ? 0 : JS_DupAtomRT(thread_engine(), other.id_)) {}

Atom::~Atom() {
  if (id_ != 0) JS_FreeAtomRT(thread_engine(), id_);
}

}  // namespace proofload::js
