// k6/crypto: hashes, HMACs and random bytes, on OpenSSL.
#include <array>
#include <memory>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include "k6/bytes.h"
#include "k6/modules.h"
#include "k6/vu_state.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

struct Algorithm {
  const char* name;  // k6's
  const char* openssl_name;
};
constexpr std::array<Algorithm, 9> kAlgorithms{{{"md4", "MD4"},
                                                {"md5", "MD5"},
                                                {"sha1", "SHA1"},
                                                {"sha256", "SHA256"},
                                                {"sha384", "SHA384"},
                                                {"sha512", "SHA512"},
                                                {"sha512_224", "SHA512-224"},
                                                {"sha512_256", "SHA512-256"},
                                                {"ripemd160", "RIPEMD160"}}};

// MD4 lives in OpenSSL's legacy provider; loading any provider by hand drops the default one.
const EVP_MD* find_digest(std::string_view name) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (name != algorithm.name) continue;
    if (name == "md4") {
      static OSSL_PROVIDER* const kLegacy = OSSL_PROVIDER_load(nullptr, "legacy");
      static OSSL_PROVIDER* const kStandard = OSSL_PROVIDER_load(nullptr, "default");
      if (!kLegacy || !kStandard) return nullptr;
    }
    return EVP_get_digestbyname(algorithm.openssl_name);
  }
  return nullptr;
}

// A hash or an HMAC under way. Asking for the digest does not end it, as in k6.
class Hasher {
 public:
  static std::unique_ptr<Hasher> create(const EVP_MD* digest) {
    auto hasher = std::unique_ptr<Hasher>(new Hasher);
    hasher->hash_.reset(EVP_MD_CTX_new());
    EVP_DigestInit_ex(hasher->hash_.get(), digest, nullptr);
    return hasher;
  }
  static std::unique_ptr<Hasher> create(const EVP_MD* digest, std::string_view key) {
    auto hasher = std::unique_ptr<Hasher>(new Hasher);
    hasher->mac_digest_ = digest;
    hasher->key_ = key;
    return hasher;
  }

  void update(std::string_view bytes) {
    if (hash_) {
      EVP_DigestUpdate(hash_.get(), bytes.data(), bytes.size());
    } else {
      mac_input_ += bytes;
    }
  }

  std::string digest() const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned length = 0;
    if (hash_) {
      const std::unique_ptr<EVP_MD_CTX, Free> copy(EVP_MD_CTX_new());
      EVP_MD_CTX_copy_ex(copy.get(), hash_.get());
      EVP_DigestFinal_ex(copy.get(), out.data(), &length);
    } else {
      HMAC(mac_digest_, key_.data(), static_cast<int>(key_.size()),
           reinterpret_cast<const unsigned char*>(mac_input_.data()), mac_input_.size(), out.data(),
           &length);
    }
    return {reinterpret_cast<const char*>(out.data()), length};
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  Hasher() = default;

  std::unique_ptr<EVP_MD_CTX, Free> hash_;
  const EVP_MD* mac_digest_ = nullptr;
  std::string key_;
  std::string mac_input_;  // scripts sign small texts; keeping them is simpler than a running MAC
};

Value encode_digest(js::Context& context, const std::string& digest, js::ValueRef encoding) {
  const std::string name = encoding.is_nullish() ? "" : context.to_std_string(encoding);
  if (name == "hex") return context.new_string(encode_hex(digest));
  if (name == "base64") return context.new_string(encode_base64(digest, Base64Form::kStd));
  if (name == "base64url") return context.new_string(encode_base64(digest, Base64Form::kUrl));
  if (name == "base64rawurl") {
    return context.new_string(encode_base64(digest, Base64Form::kRawUrl));
  }
  if (name == "binary") return context.new_array_buffer(std::as_bytes(std::span(digest)));
  return throw_go_error(context, fmt::format("invalid output encoding: {}", name));
}

Value invalid_algorithm(js::Context& context, std::string_view name) {
  return throw_go_error(context, fmt::format("invalid algorithm: {}", name));
}

Value wrap(js::Context& context, std::unique_ptr<Hasher> hasher) {
  return context.new_object(*ScriptHost::current().classes().hasher, hasher.release());
}

Value create_hash(const Call& call) {
  const std::string name = call.context.to_std_string(call.args[0]);
  const EVP_MD* digest = find_digest(name);
  if (!digest) return invalid_algorithm(call.context, name);
  return wrap(call.context, Hasher::create(digest));
}

