// Value: one JavaScript value that we hold. ValueRef: one that somebody else holds for us.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

namespace proofload::js {

// The engine's own 16 bytes; value.cc asserts that layout and tags are the same.
struct RawValue {
  std::uint64_t payload = 0;
  std::int64_t tag = 3;  // undefined
};

// A borrowed value: valid as long as its owner (an argument, a Value, a property nobody changes).
// Copying costs nothing. Numbers, booleans, null and undefined need no owner at all.
class ValueRef {
 public:
  ValueRef() = default;  // undefined
  explicit ValueRef(RawValue raw) : raw_(raw) {}
  static ValueRef null() { return ValueRef(RawValue{0, kNull}); }
  static ValueRef boolean(bool b) { return ValueRef(RawValue{b ? 1U : 0U, kBool}); }
  static ValueRef integer(std::int32_t i) {
    return ValueRef(RawValue{static_cast<std::uint32_t>(i), kInt});
  }
  // As JavaScript would hold it: small integers become integers, -0 stays -0.
  static ValueRef number(double d);

  bool is_undefined() const { return raw_.tag == kUndefined; }
  bool is_null() const { return raw_.tag == kNull; }
  bool is_nullish() const { return is_null() || is_undefined(); }
  bool is_boolean() const { return raw_.tag == kBool; }
  bool is_integer() const { return raw_.tag == kInt; }  // a number stored as int32
  bool is_number() const { return raw_.tag == kInt || raw_.tag == kFloat; }
  bool is_string() const { return raw_.tag == kString || raw_.tag == kRope; }
  bool is_symbol() const { return raw_.tag == kSymbol; }
  bool is_bigint() const { return raw_.tag == kBigInt || raw_.tag == kShortBigInt; }
  bool is_object() const { return raw_.tag == kObject; }
  // Not a value but the sign that a call has failed: the error is pending in the Context.
  bool is_exception() const { return raw_.tag == kException; }
  // Not a value either: an exotic object's answer for "no such property".
  bool is_absent() const { return raw_.tag == kAbsent; }

  bool is_function() const;
  bool is_async_function() const;
  bool is_constructor() const;
  bool is_promise() const;
  bool is_array() const;
  bool is_array_buffer() const;
  bool is_typed_array() const;
  bool is_data_view() const;
  bool is_error() const;
  bool is_date() const;
  bool is_regexp() const;
  bool is_map() const;
  bool is_set() const;
  bool is_proxy() const;

  // Only for a boolean.
  bool as_boolean() const { return raw_.payload != 0; }
  // Only for a number.
  double as_number() const;
  // ToBoolean: never fails, never runs a script.
  bool truthy() const;
  // The same object, string contents or number (===).
  bool equals(ValueRef other) const;
  // The same reference, without looking inside. NaN is itself.
  bool is_same(ValueRef other) const {
    return raw_.tag == other.raw_.tag && raw_.payload == other.raw_.payload;
  }

  RawValue raw() const { return raw_; }

 protected:
  static constexpr std::int64_t kBigInt = -9;
  static constexpr std::int64_t kSymbol = -8;
  static constexpr std::int64_t kString = -7;
  static constexpr std::int64_t kRope = -6;
  static constexpr std::int64_t kObject = -1;
  static constexpr std::int64_t kInt = 0;
  static constexpr std::int64_t kBool = 1;
  static constexpr std::int64_t kNull = 2;
  static constexpr std::int64_t kUndefined = 3;
  static constexpr std::int64_t kAbsent = 4;
  static constexpr std::int64_t kException = 6;
  static constexpr std::int64_t kShortBigInt = 7;
  static constexpr std::int64_t kFloat = 8;
  friend struct TagCheck;

  RawValue raw_;
};

// An owned value. Belongs to its thread's Runtime and must be gone before it. Copying adds a
// reference.
class Value : public ValueRef {
 public:
  Value() = default;  // undefined
  explicit Value(ValueRef ref) : ValueRef(ref) { retain(); }
  Value(const Value& other) : ValueRef(other) { retain(); }
  Value(Value&& other) noexcept : ValueRef(std::exchange(other.raw_, RawValue{})) {}
  Value& operator=(Value other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~Value() {
    if (raw_.tag < 0) drop();
  }

  static Value null() { return adopt({0, kNull}); }
  static Value boolean(bool b) { return adopt(ValueRef::boolean(b).raw()); }
  static Value integer(std::int32_t i) { return adopt(ValueRef::integer(i).raw()); }
  static Value number(double d) { return adopt(ValueRef::number(d).raw()); }
  // What a host function returns after it (or something it called) has thrown.
  static Value exception() { return adopt({0, kException}); }
  static Value absent() { return adopt({0, kAbsent}); }

  // Takes over a reference that the engine counted for us.
  static Value adopt(RawValue raw) {
    Value v;
    v.raw_ = raw;
    return v;
  }
  // Gives our reference away.
  RawValue release() && { return std::exchange(raw_, RawValue{}); }

 private:
  void retain();
  void drop();
};

static_assert(sizeof(Value) == 16 && sizeof(ValueRef) == 16);

// The arguments of a call. Reading past the end gives undefined, as in a script.
class Args {
 public:
  Args(const RawValue* values, int count) : values_(values), count_(count) {}
  int size() const { return count_; }
  ValueRef operator[](int index) const {
    return index < count_ ? ValueRef(values_[index]) : ValueRef();
  }

 private:
  const RawValue* values_;
  int count_;
};

// A string's UTF-8 text, borrowed from the engine: no copy for ASCII. A lone surrogate reads as
// U+FFFD, as in k6. Contextually false when the conversion threw. Zero-terminated.
class Utf8 {
 public:
  Utf8() = default;
  Utf8(const char* text, std::size_t size) : text_(text), size_(size) {}
  Utf8(Utf8&& other) noexcept
      : text_(std::exchange(other.text_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Utf8& operator=(Utf8&& other) noexcept {
    std::swap(text_, other.text_);
    std::swap(size_, other.size_);
    return *this;
  }
  Utf8(const Utf8&) = delete;
  Utf8& operator=(const Utf8&) = delete;
  ~Utf8();

  explicit operator bool() const { return text_ != nullptr; }
  std::string_view view() const { return {text_, size_}; }
  const char* c_str() const { return text_; }

 private:
  const char* text_ = nullptr;
  std::size_t size_ = 0;
};

// An interned property name, owned. Make the ones a hot path needs once per Runtime. Belongs to
// its thread's Runtime and must be gone before it.
class Atom {
 public:
  Atom() = default;
  explicit Atom(std::string_view name);
  // A name no script can see or reach: where a native object keeps its JavaScript values, so that
  // the collector sees them.
  static Atom hidden(const char* description);
  // Takes over a reference.
  static Atom adopt(std::uint32_t id) {
    Atom a;
    a.id_ = id;
    return a;
  }
  Atom(const Atom& other);
  Atom(Atom&& other) noexcept : id_(std::exchange(other.id_, 0)) {}
  Atom& operator=(Atom other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Atom();

  // Equal names have equal ids (within one Runtime).
  std::uint32_t id() const { return id_; }
  bool operator==(const Atom& other) const { return id_ == other.id_; }

 private:
  std::uint32_t id_ = 0;
};

// A borrowed Atom.
class AtomRef {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): an Atom is meant to be passed as it is.
  AtomRef(const Atom& atom) : id_(atom.id()) {}
  explicit AtomRef(std::uint32_t id) : id_(id) {}
  std::uint32_t id() const { return id_; }

 private:
  std::uint32_t id_;
};

}  // namespace proofload::js
