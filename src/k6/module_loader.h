// Where a script's imports come from: k6's own modules, and files beside the script.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "js/module.h"
#include "k6/file_reader.h"

namespace proofload::k6 {

// One per engine thread, since native modules live in its runtime.
class ScriptModules final : public js::ModuleLoader {
 public:
  // `working_folder` is what the entry script's own path is relative to.
  ScriptModules(FileReader& files, std::string working_folder)
      : files_(files), working_folder_(std::move(working_folder)) {}

  void add_native(const js::NativeModule& module) { natives_[module.id()] = &module; }

  // "file:///abs/path.js" for files, "k6/http" for ours.
  Result<std::string> resolve(std::string_view specifier, std::string_view referrer) override;
  Result<std::string> resolve_name(std::string_view specifier, std::string_view referrer) override;
  Result<js::ModuleContent> load(const std::string& id) override;

  // Why the last import that failed was refused, once; scripts see it as an exception.
  std::optional<Error> take_refusal() { return std::exchange(refusal_, std::nullopt); }

 private:
  FileReader& files_;
  std::string working_folder_;
  std::map<std::string, const js::NativeModule*, std::less<>> natives_;
  std::optional<Error> refusal_;
};

// The path of a "file://" id; empty for other ids.
std::string path_of_module(std::string_view id);
// The folder against which `open()` and relative imports of the module with this id work.
std::string folder_of_module(std::string_view id);

}  // namespace proofload::k6
