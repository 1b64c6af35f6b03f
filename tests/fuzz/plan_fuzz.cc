// Any text is read as a plan, or every mistake in it has a place (YAML has more line ends than a
// caret can follow); equal plans have
// equal hashes, whatever their layout.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "plan/hash.h"
#include "plan/show.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace plan = proofload::plan;
  const std::string text(reinterpret_cast<const char*>(data), size);
  plan::Diagnostics diagnostics;
  const plan::Plan read = plan::read_plan(text, ".", {{"X", "x"}}, diagnostics);
  for (const plan::Diagnostic& one : diagnostics.all()) {
    PL_CHECK(one.place.line >= 1 && one.place.column >= 1);
  }
  static_cast<void>(diagnostics.render("plan.yaml", text));
  if (diagnostics.has_errors()) return 0;
  static_cast<void>(plan::show(read, {}, "hash"));
  plan::Diagnostics ignored;
  const plan::Plan again = plan::read_plan("# a remark\n" + text, ".", {{"X", "x"}}, ignored);
  PL_CHECK(ignored.has_errors() || plan::plan_hash(read, {}) == plan::plan_hash(again, {}));
  return 0;
}
