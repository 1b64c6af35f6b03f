// Options from hostile scripts, config files, variables and command lines: never a crash, a hang or
// an exception; what is accepted prints as JSON that is accepted again.
//
// Input: the first byte chooses the reader, the rest is its text. Arguments are separated by
// newlines.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "options/consolidate.h"
#include "options/flags.h"
#include "options/render.h"

namespace {

using namespace proofload::options;  // NOLINT(google-build-using-namespace): a test's own file

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

// What is shown can be read; only long durations may lose nanoseconds on the way.
void check_round_trip(const Options& options) {
  if (!read_script_options(inspect_text(options))) std::abort();
}

void check_consolidation(const Options& options) {
  std::vector<Warning> warnings;
  if (const auto test = consolidate({.script = options}, warnings)) {
    if (test->scenarios.empty() || test_options_text(test->options).empty()) std::abort();
  }
}

void read_variables(std::string_view text) {
  StringMap environment;
  for (const std::string& line : lines(text)) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) environment[line.substr(0, equals)] = line.substr(equals + 1);
  }
  if (const auto tier = read_environment(environment)) check_consolidation(tier->options);
}

void parse_arguments(Command command, std::string_view text) {
  if (const auto flags = parse_flags(command, lines(text))) check_consolidation(flags->options);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 's':
      if (const auto tier = read_script_options(text)) {
        check_round_trip(tier->options);
        check_consolidation(tier->options);
      }
      break;
    case 'c':
      if (const auto tier = read_config_file(text)) check_consolidation(tier->options);
      break;
    case 'e':
      read_variables(text);
      break;
    case 'i':
      parse_arguments(Command::kInspect, text);
      break;
    default:
      parse_arguments(Command::kRun, text);
  }
  return 0;
}
