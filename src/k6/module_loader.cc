#include "k6/module_loader.h"

#include <array>
#include <filesystem>

#include <fmt/format.h>

namespace proofload::k6 {
namespace {

constexpr std::string_view kFileScheme = "file://";

// Modules that k6 v2.2 has and we do not have yet.
constexpr std::array<std::string_view, 11> kNotYet{"k6/html",
                                                   "k6/crypto/x509",
                                                   "k6/ws",
                                                   "k6/websockets",
                                                   "k6/net/grpc",
                                                   "k6/secrets",
                                                   "k6/browser",
                                                   "k6/experimental/csv",
                                                   "k6/experimental/fs",
                                                   "k6/experimental/streams",
                                                   "k6/experimental/websockets"};

struct RemovedModule {
  std::string_view name;
  std::string_view instead;
};
// Imports that k6 refuses with a hint.
constexpr std::array<RemovedModule, 6> kRemoved{{{"k6/experimental/browser", "k6/browser"},
                                                 {"k6/experimental/grpc", "k6/net/grpc"},
                                                 {"k6/experimental/timers", "k6/timers"},
                                                 {"k6/experimental/tracing", "http.asyncRequest"},
                                                 {"k6/experimental/webcrypto", "crypto"},
                                                 {"k6/experimental/redis", "k6/x/redis"}}};

Error unknown_k6_module(std::string_view name) {
  for (const RemovedModule& removed : kRemoved) {
    if (removed.name == name) {
      return Error(ErrorKind::kScript,
                   fmt::format("{} has been removed. Please migrate to the new version by changing "
                               "your import to '{}'.",
                               name, removed.instead));
    }
  }
  for (const std::string_view known : kNotYet) {
    if (known == name) {
      return Error(ErrorKind::kScript, fmt::format("not supported yet: {}", name));
    }
  }
  return Error(ErrorKind::kScript,
               fmt::format("unknown modules [\"{}\"] were tried to be loaded, but couldn't - this "
                           "likely means an extension that is not part of this program",
                           name));
}

Error missing_file(std::string_view specifier) {
  return Error(ErrorKind::kScript,
               fmt::format("The moduleSpecifier \"{}\" couldn't be found on local disk. Make sure "
                           "that you've specified the right path to the file.",
                           specifier));
}

bool is_path(std::string_view specifier) {
  return specifier.starts_with("./") || specifier.starts_with("../") ||
         specifier.starts_with("/") || specifier == "." || specifier == "..";
}

}  // namespace

std::string path_of_module(std::string_view id) {
  if (!id.starts_with(kFileScheme)) return {};
  return std::string(id.substr(kFileScheme.size()));
}

std::string folder_of_module(std::string_view id) {
  return std::filesystem::path(path_of_module(id)).parent_path().string();
}

Result<std::string> ScriptModules::resolve(std::string_view specifier, std::string_view referrer) {
  Result<std::string> id = resolve_name(specifier, referrer);
  if (id && id->starts_with(kFileScheme)) {
    if (const auto content = files_.read(path_of_module(*id)); !content) {
      const Error& error = content.error();
      id = error.kind() == ErrorKind::kScript ? error : missing_file(specifier);
    }
  }
  if (!id) refusal_ = id.error();
  return id;
}

Result<std::string> ScriptModules::resolve_name(std::string_view specifier,
                                                std::string_view referrer) {
  if (specifier == "k6" || specifier.starts_with("k6/")) {
    if (natives_.contains(specifier)) return std::string(specifier);
    return unknown_k6_module(specifier);
  }
  const std::string folder = referrer.empty() ? working_folder_ : folder_of_module(referrer);
  std::string path;
  if (specifier.starts_with(kFileScheme)) {
    path = absolute_path(path_of_module(specifier), folder);
  } else if (specifier.starts_with("https://")) {
    return Error(ErrorKind::kScript, fmt::format("not supported yet: import of {}", specifier))
        .with_hint("download the module beside the script and import it by a relative path");
  } else if (specifier.find("://") != std::string_view::npos) {
    return Error(ErrorKind::kScript,
                 fmt::format("only supported schemes for imports are file and https, {} has `{}`",
                             specifier, specifier.substr(0, specifier.find("://"))));
  } else if (is_path(specifier) || referrer.empty()) {
    path = absolute_path(std::string(specifier), folder);
  } else {
    return Error(ErrorKind::kScript,
                 fmt::format("The moduleSpecifier \"{}\" couldn't be recognised as something k6 "
                             "supports.",
                             specifier))
        .with_hint("a file beside the script is imported as ./name.js, with its extension");
  }
  return std::string(kFileScheme) + path;
}

Result<js::ModuleContent> ScriptModules::load(const std::string& id) {
  if (const auto native = natives_.find(id); native != natives_.end()) {
    return js::ModuleContent(native->second);
  }
  return js::ModuleContent(std::string(*PL_TRY(files_.read(path_of_module(id)))));
}

}  // namespace proofload::k6
