#include "k6/text_decoder.h"

#include <algorithm>
#include <cctype>

namespace proofload::k6 {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::string_view kBom = "\xef\xbb\xbf";

void append_utf8(char32_t code, std::string& text) {
  const auto put = [&](unsigned value) { text += static_cast<char>(value); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6), put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12), put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18), put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
  }
}

// How one character at the front of `bytes` looks: its length if valid; else how many bytes one
// replacement stands for, and whether more bytes could make it valid (Encoding Standard §8.1.1).
struct Utf8Step {
  std::size_t length = 1;
  bool is_valid = false;
  bool is_incomplete = false;
};

Utf8Step step_utf8(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return {1, true, false};
  if (lead < 0xc2 || lead > 0xf4) return {1, false, false};
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  if (lead == 0xe0) low = 0xa0;
  if (lead == 0xed) high = 0x9f;
  if (lead == 0xf0) low = 0x90;
  if (lead == 0xf4) high = 0x8f;
  for (std::size_t i = 1; i < length; i++) {
    if (i == bytes.size()) return {i, false, true};
    if (at(i) < low || at(i) > high) return {i, false, false};
    low = 0x80;
    high = 0xbf;
  }
  return {length, true, false};
}

// The same of UTF-16. No code: `length` bytes stand for one replacement.
struct Utf16Step {
  std::optional<char32_t> code;
  std::size_t length = 2;
  bool is_incomplete = false;
};

Utf16Step step_utf16(std::string_view bytes, TextEncoding encoding) {
  const auto unit = [&](std::size_t i) -> char32_t {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    return encoding == TextEncoding::kUtf16Le ? second << 8 | first : first << 8 | second;
  };
  if (bytes.size() < 2) return {{}, bytes.size(), true};
  const char32_t high = unit(0);
  if (high < 0xd800 || high >= 0xe000) return {high, 2, false};
  if (high >= 0xdc00) return {{}, 2, false};
  if (bytes.size() < 4) return {{}, bytes.size(), true};
  const char32_t low = unit(2);
  if (low < 0xdc00 || low >= 0xe000) return {{}, 2, false};
  return {0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), 4, false};
}

}  // namespace

std::optional<TextEncoding> parse_text_encoding(std::string_view label) {
  std::string name;
  for (const char c : label) {
    if (!std::isspace(static_cast<unsigned char>(c))) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  if (name == "utf-8" || name == "utf8" || name == "unicode-1-1-utf-8") return TextEncoding::kUtf8;
  if (name == "utf-16le" || name == "utf-16") return TextEncoding::kUtf16Le;
  if (name == "utf-16be") return TextEncoding::kUtf16Be;
  return std::nullopt;
}

std::string_view to_string(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::kUtf8:
      return "utf-8";
    case TextEncoding::kUtf16Le:
      return "utf-16le";
    case TextEncoding::kUtf16Be:
      return "utf-16be";
  }
  return "utf-8";
}

std::optional<std::string> TextDecoder::decode(std::string_view bytes, bool is_partial) {
  std::string input = std::move(pending_);
  pending_.clear();
  input += bytes;
  std::string text;
  const bool is_valid = options_.encoding == TextEncoding::kUtf8
                            ? decode_utf8(input, is_partial, text)
                            : decode_utf16(input, is_partial, text);
  if (!is_valid) {
    pending_.clear();
    is_bom_checked_ = false;
    return std::nullopt;
  }
  skip_bom(text);
  if (!is_partial) is_bom_checked_ = false;
  return text;
}

bool TextDecoder::decode_utf8(std::string_view bytes, bool is_partial, std::string& text) {
  while (!bytes.empty()) {
    const Utf8Step step = step_utf8(bytes);
    if (step.is_incomplete && is_partial) {
      pending_ = bytes;
      return true;
    }
    if (!step.is_valid && options_.is_fatal) return false;
    text += step.is_valid ? bytes.substr(0, step.length) : kReplacement;
    bytes.remove_prefix(step.length);
  }
  return true;
}

bool TextDecoder::decode_utf16(std::string_view bytes, bool is_partial, std::string& text) {
  while (!bytes.empty()) {
    const Utf16Step step = step_utf16(bytes, options_.encoding);
    if (step.is_incomplete && is_partial) {
      pending_ = bytes;
      return true;
    }
    if (!step.code && options_.is_fatal) return false;
    if (step.code) {
      append_utf8(*step.code, text);
    } else {
      text += kReplacement;
    }
    bytes.remove_prefix(step.length);
  }
  return true;
}

void TextDecoder::skip_bom(std::string& text) {
  if (is_bom_checked_ || text.empty()) return;
  is_bom_checked_ = true;
  if (!options_.ignores_bom && text.starts_with(kBom)) text.erase(0, kBom.size());
}

}  // namespace proofload::k6
