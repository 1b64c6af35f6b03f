// Which of the built-ins that light Contexts share a script has changed.
#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "js/impl.h"
#include "js/runtime.h"

namespace proofload::js {
namespace {

std::uint64_t combine(std::uint64_t a, std::uint64_t b) {
  return (a ^ (b + 0x9e3779b97f4a7c15U + (a << 6U) + (a >> 2U))) * 0xff51afd7ed558ccdU;
}

// Walks everything reachable from an object through own properties and prototypes.
class Walk {
 public:
  explicit Walk(Context& context) : context_(context), js_(context.impl().js) {}

  // Calls `found(name, hash)` for every property of every object.
  template <class Found>
  void from(ValueRef object, const std::string& path, const Found& found) {
    if (!object.is_object() || !seen_.insert(pl_identity(to_js(object))).second) return;
    const Value prototype = adopt(JS_GetPrototype(js_, to_js(object)));
    const auto shape =
        combine(pl_identity(to_js(prototype)), JS_IsExtensible(js_, to_js(object)) > 0 ? 1U : 0U);
    if (!path.empty()) found(path, shape);
    JSPropertyEnum* names = nullptr;
    std::uint32_t count = 0;
    constexpr int kWhich = JS_GPN_STRING_MASK | JS_GPN_SYMBOL_MASK;
    if (JS_GetOwnPropertyNames(js_, &names, &count, to_js(object), kWhich) < 0) return;
    for (std::uint32_t i = 0; i < count; i++) property(object, names[i].atom, path, found);
    JS_FreePropertyEnum(js_, names, count);
    from(prototype, path + ".__proto__", found);
  }

 private:
  template <class Found>
  void property(ValueRef object, JSAtom name, const std::string& path, const Found& found) {
    JSPropertyDescriptor d;
    if (JS_GetOwnProperty(js_, &d, to_js(object), name) <= 0) return;
    const Value value = adopt(d.value);
    const Value getter = adopt(d.getter);
    const Value setter = adopt(d.setter);
    const std::string full =
        (path.empty() ? "" : path + ".") + std::string(context_.atom_utf8(AtomRef(name)).view());
    std::uint64_t hash = static_cast<std::uint64_t>(d.flags);
    for (const Value* part : {&value, &getter, &setter}) {
      hash = combine(combine(hash, static_cast<std::uint64_t>(part->raw().tag)),
                     pl_identity(to_js(*part)));
    }
    // The bindings themselves are each Context's own; only what they refer to is shared.
    if (!path.empty()) found(full, hash);
    for (const Value* part : {&value, &getter, &setter}) from(*part, full, found);
  }

  Context& context_;
  JSContext* js_;
  std::unordered_set<std::uint64_t> seen_;
};

}  // namespace

BuiltinsFingerprint Runtime::fingerprint() {
  BuiltinsFingerprint result;
  Walk walk(*template_);
  walk.from(template_->global(), "", [&](const std::string& name, std::uint64_t hash) {
    result.entries_.push_back({name, hash});
  });
  std::ranges::sort(result.entries_, [](const auto& a, const auto& b) {
    return std::tie(a.name, a.hash) < std::tie(b.name, b.hash);
  });
  return result;
}

std::vector<std::string> Runtime::changes_since(const BuiltinsFingerprint& before) {
  const BuiltinsFingerprint now = fingerprint();
  std::vector<std::string> names;
  auto a = before.entries_.begin();
  auto b = now.entries_.begin();
  while (a != before.entries_.end() || b != now.entries_.end()) {
    if (b == now.entries_.end() || (a != before.entries_.end() && a->name < b->name)) {
      names.push_back((a++)->name);
    } else if (a == before.entries_.end() || b->name < a->name) {
      names.push_back((b++)->name);
    } else {
      if (a->hash != b->hash) names.push_back(a->name);
      ++a;
      ++b;
    }
  }
  return names;
}

}  // namespace proofload::js
