#include "k6/bytes.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "k6/modules.h"

namespace proofload::k6 {
namespace {

bool is_url(Base64Form form) {
  return form == Base64Form::kUrl || form == Base64Form::kRawUrl;
}
bool is_raw(Base64Form form) {
  return form == Base64Form::kRawStd || form == Base64Form::kRawUrl;
}

bool is_alphabet(char c, bool url) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         (url ? c == '-' || c == '_' : c == '+' || c == '/');
}

// What k6 calls the type of a value that is no string.
std::string_view go_type(js::ValueRef value) {
  if (value.is_nullish()) return "<nil>";
  if (value.is_boolean()) return "bool";
  if (value.is_number()) return value.is_integer() ? "int64" : "float64";
  return value.is_array() ? "[]interface {}" : "map[string]interface {}";
}

Error illegal(std::size_t position) {
  return Error(ErrorKind::kScript, fmt::format("illegal base64 data at input byte {}", position));
}

}  // namespace

std::optional<std::string> bytes_from(js::Context& context, js::ValueRef value) {
  if (const auto bytes = context.bytes_of(value)) {
    return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  }
  if (!value.is_string()) {
    throw_go_error(context, fmt::format("invalid type {}, expected string, []byte or ArrayBuffer",
                                        go_type(value)));
    return std::nullopt;
  }
  const js::Utf8 text = context.to_utf8(value);
  if (!text) return std::nullopt;
  return std::string(text.view());
}

std::string encode_base64(std::string_view bytes, Base64Form form) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // one for EVP's terminator
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  if (is_raw(form)) text.erase(std::min(text.find('='), text.size()));
  if (is_url(form)) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
  }
  return text;
}

Result<std::string> decode_base64(std::string_view text, Base64Form form) {
  std::string clean;  // Go ignores line ends
  for (const char c : text) {
    if (c != '\r' && c != '\n') clean += c;
  }
  const std::size_t data_size = std::min(clean.find('='), clean.size());
  for (std::size_t i = 0; i < data_size; i++) {
    if (!is_alphabet(clean[i], is_url(form))) return illegal(i);
  }
  const std::size_t padding = clean.size() - data_size;
  const std::size_t expected = is_raw(form) ? 0 : (4 - data_size % 4) % 4;
  const bool is_padding = clean.find_first_not_of('=', data_size) == std::string::npos;
  if (data_size % 4 == 1 || padding != expected || !is_padding) return illegal(data_size);

  std::replace(clean.begin(), clean.end(), '-', '+');
  std::replace(clean.begin(), clean.end(), '_', '/');
  clean.resize(data_size);
  const std::size_t missing = (4 - data_size % 4) % 4;
  clean.append(missing, '=');
  std::string bytes(clean.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(clean.data()),
                                     static_cast<int>(clean.size()));
  if (length < 0) return illegal(0);
  bytes.resize(static_cast<std::size_t>(length) - missing);
  return bytes;
}

std::string encode_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace proofload::k6
