#include "plan/halt_rule.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "plan/values.h"

namespace proofload::plan {
namespace {

// Words between blanks; what stands in parentheses is one word, its blanks left out.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool is_inside = false;
  int depth = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t') {
      if (depth == 0) is_inside = false;
      continue;
    }
    if (!is_inside) words.emplace_back();
    is_inside = true;
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    words.back() += c;
  }
  return words;
}

class RuleParser {
 public:
  RuleParser(std::string_view text, std::string& expected)
      : words_(words_of(text)), expected_(expected) {
    rule_.text = text;
  }

  std::optional<HaltRule> parse() {
    if (!read_signal() || !read_comparison()) return std::nullopt;
    const std::string value = next();
    if (peek() == "of" && !read_reference()) return std::nullopt;
    if (!read_value(value)) return std::nullopt;
    if (peek() == "for" && !read_hold()) return std::nullopt;
    if (!peek().empty()) return wrong(fmt::format("nothing more, but there is `{}`", peek()));
    return rule_;
  }

 private:
  std::string peek() const { return at_ < words_.size() ? words_[at_] : std::string(); }
  std::string next() { return at_ < words_.size() ? words_[at_++] : std::string(); }
  std::nullopt_t wrong(std::string expected) {
    expected_ = std::move(expected);
    return std::nullopt;
  }

  bool read_signal() {
    const std::string word = next();
    if (word == "served") {
      rule_.signal = HaltRule::Signal::kServed;
    } else if (word == "error_rate") {
      rule_.signal = HaltRule::Signal::kErrorRate;
    } else if (word == "ready_replicas") {
      rule_.signal = HaltRule::Signal::kReadyReplicas;
    } else if (const auto percentile = to_percentile(word)) {
      rule_.signal = HaltRule::Signal::kLatency;
      rule_.percentile = *percentile;
    } else {
      wrong(fmt::format("served, error_rate, p99 or ready_replicas instead of `{}`", word));
      return false;
    }
    return true;
  }

  bool read_comparison() {
    const std::string word = next();
    rule_.is_above = word == ">";
    if (word == ">" || word == "<") return true;
    wrong(fmt::format("< or > instead of `{}`", word));
    return false;
  }

  bool read_reference() {
    next();
    const std::string word = next();
    if (word == "offered") {
      rule_.reference = HaltRule::Reference::kOffered;
    } else if (word == "capacity") {
      rule_.reference = HaltRule::Reference::kCapacity;
    } else if (word == "min(offered,capacity)" || word == "min(capacity,offered)") {
      rule_.reference = HaltRule::Reference::kLesserOfBoth;
    } else if (word == "desired") {
      rule_.reference = HaltRule::Reference::kDesired;
    } else {
      wrong(fmt::format("offered, capacity, min(offered, capacity) or desired instead of `{}`",
                        word));
      return false;
    }
    return true;
  }

  bool read_value(const std::string& word) {
    std::optional<double> value;
    std::string kind;
    const bool is_share = rule_.reference != HaltRule::Reference::kNone ||
                          rule_.signal == HaltRule::Signal::kErrorRate;
    if (is_share) {
      value = to_share(word);
      kind = "a share such as 20%";
    } else if (rule_.signal == HaltRule::Signal::kLatency) {
      const auto limit = to_duration(word);
      if (limit) value = to_milliseconds(*limit);
      kind = "a duration such as 2s";
    } else if (rule_.signal == HaltRule::Signal::kServed) {
      value = to_rate(word);
      kind = "a rate such as 50/s, or a share of something";
    } else {
      value = to_number(word);
      kind = "a number, or a share of desired";
    }
    if (!value) {
      wrong(fmt::format("{} instead of `{}`", kind, word));
      return false;
    }
    rule_.value = *value;
    return true;
  }

  bool read_hold() {
    next();
    const std::string word = next();
    const auto hold = to_duration(word);
    if (!hold) {
      wrong(fmt::format("a duration such as 30s instead of `{}`", word));
      return false;
    }
    rule_.hold = *hold;
    return true;
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
  std::string& expected_;
  HaltRule rule_;
};

}  // namespace

std::optional<HaltRule> parse_halt_rule(std::string_view text, std::string& expected) {
  return RuleParser(text, expected).parse();
}

}  // namespace proofload::plan
