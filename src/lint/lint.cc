#include "lint/lint.h"

#include <chrono>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "js/context.h"
#include "js/runtime.h"
#include "lint/embedded.h"

namespace proofload::lint {
namespace {

constexpr Duration kDeadline = std::chrono::seconds(10);

Error failure(js::Context& context) {
  const js::ScriptError error = context.take_error();
  const bool is_late = error.stop == js::StopReason::kDeadline;
  return Error(ErrorKind::kInternal, is_late ? "the lint of the script took too long"
                                             : "the lint of the script failed: " + error.text);
}

bool is_script(std::string_view path) {
  return path.ends_with(".js") || path.ends_with(".mjs") || path.ends_with(".cjs");
}

// The rules' answer to `input`, both as JSON.
Result<std::string> ask(js::Context& context, const std::string& input) {
  for (const auto& [source, name] :
       {std::pair(kAcorn, "acorn.js"), std::pair(kRules, "rules.js")}) {
    if (context.evaluate(std::string(source), name).is_exception()) return failure(context);
  }
  const js::Value lint = context.get(context.global(), "lint");
  const js::Value argument = context.parse_json(input);
  const js::Value remarks = context.call(lint, js::ValueRef(), {argument});
  if (remarks.is_exception()) return failure(context);
  const js::Value text = context.to_json(remarks);
  if (text.is_exception()) return failure(context);
  return context.to_std_string(text);
}

}  // namespace

Result<std::vector<Remark>> lint_script(const LintInput& input) {
  Json question{{"script", input.script}, {"functions", input.functions}};
  question["files"] = Json::object();
  for (const auto& [path, content] : input.files) {
    if (is_script(path) || path == input.script) question["files"][path] = content;
  }
  js::Runtime runtime;
  const auto context = runtime.new_context(js::ContextKind::kFull);
  Result<std::string> answer = [&] {
    const js::Enter enter(*context);
    const js::Execution execution(*context, monotonic_now() + kDeadline);
    // What is no UTF-8 is no script either, and is told as such.
    return ask(*context, question.dump(-1, ' ', false, Json::error_handler_t::replace));
  }();
  const Json list = Json::parse(PL_TRY(std::move(answer)));
  std::vector<Remark> remarks;
  for (const Json& one : list) {
    remarks.push_back({.file = one["file"].get<std::string>(),
                       .line = one["line"].get<int>(),
                       .column = one["column"].get<int>(),
                       .rule = one["rule"].get<std::string>(),
                       .message = one["message"].get<std::string>(),
                       .advice = one["advice"].get<std::string>()});
  }
  return remarks;
}

}  // namespace proofload::lint
