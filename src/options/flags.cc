#include "options/flags.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace proofload::options {
namespace {

// What the parser needs of a row of either table.
struct Flag {
  std::string_view name;
  char short_name = 0;
  FlagKind kind = FlagKind::kNone;
  std::string_view value_name;
  std::string_view bare_value;
};

template <class Target>
void add_flags(std::span<const Row<Target>> rows, Command command, std::vector<Flag>& flags) {
  for (const Row<Target>& row : rows) {
    if (row.kind == FlagKind::kNone || !(row.commands & static_cast<std::uint8_t>(command))) {
      continue;
    }
    flags.push_back({row.flag, row.short_flag, row.kind, row.value_name,
                     row.kind == FlagKind::kBool ? std::string_view("true") : row.bare_value});
  }
}

std::vector<Flag> flags_of(Command command) {
  std::vector<Flag> flags;
  add_flags(option_rows(), command, flags);
  add_flags(runtime_rows(), command, flags);
  return flags;
}

Error usage(std::string message) {
  return Error(ErrorKind::kUsage, std::move(message));
}

// Elements of a list: separated by commas, with CSV's double quotes.
void append_csv(std::string_view text, std::vector<std::string>& elements) {
  std::string element;
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if (c == '"' && is_quoted && i + 1 < text.size() && text[i + 1] == '"') {
      element += text[++i];
    } else if (c == '"' && (is_quoted || element.empty())) {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      elements.push_back(std::exchange(element, {}));
    } else {
      element += c;
    }
  }
  if (!text.empty()) elements.push_back(std::move(element));
}

// Splits arguments into the texts of each flag and positional ones.
class Parser {
 public:
  Parser(Command command, std::span<const std::string> arguments)
      : command_(command), flags_(flags_of(command)), arguments_(arguments) {}

  Result<void> parse() {
    for (; next_ < arguments_.size(); next_++) {
      const std::string_view argument = arguments_[next_];
      if (argument == "--") {
        positional_.insert(positional_.end(), arguments_.begin() + static_cast<long>(next_) + 1,
                           arguments_.end());
        break;
      }
      if (argument.size() < 2 || argument[0] != '-') {
        positional_.emplace_back(argument);
        continue;
      }
      Result<void> parsed = argument[1] == '-' ? parse_long(argument) : parse_short(argument);
      if (!parsed) return parsed;
    }
    return {};
  }

  const std::map<std::string_view, std::vector<std::string>>& texts() const { return texts_; }
  std::vector<std::string> take_positional() { return std::move(positional_); }

 private:
  Result<void> parse_long(std::string_view argument) {
    const std::string_view body = argument.substr(2);
    const std::size_t equals = body.find('=');
    const std::string_view name = body.substr(0, equals);
    if (name.empty() || name.front() == '-') {
      return usage(fmt::format("bad flag syntax: {}", argument));
    }
    const auto flag = std::find_if(flags_.begin(), flags_.end(),
                                   [&](const Flag& candidate) { return candidate.name == name; });
    if (flag == flags_.end()) {
      Error error = usage(fmt::format("unknown flag: --{}", name));
      const std::string_view near = closest_flag(command_, name);
      if (near.empty()) return error;
      return std::move(error).with_hint(fmt::format("did you mean --{}?", near));
    }
    if (equals != std::string_view::npos) {
      add(*flag, body.substr(equals + 1));
    } else if (!flag->bare_value.empty()) {
      add(*flag, flag->bare_value);
    } else if (next_ + 1 < arguments_.size()) {
      add(*flag, arguments_[++next_]);
    } else {
      return usage(fmt::format("flag needs an argument: --{}", name));
    }
    return {};
  }

