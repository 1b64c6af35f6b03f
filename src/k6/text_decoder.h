// TextDecoder: bytes to text, in pieces, as the Encoding Standard (encoding.spec.whatwg.org) says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proofload::k6 {

enum class TextEncoding : std::uint8_t { kUtf8, kUtf16Le, kUtf16Be };

// The labels k6 knows; nullopt for others. Case and surrounding blanks do not matter.
std::optional<TextEncoding> parse_text_encoding(std::string_view label);
std::string_view to_string(TextEncoding encoding);

class TextDecoder {
 public:
  struct Options {
    TextEncoding encoding = TextEncoding::kUtf8;
    bool is_fatal = false;     // invalid bytes are an error instead of U+FFFD
    bool ignores_bom = false;  // a byte order mark is text
  };
  explicit TextDecoder(Options options) : options_(options) {}
  const Options& options() const { return options_; }

  // UTF-8 text; nullopt where `is_fatal` refuses the input. With `is_partial` an incomplete
  // character at the end waits for the next call.
  std::optional<std::string> decode(std::string_view bytes, bool is_partial);

 private:
  bool decode_utf8(std::string_view bytes, bool is_partial, std::string& text);
  bool decode_utf16(std::string_view bytes, bool is_partial, std::string& text);
  void skip_bom(std::string& text);

  Options options_;
  std::string pending_;
  bool is_bom_checked_ = false;
};

}  // namespace proofload::k6
