#include "evidence/series.h"

#include <algorithm>

namespace proofload::evidence {

std::string_view label_value(const Labels& labels, std::string_view name) {
  const auto found = std::lower_bound(
      labels.begin(), labels.end(), name,
      [](const auto& label, std::string_view wanted) { return label.first < wanted; });
  return found != labels.end() && found->first == name ? std::string_view(found->second)
                                                       : std::string_view();
}

std::string series_text(std::string_view name, const Labels& labels) {
  std::string text(name);
  if (labels.empty()) return text;
  char separator = '{';
  for (const auto& [label, value] : labels) {
    text += separator;
    text += label + "=\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') text += '\\';
      if (c == '\n') {
        text += "\\n";
      } else {
        text += c;
      }
    }
    text += '"';
    separator = ',';
  }
  return text + '}';
}

}  // namespace proofload::evidence
