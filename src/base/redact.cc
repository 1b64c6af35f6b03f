#include "base/redact.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace proofload {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::size_t kSecretMin = 6;
constexpr std::array<std::string_view, 13> kKeys{
    "password", "passwd",  "pwd",    "secret",     "token",     "authorization", "apikey",
    "api_key",  "api-key", "cookie", "credential", "sessionid", "private_key"};

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(),
                                                  [](char a, char b) { return a == lower(b); });
}

// Reads along a text, copying what may be shown.
class Redactor {
 public:
  Redactor(std::string_view text, std::span<const std::string> secrets)
      : text_(text), secrets_(secrets) {}

  std::string run() {
    while (at_ < text_.size()) {
      if (!mask_secret() && !mask_value() && !mask_bearer() && !mask_web_token() && !mask_card()) {
        out_ += text_[at_++];
      }
    }
    return std::move(out_);
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }
  bool is_word_start() const { return at_ == 0 || !is_name(text_[at_ - 1]); }
  void mask(std::size_t length) {
    out_ += kMask;
    at_ += length;
  }

  bool mask_secret() {
    for (const std::string& secret : secrets_) {
      if (secret.size() < kSecretMin || !rest().starts_with(secret)) continue;
      mask(secret.size());
      return true;
    }
    return false;
  }

  // "access_token": "x", password=x, Set-Cookie: x
  bool mask_value() {
    const auto key = std::find_if(kKeys.begin(), kKeys.end(),
                                  [&](std::string_view one) { return begins_with(rest(), one); });
    if (key == kKeys.end()) return false;
    std::size_t i = at_ + key->size();
    const auto skip = [&](auto is_skipped) {
      while (i < text_.size() && is_skipped(text_[i])) ++i;
    };
    skip(is_name);
    skip([](char c) { return c == '"' || c == '\'' || c == '\\' || c == ' '; });
    if (i >= text_.size() || (text_[i] != ':' && text_[i] != '=')) return false;
    ++i;
    skip([](char c) { return c == ' ' || c == '\\'; });
    const char quote = i < text_.size() && (text_[i] == '"' || text_[i] == '\'') ? text_[i] : '\0';
    if (quote != '\0') ++i;
    out_ += text_.substr(at_, i - at_);
    at_ = i;
    const std::size_t end =
        quote != '\0' ? text_.find(quote, i) : text_.find_first_of(",;&}<\"\r\n", i);
    mask(std::min(end, text_.size()) - i);
    return true;
  }

  bool mask_bearer() {
    constexpr std::string_view kBearer = "bearer ";
    if (!is_word_start() || !begins_with(rest(), kBearer)) return false;
    out_ += rest().substr(0, kBearer.size());
    at_ += kBearer.size();
    const std::size_t end = rest().find_first_of(" ,;\"'<\r\n");
    mask(std::min(end, rest().size()));
    return true;
  }

  bool mask_web_token() {
    constexpr std::size_t kLeast = 20;
    if (!is_word_start() || !rest().starts_with("eyJ")) return false;
    std::size_t length = 0;
    while (length < rest().size() && (is_name(rest()[length]) || rest()[length] == '.')) ++length;
    if (length < kLeast) return false;
    mask(length);
    return true;
  }

  bool mask_card() {
    if (!is_digit(text_[at_]) || (at_ > 0 && is_name(text_[at_ - 1]))) return false;
    std::size_t length = 0;
    int sum = 0;
    while (length < rest().size() && is_digit(rest()[length])) ++length;
    if (length < 13 || length > 19) return false;
    for (std::size_t i = 0; i < length; ++i) {
      int digit = rest()[length - 1 - i] - '0';
      if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
      sum += digit;
    }
    if (sum % 10 != 0) return false;
    mask(length);
    return true;
  }

  std::string_view text_;
  std::span<const std::string> secrets_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string redact(std::string_view text, std::span<const std::string> secrets) {
  return Redactor(text, secrets).run();
}

}  // namespace proofload
