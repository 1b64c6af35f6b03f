// One row per option: its names in every tier, how it is read, written and merged, what it means.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "options/options.h"
#include "options/runtime_options.h"

namespace proofload::options {

enum class Command : std::uint8_t { kRun = 1, kArchive = 2, kInspect = 4 };
inline constexpr std::uint8_t kRunAndArchive = 1 | 2;
inline constexpr std::uint8_t kEveryCommand = 1 | 2 | 4;

// How the command line treats a flag (pflag's kinds).
enum class FlagKind : std::uint8_t {
  kNone,   // no flag
  kBool,   // --x, --x=false
  kValue,  // --x value; the last one counts
  kList,   // --x a,b --x c: elements separated by commas (with CSV quoting) and repeats
  kArray   // --x a,b --x c: one element each
};

enum class Group : std::uint8_t {
  kLoad,
  kLifecycle,
  kHttp,
  kNetwork,
  kTls,
  kMetrics,
  kSummary,
  kScript,
  kOutput,
  kTerminal,
  kEngine,
  kOther
};

template <class Target>
struct Row {
  Group group = Group::kOther;
  std::string_view key;   // JSON key in script options and config file; "" = in neither
  std::string_view env;   // "" = none; the first of several set ones, separated by commas, counts
  std::string_view flag;  // long flag without dashes; "" = none
  char short_flag = 0;
  FlagKind kind = FlagKind::kNone;
  std::uint8_t commands = kEveryCommand;  // bits of Command whose flags this is one of
  std::string_view value_name;            // as help shows it: `duration`
  std::string_view bare_value;    // what `--x` alone means for a kValue flag; "" = needs one
  std::string_view default_text;  // as help shows it; "" = none worth telling
  std::string_view help;          // one line, no full stop
  std::string_view unsupported;   // what is not built yet, for the error; "" = it is

  // Null where the tier has no such option. Errors are k6's texts, without the option's name.
  Result<void> (*from_json)(const Json& value, Target& target) = nullptr;
  // `texts`: one text for env, kBool and kValue; the elements for kList and kArray flags.
  Result<void> (*from_text)(std::string_view text, Target& target) = nullptr;
  Result<void> (*from_flag)(std::span<const std::string> texts, Target& target) = nullptr;
  Json (*to_json)(const Target& target) = nullptr;  // null when not set
  bool (*is_set)(const Target& target) = nullptr;
  // Takes the value of `over` if it has one.
  void (*apply)(const Target& over, Target& target) = nullptr;
};

using OptionRow = Row<Options>;
using RuntimeRow = Row<RuntimeOptions>;

// In the order k6 prints them.
std::span<const OptionRow> option_rows();
std::span<const RuntimeRow> runtime_rows();

// The flags of `command`, grouped, 80 columns: the lower part of its --help.
std::string flag_help(Command command);

// docs/reference/options.md.
std::string reference_markdown();

}  // namespace proofload::options
