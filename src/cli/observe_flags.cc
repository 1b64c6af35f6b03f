#include "cli/observe_flags.h"

#include <utility>

#include <fmt/format.h>

namespace proofload::cli {

Result<ObserveFlags> take_observe_flags(std::span<const std::string> arguments) {
  ObserveFlags flags;
  app::ObserveRequest request;
  std::string first;  // of the flags that mean nothing without --observe
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const bool is_ours = name == "--observe" || name == "--match" || name == "--store";
    if (argument == "--" || !is_ours) {
      flags.rest.push_back(argument);
      if (argument != "--") continue;
      flags.rest.insert(flags.rest.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                        arguments.end());
      break;
    }
    if (equals == std::string::npos && i + 1 == arguments.size()) {
      return Error(ErrorKind::kUsage, fmt::format("flag needs an argument: {}", name));
    }
    std::string value = equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1);
    if (name == "--observe") {
      request.sources.push_back(std::move(value));
      continue;
    }
    if (first.empty()) first = name;
    (name == "--match" ? request.match : request.store) = std::move(value);
  }
  if (!request.sources.empty()) {
    flags.request = std::move(request);
  } else if (!first.empty()) {
    return Error(ErrorKind::kUsage, fmt::format("{} means nothing without --observe", first))
        .with_hint("--observe prometheus=URL or --observe scrape=URL");
  }
  return flags;
}

}  // namespace proofload::cli
