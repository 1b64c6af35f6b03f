#include "app/secret.h"

#include "certify/run_folder.h"

namespace proofload::app {

Result<std::string> resolve_secret(const std::string& text, const plan::Environment& environment) {
  if (text.starts_with('@')) {
    std::string content = PL_TRY(certify::read_file(text.substr(1)));
    while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
    return content;
  }
  plan::YamlNode node{.kind = plan::YamlNode::Kind::kScalar, .text = text, .written = text};
  plan::Diagnostics diagnostics;
  plan::resolve_environment(node, environment, diagnostics);
  if (!diagnostics.has_errors()) return node.text;
  const plan::Diagnostic& first = diagnostics.all().front();
  return Error(ErrorKind::kUsage, first.message).with_hint(first.hint);
}

}  // namespace proofload::app
