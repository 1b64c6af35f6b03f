// Whatever the plan's text is, what is written into it is there, or nothing is.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "plan/edit.h"
#include "plan/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace plan = proofload::plan;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto changed = plan::with_grounding(text, R"({prometheus: "http://p", value: 5})");
  if (!changed) return 0;
  plan::Diagnostics diagnostics;
  const auto tree = plan::parse_yaml(*changed, diagnostics);
  PL_CHECK(tree && !diagnostics.has_errors());
  const plan::YamlNode* grounding = tree->find("load")->find("grounded_in");
  PL_CHECK(grounding != nullptr && grounding->find("value")->text == "5");
  return 0;
}
