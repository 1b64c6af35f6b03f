// Context: making, converting and reading values.
#include <cstring>
#include <utility>

#include "js/context.h"
#include "js/impl.h"

namespace proofload::js {
namespace {

// UTF-8 of the engine keeps lone surrogates (ED A0..BF xx); k6 shows U+FFFD (EF BF BD) for them.
// Same length, so it can be done in place: text with such bytes is always a copy of the engine's.
void replace_surrogates(char* text, std::size_t size) {
  constexpr char kReplacement[] = {'\xEF', '\xBF', '\xBD'};
  char* const end = text + size;
  while ((text = static_cast<char*>(
              std::memchr(text, 0xED, static_cast<std::size_t>(end - text)))) != nullptr) {
    if (static_cast<unsigned char>(text[1]) >= 0xA0) {
      std::memcpy(text, kReplacement, sizeof kReplacement);
    }
    if (++text == end) return;
  }
}

Utf8 finish(const char* text, std::size_t size) {
  if (text != nullptr) replace_surrogates(const_cast<char*>(text), size);
  return {text, size};
}

struct ExternalBuffer {
  void (*release)(void*);
  void* opaque;
};

void* release_external(JSRuntime*, void* opaque, void* /*memory*/, std::size_t size) {
  if (size != 0) return nullptr;
  const std::unique_ptr<ExternalBuffer> buffer(static_cast<ExternalBuffer*>(opaque));
  if (buffer->release != nullptr) buffer->release(buffer->opaque);
  return nullptr;
}

}  // namespace

Value Context::new_string(std::string_view utf8) {
  return adopt(JS_NewStringLen(impl_->js, utf8.data(), utf8.size()));
}

Value Context::new_object() {
  return adopt(JS_NewObject(impl_->js));
}
Value Context::new_array() {
  return adopt(JS_NewArray(impl_->js));
}
Value Context::new_date(double epoch_ms) {
  return adopt(JS_NewDate(impl_->js, epoch_ms));
}
Value Context::global() {
  return adopt(JS_GetGlobalObject(impl_->js));
}

Value Context::new_array(std::span<Value> items) {
  // The engine takes the references over, also when it fails.
  Value array = adopt(JS_NewArrayFrom(impl_->js, static_cast<int>(items.size()),
                                      reinterpret_cast<const JSValue*>(items.data())));
  for (Value& item : items) static_cast<void>(std::move(item).release());
  return array;
}

Value Context::new_proxy(ValueRef target, ValueRef handler) {
  return adopt(JS_NewProxy(impl_->js, to_js(target), to_js(handler)));
}

Value Context::new_array_buffer(std::span<const std::byte> bytes) {
  return adopt(JS_NewArrayBufferCopy(impl_->js, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                     bytes.size()));
}

Value Context::new_external_array_buffer(std::span<std::byte> bytes, void (*release)(void*),
                                         void* owner_opaque) {
  auto owner = std::make_unique<ExternalBuffer>(ExternalBuffer{release, owner_opaque});
  Value buffer = adopt(JS_NewArrayBuffer(impl_->js, reinterpret_cast<std::uint8_t*>(bytes.data()),
                                         bytes.size(), 0, release_external, owner.get(), false));
  if (!buffer.is_exception()) static_cast<void>(owner.release());
  return buffer;
}

Value Context::new_uint8_array(std::span<const std::byte> bytes) {
  return adopt(JS_NewUint8ArrayCopy(impl_->js, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                    bytes.size()));
}

std::optional<TypedArrayKind> Context::typed_array_kind(ValueRef value) {
  const int kind = JS_GetTypedArrayType(to_js(value));
  return kind < 0 ? std::nullopt : std::optional(static_cast<TypedArrayKind>(kind));
}

Value Context::new_typed_array(TypedArrayKind kind, ValueRef array_buffer) {
  static_assert(static_cast<int>(TypedArrayKind::kUint8Clamped) == JS_TYPED_ARRAY_UINT8C);
  static_assert(static_cast<int>(TypedArrayKind::kBigInt64) == JS_TYPED_ARRAY_BIG_INT64);
  static_assert(static_cast<int>(TypedArrayKind::kFloat64) == JS_TYPED_ARRAY_FLOAT64);
  JSValue buffer = to_js(array_buffer);
  return adopt(JS_NewTypedArray(impl_->js, 1, &buffer, static_cast<JSTypedArrayEnum>(kind)));
}

Utf8 Context::to_utf8(ValueRef value) {
  std::size_t size = 0;
  const char* const text = JS_ToCStringLen(impl_->js, &size, to_js(value));
  return finish(text, size);
}

std::string Context::to_std_string(ValueRef value) {
  const Utf8 text = to_utf8(value);
  if (!text) clear_error();
  return std::string(text.view());
}

std::optional<double> Context::to_number(ValueRef value) {
  double number = 0;
  if (JS_ToFloat64(impl_->js, &number, to_js(value)) < 0) return std::nullopt;
  return number;
}

std::optional<std::int64_t> Context::to_integer(ValueRef value) {
  std::int64_t number = 0;
  const std::optional<double> d = to_number(value);
  if (!d) return std::nullopt;
  // 2^63 as a double; beyond it JS_ToInt64 would wrap.
  if (*d >= 9223372036854775808.0) return std::numeric_limits<std::int64_t>::max();
  if (*d < -9223372036854775808.0) return std::numeric_limits<std::int64_t>::min();
  JS_ToInt64(impl_->js, &number, to_js(ValueRef::number(*d)));
  return number;
}

std::optional<std::span<std::byte>> Context::bytes_of(ValueRef value) {
  std::uint8_t* data = nullptr;
  std::size_t size = 0;
  if (!pl_bytes(to_js(value), &data, &size)) return std::nullopt;
  return std::span(reinterpret_cast<std::byte*>(data), size);
}

bool Context::instance_of(ValueRef value, ValueRef constructor) {
  return JS_IsInstanceOf(impl_->js, to_js(value), to_js(constructor)) > 0;
}

// ------------------------------------------------------------------ properties

Value Context::get(ValueRef object, AtomRef name) {
  return adopt(JS_GetProperty(impl_->js, to_js(object), name.id()));
}

Value Context::get(ValueRef object, std::string_view name) {
  return get(object, Atom(name));
}

Value Context::get(ValueRef object, std::uint32_t index) {
  return adopt(JS_GetPropertyUint32(impl_->js, to_js(object), index));
}

bool Context::set(ValueRef object, AtomRef name, Value value) {
  return JS_SetProperty(impl_->js, to_js(object), name.id(), to_js(std::move(value))) >= 0;
}

bool Context::set(ValueRef object, std::string_view name, Value value) {
  return set(object, Atom(name), std::move(value));
}

bool Context::set(ValueRef object, std::uint32_t index, Value value) {
  return JS_SetPropertyUint32(impl_->js, to_js(object), index, to_js(std::move(value))) >= 0;
}

bool Context::define_hidden(ValueRef object, AtomRef name, Value value) {
  return JS_DefinePropertyValue(impl_->js, to_js(object), name.id(), to_js(std::move(value)),
                                JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE | JS_PROP_THROW) >= 0;
}

bool Context::has(ValueRef object, AtomRef name) {
  return JS_HasProperty(impl_->js, to_js(object), name.id()) > 0;
}

bool Context::remove(ValueRef object, AtomRef name) {
  return JS_DeleteProperty(impl_->js, to_js(object), name.id(), JS_PROP_THROW) >= 0;
}

bool Context::freeze(ValueRef object) {
  return JS_FreezeObject(impl_->js, to_js(object)) >= 0;
}

std::optional<std::int64_t> Context::length(ValueRef object) {
  std::int64_t length = 0;
  if (JS_GetLength(impl_->js, to_js(object), &length) < 0) return std::nullopt;
  return length;
}

Value Context::atom_string(AtomRef name) {
  return adopt(JS_AtomToString(impl_->js, name.id()));
}

Utf8 Context::atom_utf8(AtomRef name) {
  std::size_t size = 0;
  const char* const text = JS_AtomToCStringLen(impl_->js, &size, name.id());
  return finish(text, size);
}

std::optional<Atom> Context::to_atom(ValueRef value) {
  const JSAtom atom = JS_ValueToAtom(impl_->js, to_js(value));
  if (atom == JS_ATOM_NULL) return std::nullopt;
  return Atom::adopt(atom);
}

// ------------------------------------------------------------------ JSON

Value Context::parse_json(std::string_view text) {
  return adopt(pl_parse_json(impl_->js, text.data(), text.size(), "<json>"));
}

Value Context::to_json(ValueRef value, int indent) {
  return adopt(
      JS_JSONStringify(impl_->js, to_js(value), JS_UNDEFINED, JS_MKVAL(JS_TAG_INT, indent)));
}

// ------------------------------------------------------------------ own keys

OwnKeys::OwnKeys(Context& context, ValueRef object) : context_(context), object_(object) {
  JSContext* const js = context.impl().js;
  if (!object.is_object()) return;
  shape_ = pl_hold_shape(js, to_js(object), &count_);
  if (shape_ != nullptr) return;
  JSPropertyEnum* list = nullptr;
  failed_ = JS_GetOwnPropertyNames(js, &list, &count_, to_js(object),
                                   JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY) < 0;
  listed_ = list;
}

OwnKeys::~OwnKeys() {
  JSContext* const js = context_.impl().js;
  if (shape_ != nullptr) pl_release_shape(JS_GetRuntime(js), shape_);
  if (listed_ != nullptr) JS_FreePropertyEnum(js, static_cast<JSPropertyEnum*>(listed_), count_);
}

bool OwnKeys::next() {
  if (failed_) return false;
  while (index_ < count_) {
    const std::uint32_t i = index_++;
    key_ = shape_ != nullptr ? pl_shape_key(context_.impl().js, shape_, i)
                             : static_cast<JSPropertyEnum*>(listed_)[i].atom;
    if (key_ != JS_ATOM_NULL) return true;
  }
  return false;
}

Utf8 OwnKeys::key_utf8() {
  return context_.atom_utf8(key());
}
Value OwnKeys::value() {
  return context_.get(object_, key());
}

}  // namespace proofload::js