Value create_hmac(const Call& call) {
  const std::string name = call.context.to_std_string(call.args[0]);
  const EVP_MD* digest = find_digest(name);
  if (!digest) return invalid_algorithm(call.context, name);
  const auto key = bytes_from(call.context, call.args[1]);
  if (!key) return Value::exception();
  return wrap(call.context, Hasher::create(digest, *key));
}

Value hmac(const Call& call) {
  const std::string name = call.context.to_std_string(call.args[0]);
  const EVP_MD* digest = find_digest(name);
  if (!digest) return invalid_algorithm(call.context, name);
  const auto key = bytes_from(call.context, call.args[1]);
  if (!key) return Value::exception();
  const auto data = bytes_from(call.context, call.args[2]);
  if (!data) return Value::exception();
  const auto hasher = Hasher::create(digest, *key);
  hasher->update(*data);
  return encode_digest(call.context, hasher->digest(), call.args[3]);
}

// md5(data, encoding) and its like; the magic is the index in kAlgorithms.
Value hash(const Call& call) {
  const EVP_MD* digest = find_digest(kAlgorithms[static_cast<std::size_t>(call.magic)].name);
  if (!digest) {
    return invalid_algorithm(call.context, kAlgorithms[static_cast<std::size_t>(call.magic)].name);
  }
  const auto data = bytes_from(call.context, call.args[0]);
  if (!data) return Value::exception();
  const auto hasher = Hasher::create(digest);
  hasher->update(*data);
  return encode_digest(call.context, hasher->digest(), call.args[1]);
}

Hasher* hasher_of(const Call& call) {
  return ScriptHost::current().classes().hasher->unwrap_as<Hasher>(call.self);
}

Value hasher_update(const Call& call) {
  Hasher* hasher = hasher_of(call);
  if (!hasher) return call.context.throw_type_error("not a Hasher");
  const auto data = bytes_from(call.context, call.args[0]);
  if (!data) return Value::exception();
  hasher->update(*data);
  return Value();
}

Value hasher_digest(const Call& call) {
  const Hasher* hasher = hasher_of(call);
  if (!hasher) return call.context.throw_type_error("not a Hasher");
  return encode_digest(call.context, hasher->digest(), call.args[0]);
}

Value random_bytes(const Call& call) {
  // What one call may ask for: a script that wants more has lost count.
  constexpr std::int64_t kBytesMax = std::int64_t{1} << 30;
  const auto size = call.context.to_integer(call.args[0]);
  if (!size) return Value::exception();
  if (*size < 1) return throw_go_error(call.context, "invalid size");
  if (*size > kBytesMax) return call.context.throw_range_error("invalid size: more than 1 GiB");
  std::string bytes(static_cast<std::size_t>(*size), '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(*size)) != 1) {
    return throw_go_error(call.context, "no random bytes to be had");
  }
  return call.context.new_array_buffer(std::as_bytes(std::span(bytes)));
}

Value hex_encode(const Call& call) {
  const auto bytes = bytes_from(call.context, call.args[0]);
  if (!bytes) return Value::exception();
  return call.context.new_string(encode_hex(*bytes));
}

constexpr js::FunctionSpec kFunctions[] = {
    {.name = "createHash", .function = create_hash, .length = 1},
    {.name = "createHMAC", .function = create_hmac, .length = 2},
    {.name = "hmac", .function = hmac, .length = 4},
    {.name = "randomBytes", .function = random_bytes, .length = 1},
    {.name = "hexEncode", .function = hex_encode, .length = 1},
};
constexpr js::FunctionSpec kHasherMethods[] = {
    {.name = "update", .function = hasher_update, .length = 1},
    {.name = "digest", .function = hasher_digest, .length = 1},
};

}  // namespace

void register_crypto(ModuleSetup& setup) {
  setup.classes.hasher =
      &setup.js.add_class({.name = "Hasher",
                           .release = [](void* opaque) { delete static_cast<Hasher*>(opaque); },
                           .methods = kHasherMethods});
  std::vector<js::NativeExport> exports = setup.functions(kFunctions);
  for (std::size_t i = 0; i < kAlgorithms.size(); i++) {
    exports.push_back({kAlgorithms[i].name, setup.js.add_function({.name = kAlgorithms[i].name,
                                                                   .function = hash,
                                                                   .length = 2,
                                                                   .magic = static_cast<int>(i)})});
  }
  setup.add_module_with_default("k6/crypto", std::move(exports));
}

}  // namespace proofload::k6
