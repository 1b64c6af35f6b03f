// The global `crypto`: random values and UUIDs. Ciphers and signatures (crypto.subtle) are not
// there yet.
#include <array>
#include <span>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "k6/modules.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

// W3C Web Cryptography API §10.1.1.
constexpr std::size_t kRandomBytesMax = 65536;

bool is_of_integers(const std::optional<js::TypedArrayKind>& kind) {
  return kind && *kind < js::TypedArrayKind::kBigInt64;  // k6 takes no big integers
}

Value get_random_values(const Call& call) {
  js::Context& context = call.context;
  if (!is_of_integers(context.typed_array_kind(call.args[0]))) {
    return throw_go_error(context,
                          "TypeMismatchError: typedArray parameter isn't a TypedArray instance");
  }
  const std::span<std::byte> bytes = *context.bytes_of(call.args[0]);
  if (bytes.size() > kRandomBytesMax) {
    return throw_go_error(context,
                          "QuotaExceededError: typedArray parameter is too big; maximum length is "
                          "65536");
  }
  const auto size = static_cast<int>(bytes.size());
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), size) != 1) {
    return throw_go_error(context, "no random bytes to be had");
  }
  return Value(call.args[0]);
}

// RFC 9562 §5.4, version 4.
Value random_uuid(const Call& call) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return throw_go_error(call.context, "no random bytes to be had");
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
  const auto hex = [&](std::size_t from, std::size_t to) {
    return fmt::join(bytes.begin() + from, bytes.begin() + to, "");
  };
  return call.context.new_string(fmt::format("{:02x}-{:02x}-{:02x}-{:02x}-{:02x}", hex(0, 4),
                                             hex(4, 6), hex(6, 8), hex(8, 10), hex(10, 16)));
}

Value not_yet(const Call& call) {
  return throw_go_error(call.context, "not supported yet: crypto.subtle");
}

constexpr js::FunctionSpec kFunctions[] = {
    {.name = "getRandomValues", .function = get_random_values, .length = 1},
    {.name = "randomUUID", .function = random_uuid},
};
constexpr js::AccessorSpec kSubtle[] = {{.name = "subtle", .get = not_yet}};

}  // namespace

void register_web_crypto(ModuleSetup& setup) {
  js::Context& context = setup.js.template_context();
  // Its accessor is on the prototype, so that it is no export of its own.
  const js::NativeClass& type = setup.js.add_class({.name = "Crypto", .accessors = kSubtle});
  Value crypto = context.new_object(type, nullptr);
  for (const js::FunctionSpec& spec : kFunctions) {
    context.set(crypto, spec.name, setup.js.add_function(spec));
  }
  setup.js.add_global("crypto", std::move(crypto));
}

}  // namespace proofload::k6