  // One or more short flags; the value of the last may follow at once, or as the next argument.
  Result<void> parse_short(std::string_view argument) {
    std::string_view rest = argument.substr(1);
    while (!rest.empty()) {
      const char name = rest.front();
      const auto flag = std::find_if(flags_.begin(), flags_.end(), [&](const Flag& candidate) {
        return candidate.short_name == name;
      });
      if (flag == flags_.end()) {
        return usage(fmt::format("unknown shorthand flag: '{}' in -{}", name, rest));
      }
      if (rest.size() > 2 && rest[1] == '=') {
        add(*flag, rest.substr(2));
        return {};
      }
      if (!flag->bare_value.empty()) {
        add(*flag, flag->bare_value);
        rest.remove_prefix(1);
        continue;
      }
      if (rest.size() > 1) {
        add(*flag, rest.substr(1));
      } else if (next_ + 1 < arguments_.size()) {
        add(*flag, arguments_[++next_]);
      } else {
        return usage(fmt::format("flag needs an argument: '{}' in -{}", name, rest));
      }
      return {};
    }
    return {};
  }

  void add(const Flag& flag, std::string_view text) {
    std::vector<std::string>& texts = texts_[flag.name];
    if (flag.kind == FlagKind::kList) {
      append_csv(text, texts);
      return;
    }
    if (flag.kind != FlagKind::kArray) texts.clear();
    texts.emplace_back(text);
  }

  Command command_;
  std::vector<Flag> flags_;
  std::span<const std::string> arguments_;
  std::size_t next_ = 0;
  std::map<std::string_view, std::vector<std::string>> texts_;
  std::vector<std::string> positional_;
};

// pflag knows numbers, durations and booleans and wraps their errors; others stand for themselves.
template <class Target>
Error bad_value(const Row<Target>& row, const std::string& text, const Error& cause) {
  const std::string name = row.short_flag ? fmt::format("-{}, --{}", row.short_flag, row.flag)
                                          : fmt::format("--{}", row.flag);
  const bool is_typed =
      row.kind == FlagKind::kBool || row.value_name == "int" || row.value_name == "duration";
  Error error = usage(is_typed ? fmt::format("invalid argument \"{}\" for \"{}\" flag: {}", text,
                                             name, cause.message())
                               : cause.message());
  if (!cause.hint().empty()) return std::move(error).with_hint(cause.hint());
  return is_typed ? error
                  : std::move(error).with_hint(fmt::format("the value is that of {}", name));
}

template <class Target>
Result<void> set_all(std::span<const Row<Target>> rows, const Parser& parser, Target& target) {
  for (const Row<Target>& row : rows) {
    const auto texts = parser.texts().find(row.flag);
    if (row.kind == FlagKind::kNone || texts == parser.texts().end()) continue;
    const std::string last = texts->second.empty() ? "" : texts->second.back();
    if (texts->second.empty() && row.kind != FlagKind::kList) continue;
    if (Result<void> set = row.from_flag(texts->second, target); !set) {
      return bad_value(row, last, set.error());
    }
  }
  return {};
}

// Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); j++) row[j] = j;
  for (std::size_t i = 0; i < a.size(); i++) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); j++) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

Result<ParsedFlags> parse_flags(Command command, std::span<const std::string> arguments) {
  Parser parser(command, arguments);
  if (Result<void> parsed = parser.parse(); !parsed) return std::move(parsed).error();
  ParsedFlags flags;
  if (auto set = set_all(option_rows(), parser, flags.options); !set) {
    return std::move(set).error();
  }
  if (auto set = set_all(runtime_rows(), parser, flags.runtime); !set) {
    return std::move(set).error();
  }
  flags.positional = parser.take_positional();
  return flags;
}

std::string_view closest_flag(Command command, std::string_view name) {
  constexpr std::size_t kNameMax = 64;  // longer than any flag; bounds the work
  std::string_view closest;
  if (name.size() > kNameMax) return closest;
  // A third of the letters may differ; more is another word.
  std::size_t least = name.size() / 3 + 1;
  for (const Flag& flag : flags_of(command)) {
    const std::size_t steps = distance(name, flag.name);
    if (steps < least) {
      least = steps;
      closest = flag.name;
    }
  }
  return closest;
}

}  // namespace proofload::options
